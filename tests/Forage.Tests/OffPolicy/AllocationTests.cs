using Forage.OffPolicy;
using Forage.OffPolicy.Selective;

namespace Forage.Tests.OffPolicy;

public class AllocationTests
{
    [Theory]
    [InlineData(1, SlateWeighting.Prefix)]
    [InlineData(3, SlateWeighting.Prefix)]
    [InlineData(3, SlateWeighting.Inclusion)]
    public void Weighing_and_estimating_allocate_nothing_per_decision(int length, SlateWeighting slates)
    {
        var world = new TabularWorld(3, 8, 1);
        var rng = new Forage.Features.Rng(1);
        var log = Enumerable.Range(0, 300).Select(_ => world.Draw(ref rng, length)).ToArray();
        var scale = new RewardScale { SlateLength = length };
        PolicyWeigher stochastic = new(world.Target, new() { Slates = slates }, new TabularModel(world.Means, .5)), greedy = new(new GreedyPolicy(world.Target), new() { Slates = slates });
        var phi = new TopActions(new LoggingPolicy(), 4);
        PolicyWeigher truncated = new(world.Target, new() { Slates = slates, Selector = phi }), renormalised = new(world.Target, new() { Slates = slates, Selector = phi, Selection = SelectionWeight.Renormalized });
        SlateWeightStatistics statistics = new();
        TranslatedIpsEstimator translated = new(new double[length]);
        SelectionOverlap overlap = new(world.Target, phi, null, length);
        CoverageCurve curve = new(new LoggingPolicy(), [1, 4], length);
        IpsEstimator ips = new();
        SnipsEstimator snips = new();
        DoublyRobustEstimator robust = new();
        MixtureSequence mixture = new(scale, maxWeight: 1e6);
        PredictableSequence predictable = new(scale);
        SumsSequence sums = new(scale);
        MixtureDifference difference = new(scale);
        PropensityTest test = new();
        Run();
        Allocation.AssertNone(Run);

        void Run()
        {
            foreach (var (decision, x) in log)
            {
                var seen = stochastic.Weigh(decision, x);
                ips.Add(seen);
                snips.Add(seen);
                robust.Add(seen);
                mixture.Add(seen);
                predictable.Add(seen);
                sums.Add(seen);
                test.Add(seen.MeanWeight);
                statistics.Add(truncated.Weigh(decision, x));
                translated.Add(renormalised.Weigh(decision, x));
                overlap.Add(new DecisionContext(decision, x));
                curve.Add(new DecisionContext(decision, x), (LoggedAction[])decision.Slate);
                difference.Add(seen, greedy.Weigh(decision, x));
            }
        }
    }
}
