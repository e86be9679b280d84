using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Tests.OffPolicy;

/// <summary>
/// Coverage of every interval over 1,000 seeded runs at confidence 0.95. Sequences and Clopper-Pearson must cover in at least 95 % of runs (with
/// no upper limit); Gaussian and empirical-likelihood intervals in 92-99 % (to 99.5 % for the latter), and only where weights are bounded and n · min p ≥ 50.
/// </summary>
public class CoverageTests
{
    private const int Runs = 1000;

    public static TheoryData<string, int> Worlds => new() { { "greedy", 50 }, { "mild", 150 }, { "heavy", 200 }, { "delayed", 150 }, { "clicks", 150 } };

    [Theory]
    [MemberData(nameof(Worlds))]
    public void Sequences_and_Clopper_Pearson_cover_at_least_95_percent(string name, int n)
    {
        var world = World(name);
        double truth = world.Truth, difference = world.Truth - world.LoggingTruth;
        var rng = new Rng(101);
        int mixture = 0, sums = 0, predictable = 0, clopper = 0, mixtureDifference = 0, sumsDifference = 0, predictableDifference = 0, boundedDifferenceCovered = 0;
        int[] boundedCovered = new int[3];
        bool hasBound = name is "mild" or "clicks";
        for (int run = 0; run < Runs; run++)
        {
            MixtureSequence a = new();
            SumsSequence b = new();
            PredictableSequence c = new();
            ClopperPearsonEstimator d = new(world.LargestWeight);
            MixtureDifference e = new();
            SumsDifference f = new();
            PredictableDifference g = new();
            BettingSequence[] bounded = !hasBound ? [] : [new MixtureSequence(maxWeight: world.LargestWeight), new PredictableSequence(maxWeight: world.LargestWeight), new SumsSequence(maxWeight: world.LargestWeight)];
            var boundedDifference = new PredictableDifference(maxWeight: world.LargestWeight);
            for (int i = 0; i < n; i++)
            {
                var (w, r) = world.Draw(ref rng);
                var seen = new Observation(w, r);
                a.Add(seen);
                b.Add(seen);
                c.Add(seen);
                d.Add(seen);
                e.Add(seen);
                f.Add(seen);
                g.Add(seen);
                foreach (var sequence in bounded) sequence.Add(seen);
                if (hasBound) boundedDifference.Add(seen);
            }
            for (int k = 0; k < bounded.Length; k++) boundedCovered[k] += Covers(bounded[k].Result(), truth);
            boundedDifferenceCovered += Covers(boundedDifference.Result(), difference);
            mixture += Covers(a.Result(), truth);
            sums += Covers(b.Result(), truth);
            predictable += Covers(c.Result(), truth);
            clopper += Covers(d.Result(), truth);
            mixtureDifference += Covers(e.Result(), difference);
            sumsDifference += Covers(f.Result(), difference);
            predictableDifference += Covers(g.Result(), difference);
        }
        AtLeast95(mixture, "mixture");
        AtLeast95(sums, "sums");
        AtLeast95(predictable, "predictable");
        AtLeast95(clopper, "Clopper-Pearson");
        for (int k = 0; k < 3 && hasBound; k++) AtLeast95(boundedCovered[k], $"bounded sequence {k}");
        if (hasBound) AtLeast95(boundedDifferenceCovered, "bounded difference");
        AtLeast95(mixtureDifference, "mixture difference");
        AtLeast95(sumsDifference, "sums difference");
        AtLeast95(predictableDifference, "predictable difference");
    }

    [Theory]
    [InlineData("mild", 300)]
    [InlineData("mild", 1000)]
    [InlineData("greedy", 1000)]
    public void Gaussian_and_empirical_likelihood_cover_92_to_99_percent_where_they_should(string name, int n)
    {
        var world = World(name);
        var rng = new Rng(202);
        int ips = 0, snips = 0, likelihood = 0;
        for (int run = 0; run < Runs; run++)
        {
            IpsEstimator a = new();
            SnipsEstimator b = new();
            EmpiricalLikelihoodEstimator c = new();
            for (int i = 0; i < n; i++)
            {
                var (w, r) = world.Draw(ref rng);
                var seen = new Observation(w, r);
                a.Add(seen);
                b.Add(seen);
                c.Add(seen);
            }
            ips += Covers(a.Result(), world.Truth);
            snips += Covers(b.Result(), world.Truth);
            likelihood += Covers(c.Result(), world.Truth);
            Assert.True(c.Gradient < 1e-6, $"gradient {c.Gradient}");
        }
        Between(ips, .92, .99, "IPS");
        Between(snips, .92, .99, "SNIPS");
        Between(likelihood, .92, .995, "empirical likelihood");
    }

