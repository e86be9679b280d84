using Forage.Evaluation;
using Forage.Extreme;
using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Tests.Evaluation;

public class SlateMetricsTests
{
    private const int Labels = 7;

    [Fact]
    public void HandComputed()
    {
        // Propensities 1/2, 1/4, 1/8, 1, 1; slate 1, 3, 0; right labels 0, 1, 2.
        var metrics = new SlateMetrics(3, Propensities());
        double[] inverse = [.. Enumerable.Range(0, 5).Select(l => Propensities().Inverse(l))];
        metrics.Add([0, 1, 2], [1, 0, 1], [inverse[1], 0, inverse[0]]);
        metrics.Add([4], [0, 1, 0], [0, inverse[4], 0]);
        metrics.Add([], [0, 0, 0], [0, 0, 0]);
        Assert.Equal((1 + 0 + 0) / 3.0, metrics.Reward(1).Value, 12);
        Assert.Equal((2 / 3.0 + 1 / 3.0 + 0) / 3, metrics.Reward(3).Value, 12);
        double d2 = 1 / Math.Log2(3), d3 = 0.5;
        Assert.Equal(((1 + d3) / (1 + d2 + d3) + d2 + 0) / 3, metrics.NormalizedGain(3).Value, 12);
        double[] best = [.. new[] { inverse[0], inverse[1], inverse[2] }.OrderDescending()];
        Assert.Equal((inverse[1] + inverse[0] + inverse[4]) / 3 / 3, metrics.PropensityScoredRaw(3).Value, 12);
        Assert.Equal((inverse[1] + inverse[0] + inverse[4]) / (best.Sum() + inverse[4]), metrics.PropensityScored(3).Value, 12);
        Assert.Equal(inverse[1] / (best[0] + inverse[4]), metrics.PropensityScored(1).Value, 12);
        // Rewards@1 are 1, 0, 0: variance 1/3, over 3 rows.
        Assert.Equal(1 / 3.0, metrics.Reward(1).StandardError, 12);
    }

    [Fact]
    public void EqualsEnumerationOverAllSlates()
    {
        var (rows, truth) = Rows(40, 3);
        var policy = new NoisyPolicy();
        var propensities = LabelPropensities.Of(truth);
        var metrics = PolicyMetrics.Measure(policy, rows, truth, new PolicyMetricsOptions { Propensities = propensities });
        foreach (int k in new[] { 1, 3, 5 })
        {
            double reward = 0, gain = 0, scored = 0, best = 0;
            for (int i = 0; i < truth.Count; i++)
            {
                int[] right = truth[i].ToArray();
                double ideal = Enumerable.Range(0, Math.Min(k, right.Length)).Sum(j => 1 / Math.Log2(j + 2));
                best += right.Select(propensities.Inverse).OrderDescending().Take(k).Sum() / k;
                var scratch = new PolicyScratch();
                double[] p = policy.Distribution(new DecisionContext(rows, i, false, Labels), scratch).Probabilities.ToArray();
                foreach (var (slate, q) in Slates(p, [], 1, k))
                {
                    for (int j = 0; j < k; j++)
                    {
                        if (!right.Contains(slate[j])) continue;
                        reward += q / k;
                        gain += q / Math.Log2(j + 2) / ideal;
                        scored += q * propensities.Inverse(slate[j]) / k;
                    }
                }
            }
            Assert.Equal(reward / truth.Count, metrics.Reward(k).Value, 1e-10);
            Assert.Equal(gain / truth.Count, metrics.NormalizedGain(k).Value, 1e-10);
            Assert.Equal(scored / truth.Count, metrics.PropensityScoredRaw(k).Value, 1e-9);
            Assert.Equal(scored / best, metrics.PropensityScored(k).Value, 1e-10);
        }
    }

