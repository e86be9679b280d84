using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Tests.OffPolicy;

/// <summary>Bias of every estimator against known truth: within 3 standard errors over seeded runs.</summary>
public class EstimatorBiasTests
{
    private const int Runs = 200;

    [Theory]
    [InlineData(1, SlateWeighting.Prefix, 400)]
    [InlineData(3, SlateWeighting.Prefix, 200)]
    [InlineData(3, SlateWeighting.WholeSlate, 200)]
    [InlineData(3, SlateWeighting.Inclusion, 30)]
    public void Unbiased_estimators_are_unbiased(int length, SlateWeighting slates, int n)
    {
        var world = new TabularWorld(contexts: 3, actions: 6, seed: 21);
        double truth = world.Truth(world.Target, length);
        bool hasDirect = length == 1 || slates == SlateWeighting.Inclusion;
        var rng = new Rng(5);
        RunStatistics ips = new(), snips = new(), robust = new(), robustBad = new(), direct = new(), weight = new();
        var good = new PolicyWeigher(world.Target, new() { Slates = slates, DirectForSlates = false }, new TabularModel(world.Means, 1));
        var bad = new PolicyWeigher(world.Target, new() { Slates = slates, DirectForSlates = false }, new TabularModel(world.Means, 0.3));
        for (int run = 0; run < Runs; run++)
        {
            IpsEstimator i = new();
            SnipsEstimator s = new();
            DoublyRobustEstimator d = new(), b = new();
            DirectMethodEstimator m = new();
            WeightStatistics w = new();
            for (int k = 0; k < n; k++)
            {
                var (decision, x) = world.Draw(ref rng, length);
                var seen = good.Weigh(decision, x);
                i.Add(seen);
                s.Add(seen);
                d.Add(seen);
                if (hasDirect) m.Add(seen);
                w.Add(seen);
                b.Add(bad.Weigh(decision, x));
            }
            ips.Add(i.Result().Value);
            snips.Add(s.Result().Value);
            robust.Add(d.Result().Value);
            robustBad.Add(b.Result().Value);
            if (hasDirect) direct.Add(m.Result().Value);
            weight.Add(w.Mean);
        }
        Within3(truth, ips, "IPS");
        Within3(truth, robust, "doubly robust, good model");
        Within3(truth, robustBad, "doubly robust, bad model");
        if (hasDirect) Within3(truth, direct, "direct method, right model");
        Within3(1, weight, "mean weight");
        // SNIPS is biased by O(1/n) and no more: at most a few units of variance over n.
        Assert.True(Math.Abs(snips.Mean - truth) <= 3 * snips.StandardError + 20.0 * length / n * truth / 10, $"SNIPS {snips.Mean} but {truth}");
        if (slates != SlateWeighting.WholeSlate) Assert.True(robust.StandardError < ips.StandardError, "a good model should lower the variance");
    }

    [Fact]
    public void Greedy_targets_of_slates_are_unbiased_by_inclusion_and_by_prefix()
    {
        var world = new TabularWorld(3, 6, 22);
        double truth = world.GreedyTruth(world.Target, 2);
        var rng = new Rng(6);
        RunStatistics inclusion = new(), prefix = new(), robust = new();
        var byInclusion = new PolicyWeigher(new GreedyPolicy(world.Target), new() { Slates = SlateWeighting.Inclusion }, new TabularModel(world.Means, .7));
        var byPrefix = new PolicyWeigher(new GreedyPolicy(world.Target));
        for (int run = 0; run < Runs; run++)
        {
            IpsEstimator a = new(), b = new();
            DoublyRobustEstimator d = new();
            for (int k = 0; k < 100; k++)
            {
                var (decision, x) = world.Draw(ref rng, 2);
                var seen = byInclusion.Weigh(decision, x);
                a.Add(seen);
                d.Add(seen);
                b.Add(byPrefix.Weigh(decision, x));
            }
            inclusion.Add(a.Result().Value);
            robust.Add(d.Result().Value);
            prefix.Add(b.Result().Value);
        }
        Within3(truth, inclusion, "inclusion");
        Within3(truth, robust, "doubly robust by inclusion");
        Within3(truth, prefix, "prefix");
        Assert.True(inclusion.StandardError < prefix.StandardError, "inclusion weights vary less");
    }

    [Fact]
    public void Pruned_weights_are_biased_where_full_prefixes_are_not()
    {
        // Position 2's reward is what position 1 left over: the prefix matters.
        double[][] means = [[1.0, .5, 0, 0]];
        var world = new TabularWorld(1, 4, 1);
        means[0].CopyTo(world.Means[0], 0);
        double[] target = [.85, .05, .05, .05];
        double[] logging = [.25, .25, .25, .25];
        logging.CopyTo(world.Logging.Rows[0], 0);
        target.CopyTo(world.Target.Rows[0], 0);
        double truth = world.Truth(world.Target, 3);
        RunStatistics full = new(), pruned = new();
        var rng = new Rng(8);
        var weighFull = new PolicyWeigher(world.Target);
        var weighPruned = new PolicyWeigher(world.Target, new() { Slates = SlateWeighting.Pruned });
        for (int run = 0; run < Runs; run++)
        {
            IpsEstimator a = new(), b = new();
            for (int k = 0; k < 200; k++)
            {
                var (decision, x) = world.Draw(ref rng, 3);
                a.Add(weighFull.Weigh(decision, x));
                b.Add(weighPruned.Weigh(decision, x));
            }
            full.Add(a.Result().Value);
            pruned.Add(b.Result().Value);
        }
        Within3(truth, full, "full prefix");
        Assert.True(Math.Abs(pruned.Mean - truth) > 10 * pruned.StandardError, $"pruned {pruned.Mean}, truth {truth}");
    }

    [Fact]
    public void Clipping_biases_downwards_by_no_more_than_the_mass_cut_off()
    {
        var world = new TabularWorld(2, 5, 30);
        double truth = world.Truth(world.Target), cutOff = 0;
        const double max = 1.5;
        for (int x = 0; x < 2; x++)
            for (int a = 0; a < 5; a++)
                cutOff += 0.5 * Math.Max(0, world.Target.Rows[x][a] - max * world.Logging.Rows[x][a]) * world.Means[x][a];
        Assert.True(cutOff > 0.01);
        var weigher = new PolicyWeigher(world.Target);
        var rng = new Rng(9);
        RunStatistics clipped = new();
        for (int run = 0; run < Runs; run++)
        {
            var e = new IpsEstimator(max);
            for (int k = 0; k < 300; k++)
            {
                var (decision, x) = world.Draw(ref rng);
                e.Add(weigher.Weigh(decision, x));
            }
            clipped.Add(e.Result().Value);
        }
        Within3(truth - cutOff, clipped, "clipped IPS");
    }

    private static void Within3(double truth, RunStatistics runs, string what) =>
        Assert.True(Math.Abs(runs.Mean - truth) <= 3 * runs.StandardError + 1e-12, $"{what}: {runs.Mean} ± {runs.StandardError} but the truth is {truth}");
}