    [Fact]
    public void Doubly_robust_and_direct_intervals_cover_for_single_decisions()
    {
        var world = new TabularWorld(2, 3, 77);
        double truth = world.Truth(world.Target);
        var weigher = new PolicyWeigher(world.Target, model: new TabularModel(world.Means, .8));
        var exact = new PolicyWeigher(world.Target, model: new TabularModel(world.Means, 1));
        var rng = new Rng(303);
        int robust = 0, direct = 0;
        for (int run = 0; run < Runs; run++)
        {
            DoublyRobustEstimator d = new();
            DirectMethodEstimator m = new();
            for (int i = 0; i < 400; i++)
            {
                var (decision, x) = world.Draw(ref rng);
                d.Add(weigher.Weigh(decision, x));
                m.Add(exact.Weigh(decision, x));
            }
            robust += Covers(d.Result(), truth);
            direct += Covers(m.Result(), truth);
        }
        Between(robust, .92, .99, "doubly robust");
        Between(direct, .92, .99, "direct method");
    }

    [Theory]
    [InlineData("heavy")]
    [InlineData("delayed")]
    public void Sequences_cover_at_all_times_at_once(string name)
    {
        var world = World(name);
        var rng = new Rng(404);
        int[] covered = new int[5];
        for (int run = 0; run < Runs; run++)
        {
            MixtureSequence a = new();
            SumsSequence b = new();
            PredictableSequence c = new();
            MixtureDifference d = new();
            PredictableDifference e = new();
            bool[] always = [true, true, true, true, true];
            int next = 1;
            for (int i = 1; i <= 250; i++)
            {
                var (w, r) = world.Draw(ref rng);
                var seen = new Observation(w, r);
                a.Add(seen);
                b.Add(seen);
                c.Add(seen);
                d.Add(seen);
                e.Add(seen);
                if (i < next) continue;
                next = (int)(i * 1.7) + 2;
                double difference = world.Truth - world.LoggingTruth;
                always[0] &= Covers(a.Result(), world.Truth) == 1;
                always[1] &= Covers(b.Result(), world.Truth) == 1;
                always[2] &= Covers(c.Result(), world.Truth) == 1;
                always[3] &= Covers(d.Result(), difference) == 1;
                always[4] &= Covers(e.Result(), difference) == 1;
            }
            for (int k = 0; k < always.Length; k++) covered[k] += always[k] ? 1 : 0;
        }
        for (int k = 0; k < covered.Length; k++) AtLeast95(covered[k], $"sequence {k}");
    }

    [Fact]
    public void Slates_are_covered_by_every_weighting()
    {
        var world = new TabularWorld(2, 4, 55);
        double truth = world.Truth(world.Target, 2), greedy = world.GreedyTruth(world.Target, 2);
        var scale = new RewardScale { SlateLength = 2 };
        var prefix = new PolicyWeigher(world.Target);
        var greedyPrefix = new PolicyWeigher(new GreedyPolicy(world.Target));
        var rng = new Rng(505);
        int stochastic = 0, deterministic = 0, snips = 0;
        for (int run = 0; run < Runs; run++)
        {
            MixtureSequence a = new(scale), b = new(scale);
            SnipsEstimator c = new();
            for (int i = 0; i < 300; i++)
            {
                var (decision, x) = world.Draw(ref rng, 2);
                var seen = prefix.Weigh(decision, x);
                a.Add(seen);
                c.Add(seen);
                b.Add(greedyPrefix.Weigh(decision, x));
            }
            stochastic += Covers(a.Result(), truth);
            deterministic += Covers(b.Result(), greedy);
            snips += Covers(c.Result(), truth);
        }
        AtLeast95(stochastic, "stochastic");
        AtLeast95(deterministic, "greedy");
        Between(snips, .90, .99, "SNIPS");
    }

    private static PairWorld World(string name) => name switch
    {
        "greedy" => PairWorld.GreedyUnderUniform,
        "mild" => PairWorld.Mild,
        "heavy" => PairWorld.Heavy,
        "clicks" => PairWorld.Clicks,
        _ => PairWorld.Delayed,
    };

    private static int Covers(Estimate e, double truth) => e.Lower <= truth + 1e-12 && truth <= e.Upper + 1e-12 ? 1 : 0;

    private static void AtLeast95(int covered, string what) => Assert.True(covered >= 0.95 * Runs, $"{what} covered in {covered} of {Runs} runs");

    private static void Between(int covered, double low, double high, string what) =>
        Assert.True(covered >= low * Runs && covered <= high * Runs, $"{what} covered in {covered} of {Runs} runs");
}