    [Fact]
    public void DrawnSlatesAgreeWithExactOnes()
    {
        var (rows, truth) = Rows(60, 4);
        var options = new PolicyMetricsOptions { Propensities = LabelPropensities.Of(truth) };
        var exact = PolicyMetrics.Measure(new NoisyPolicy(), rows, truth, options);
        const int runs = 20;
        var drawn = Enumerable.Range(0, runs).Select(s => PolicyMetrics.Measure(new NoisyPolicy(), rows, truth, options with { SampledSlates = 20, Seed = (ulong)s })).ToList();
        foreach (int k in new[] { 1, 3, 5 })
        {
            Check([.. drawn.Select(m => m.Reward(k).Value)], exact.Reward(k).Value);
            Check([.. drawn.Select(m => m.NormalizedGain(k).Value)], exact.NormalizedGain(k).Value);
            Check([.. drawn.Select(m => m.PropensityScored(k).Value)], exact.PropensityScored(k).Value);
        }

        static void Check(double[] values, double expected)
        {
            double mean = values.Average(), error = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (runs - 1) / runs);
            Assert.True(error > 0 && error < 0.01 && Math.Abs(mean - expected) < 3.5 * error, $"{mean} ± {error} but {expected}");
        }
    }

    [Fact]
    public void ARankingPolicyIsMeasuredByItsRanking()
    {
        var (rows, truth) = Rows(50, 5);
        var greedy = new GreedyPolicy(new NoisyPolicy());
        var metrics = PolicyMetrics.Measure(greedy, rows, truth, new PolicyMetricsOptions { Length = 3 });
        double hits = 0;
        var scratch = new PolicyScratch();
        for (int i = 0; i < 50; i++)
        {
            scratch.Clear();
            foreach (int a in greedy.Rank(new DecisionContext(rows, i, false, Labels), 3, scratch)) hits += truth[i].Contains(a) ? 1 : 0;
        }
        Assert.Equal(hits / 150, metrics.Reward(3).Value, 12);
        Assert.True(double.IsNaN(metrics.PropensityScored(3).Value));
    }

    [Fact]
    public void ThreadsChangeNothing()
    {
        var (rows, truth) = Rows(300, 6);
        foreach (int slates in new[] { 0, 3 })
        {
            var options = new PolicyMetricsOptions { SampledSlates = slates, Propensities = LabelPropensities.Of(truth) };
            var one = PolicyMetrics.Measure(new NoisyPolicy(), rows, truth, options);
            var three = PolicyMetrics.Measure(new NoisyPolicy(), rows, truth, options with { Threads = 3 });
            for (int k = 1; k <= 5; k++) Assert.Equal((one.Reward(k), one.PropensityScored(k)), (three.Reward(k), three.PropensityScored(k)));
        }
    }

    [Fact]
    public void CoverageEqualsCounting()
    {
        var (rows, truth) = Rows(80, 7);
        var policy = new NoisyPolicy();
        var curve = SelectorCurve.Measure(policy, rows, truth, most: 9, length: 2, points: [1, 2, 4, 7, 9], threads: 2);
        double[] mass = new double[9], found = new double[9];
        var scratch = new PolicyScratch();
        for (int i = 0; i < 80; i++)
        {
            scratch.Clear();
            double[] p = policy.Distribution(new DecisionContext(rows, i, false, Labels), scratch).Probabilities.ToArray();
            int[] order = [.. Enumerable.Range(0, Labels).OrderByDescending(a => p[a])];
            for (int k = 1; k <= 9; k++)
            {
                mass[k - 1] += order.Take(k).Sum(a => p[a]) / 80;
                foreach (int a in order.Take(k)) found[k - 1] += truth[i].Contains(a) ? 1.0 / truth.Total : 0;
            }
        }
        for (int k = 0; k < 9; k++)
        {
            Assert.Equal(mass[k], curve.Mass[k], 1e-12);
            Assert.Equal(found[k], curve.Covered[k], 1e-12);
        }
        Assert.Equal(1, curve.Mass[^1], 1e-12);
        // Of all actions it is the policy itself; of the two best, both are always shown.
        Assert.Equal(PolicyMetrics.Measure(policy, rows, truth, new PolicyMetricsOptions { Length = 2 }).Reward(2).Value, curve.Reward[3].Value, 1e-11);
        Assert.Equal(PolicyMetrics.Measure(new GreedyPolicy(policy), rows, truth, new PolicyMetricsOptions { Length = 2 }).Reward(2).Value, curve.Reward[1].Value, 1e-11);
        Assert.Equal(curve.Reward[3].Value, curve.Reward[4].Value, 1e-12);
    }

    [Fact]
    public void MistakesAreNamed()
    {
        var (rows, truth) = Rows(3, 8);
        truth.Add([1]);
        Assert.Contains("3 rows of features but 4", Assert.Throws<ForageException>(() => PolicyMetrics.Measure(new NoisyPolicy(), rows, truth)).Message);
        Assert.Contains("-1", Assert.Throws<ForageException>(() => PolicyMetrics.Measure(new NoisyPolicy(), rows, truth, new PolicyMetricsOptions { SampledSlates = -1 })).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SlateMetrics(2).Reward(3));
    }

    private static LabelPropensities Propensities() => LabelPropensities.Of([4, 9, 2, 1, 30], 50);

    private static IEnumerable<(int[] Slate, double Probability)> Slates(double[] p, int[] placed, double probability, int length)
    {
        if (length == 0)
        {
            yield return (placed, probability);
            yield break;
        }
        double mass = 0;
        for (int a = 0; a < p.Length; a++)
            if (!placed.Contains(a)) mass += p[a];
        for (int a = 0; a < p.Length; a++)
        {
            if (placed.Contains(a)) continue;
            foreach (var slate in Slates(p, [.. placed, a], probability * p[a] / mass, length - 1)) yield return slate;
        }
    }

    private static (FeatureBlock Rows, LabelSets Truth) Rows(int count, ulong seed)
    {
        var rng = new Rng(seed);
        var rows = new FeatureBlock();
        var truth = new LabelSets();
        truth.Declare(Labels);
        var writer = new RowWriter(rows);
        for (int i = 0; i < count; i++)
        {
            writer.BeginRow();
            writer.BeginGroup(FeatureGroup.Default);
            writer.Add((uint)rng.NextInt(1000), 1);
            writer.EndGroup();
            writer.EndRow();
            var right = new SortedSet<int>();
            for (int n = 1 + rng.NextInt(4); n > 0; n--) right.Add(rng.NextInt(Labels));
            truth.Add([.. right]);
        }
        return (rows, truth);
    }

    /// <summary>A distribution that depends on the row's feature.</summary>
    private sealed class NoisyPolicy : IPolicy
    {
        public ActionDistribution Distribution(scoped in DecisionContext context, PolicyScratch scratch)
        {
            var p = scratch.Doubles(context.ActionCount);
            var rng = new Rng(RowKey.Of(context.Shared));
            double sum = 0;
            for (int a = 0; a < p.Length; a++) sum += p[a] = Math.Exp(1.5 * rng.NextGaussian());
            for (int a = 0; a < p.Length; a++) p[a] /= sum;
            return new ActionDistribution(default, p);
        }
    }
}
