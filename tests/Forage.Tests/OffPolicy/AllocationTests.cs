using Forage.OffPolicy;

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
        IpsEstimator ips = new();
        SnipsEstimator snips = new();
        DoublyRobustEstimator robust = new();
        MixtureSequence mixture = new(scale, maxWeight: 1e6);
        PredictableSequence predictable = new(scale);
        SumsSequence sums = new(scale);
        MixtureDifference difference = new(scale);
        PropensityTest test = new();
        Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

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
                difference.Add(seen, greedy.Weigh(decision, x));
            }
        }
    }
}
