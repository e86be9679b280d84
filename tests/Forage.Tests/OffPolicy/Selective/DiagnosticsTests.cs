using Forage.Features;
using Forage.OffPolicy;
using Forage.OffPolicy.Selective;

namespace Forage.Tests.OffPolicy.Selective;

public class DiagnosticsTests
{
    [Fact]
    public void SelfNormalisingIsTheSameWhateverTheTranslationAndTranslatingIsUnbiased()
    {
        double[] lambda = [0.9, -2, 0.3];
        var world = new TabularWorld(3, 6, 5);
        var rng = new Rng(2);
        var weigher = new PolicyWeigher(world.Target);
        SnipsEstimator raw = new(), moved = new();
        TranslatedIpsEstimator translated = new(lambda), none = new([0, 0, 0]);
        IpsEstimator ips = new();
        var statistics = new SlateWeightStatistics();
        var rewards = new double[3];
        for (int i = 0; i < 4000; i++)
        {
            var (decision, x) = world.Draw(ref rng, 3);
            var seen = weigher.Weigh(decision, x);
            for (int j = 0; j < 3; j++) rewards[j] = seen.Rewards[j] - lambda[j];
            raw.Add(seen);
            moved.Add(new Observation(seen.Weights, rewards));
            translated.Add(seen);
            none.Add(seen);
            ips.Add(seen);
            statistics.Add(seen);
        }
        Estimate a = raw.Result(), b = moved.Result();
        Assert.Equal(a.Value, b.Value + lambda.Sum(), 1e-9);
        Assert.Equal(a.Upper, b.Upper + lambda.Sum(), 1e-9);
        Assert.Equal(ips.Result(), none.Result());
        Assert.Equal(ips.Result().Value, none.Objective);
        // Eq. 12 is 0 at each position's own self-normalised value: there the two meet.
        TranslatedIpsEstimator own = new([raw.PositionValue(0), raw.PositionValue(1), raw.PositionValue(2)]);
        var again = new Rng(2);
        for (int i = 0; i < 4000; i++)
        {
            var (decision, x) = world.Draw(ref again, 3);
            own.Add(weigher.Weigh(decision, x));
        }
        Assert.Equal(0, own.Objective, 1e-9);
        Assert.Equal(a.Value, own.Result().Value, 1e-9);
        double truth = world.Truth(world.Target, 3);
        var t = translated.Result(0.999);
        Assert.InRange(truth, t.Lower, t.Upper);
        Assert.Equal(t.Value - lambda.Sum(), translated.Objective, 1e-9);
        Assert.Equal(Enumerable.Range(0, 3).Average(j => statistics[j].Mean), statistics.Whole.Mean, 1e-9);
    }

    [Fact]
    public void FoldsMerge()
    {
        var world = new TabularWorld(3, 6, 5);
        var rng = new Rng(2);
        var weigher = new PolicyWeigher(world.Target);
        TranslatedIpsEstimator[] translated = [new([1, 2]), new([1, 2]), new([1, 2])];
        SlateWeightStatistics[] weights = [new(), new(), new()];
        CoverageCurve[] curves = [.. Enumerable.Range(0, 3).Select(_ => new CoverageCurve(world.Logging, [1, 3], 2))];
        SelectionOverlap[] overlaps = [.. Enumerable.Range(0, 3).Select(_ => new SelectionOverlap(world.Target, new TopActions(world.Logging, 3), new AllActions(), 2))];
        for (int i = 0; i < 400; i++)
        {
            var (decision, x) = world.Draw(ref rng, 2);
            foreach (int part in (int[])[0, 1 + i % 2])
            {
                var seen = weigher.Weigh(decision, x);
                translated[part].Add(seen);
                weights[part].Add(seen);
                curves[part].Add(new DecisionContext(decision, x), (LoggedAction[])decision.Slate);
                overlaps[part].Add(new DecisionContext(decision, x));
            }
        }
        translated[1].Merge(translated[2]);
        weights[1].Merge(weights[2]);
        curves[1].Merge(curves[2]);
        overlaps[1].Merge(overlaps[2]);
        Assert.Equal(translated[0].Result().Value, translated[1].Result().Value, 1e-9);
        Assert.Equal(translated[0].Result().Upper, translated[1].Result().Upper, 1e-9);
        Assert.Equal(weights[0][1].EffectiveSampleSize, weights[1][1].EffectiveSampleSize, 1e-6);
        Assert.Equal(curves[0].Points()[1].There, curves[1].Points()[1].There, 1e-9);
        Assert.Equal(overlaps[0].Kappa, overlaps[1].Kappa, 1e-9);
        Assert.Equal(overlaps[0].Outside, overlaps[0].Kappa, 1e-9); // everything is relevant
        Assert.Contains("translations", Assert.Throws<ForageException>(() => translated[0].Merge(new([1]))).Message);
    }

    [Fact]
    public void OverlapIsThatOfEnumeration()
    {
        var rng = new Rng(8);
        for (int i = 0; i < 100; i++)
        {
            var world = TinyWorld.Random(ref rng, Irrelevant.Everywhere, most: 5, least: 4);
            for (int l = 1; l <= 3; l++)
            {
                double kappa = Enumerable.Range(0, world.Contexts).Average(x => Enumeration.Slates(world.Target[x], l)
                    .Sum(s => s.Probability * s.Slate.Count(a => world.Relevant[x].Contains(a) && !world.Selected[x].Contains(a))));
                var overlap = world.Overlap(l);
                Assert.Equal(kappa, overlap.Kappa, 1e-9);
                Assert.True(overlap.Outside >= overlap.Kappa - 1e-12);
            }
        }
        var greedy = new SelectionOverlap(new GreedyPolicy(new UniformPolicy()), TinyWorld.Selector([[1, 2]]), TinyWorld.Selector([[0]]), 2);
        greedy.Add(new DecisionContext(new FeatureBlock(0, 0), 0, false, 4, number: 0));
        Assert.Equal((1, 1), (greedy.Outside, greedy.Kappa)); // shows 0 and 1
    }

    [Fact]
    public void TheCoverageCurveIsFoundFromTheLogAlone()
    {
        const int length = 2, decisions = 8_000;
        var world = new TabularWorld(4, 8, 9);
        var relevant = world.Means.Select(row => Enumerable.Range(0, 8).Where(a => row[a] > 0.3).ToArray()).ToArray();
        for (int x = 0; x < 4; x++)
            for (int a = 0; a < 8; a++) world.Means[x][a] = relevant[x].Contains(a) ? 1 : 0;
        int[] tops = [1, 2, 4, 8];
        var curve = new CoverageCurve(new LoggingPolicy(), tops, length);
        var rng = new Rng(4);
        double earned = 0;
        for (int i = 0; i < decisions; i++)
        {
            var (decision, x) = world.Draw(ref rng, length);
            curve.Add(new DecisionContext(decision, x), (LoggedAction[])decision.Slate, relevant[x]);
            earned += decision.Reward / length / decisions;
        }
        var points = curve.Points();
        for (int k = 0; k < tops.Length; k++)
        {
            var top = Enumerable.Range(0, 4).Select(x => Enumerable.Range(0, 8).OrderByDescending(a => world.Logging.Rows[x][a]).Take(tops[k]).ToArray()).ToArray();
            double mass = Enumerable.Range(0, 4).Average(x => top[x].Sum(a => world.Logging.Rows[x][a]));
            double there = Enumerable.Range(0, 4).Average(x => (double)top[x].Intersect(relevant[x]).Count());
            double share = there / relevant.Average(r => r.Length);
            var p = points[k];
            Assert.Equal(tops[k], p.Top);
            Assert.Equal(mass, p.Mass, 0.02);
            Assert.Equal(share, p.TrueShare, 0.02);
            Assert.Equal(share, p.Share, 0.05);
            Assert.Equal(there, p.There, 0.08 * Math.Max(1, there));
        }
        Assert.Equal(1, points[^1].Share, 1e-12);
        Assert.Equal(earned, points[^1].Earned, 1e-9); // the logging policy's own R@l
        Assert.True(points[0].Share < 0.8, "the curve should have something to show");
        Assert.True(double.IsNaN(new CoverageCurve(new LoggingPolicy(), [1]).Points()[0].TrueShare));
        Assert.Contains("ascending", Assert.Throws<ForageException>(() => new CoverageCurve(new LoggingPolicy(), [3, 2])).Message);
    }

    [Theory]
    [InlineData(0.5, 2000, "is 0.5, where 1 is expected and 0.9 to 1.15 is believed: it shuns what was logged, so its propensities are overfitted.")]
    [InlineData(1.3, 2000, "is 1.3, where 1 is expected and 0.9 to 1.15 is believed: it crowds onto what was logged, so its propensities are overfitted.")]
    [InlineData(1.0, 50, "its weights make 50 decisions worth 50.0 (at least 100 are asked for)")]
    [InlineData(1.0, 2000, null)]
    [InlineData(1.0, 0, "no decision was weighed")]
    public void OverfittedPropensitiesAreVetoed(double mean, int decisions, string? reason)
    {
        var weights = new SlateWeightStatistics();
        for (int i = 0; i < decisions; i++) weights.Add(new Observation([mean, mean], [0, 0]));
        string? given = new WeightVeto().Reason(weights);
        if (reason is null) Assert.Null(given);
        else Assert.Contains(reason, given);
    }

    [Fact]
    public void APositionAndAShareCanBeVetoedToo()
    {
        var weights = new SlateWeightStatistics();
        for (int i = 0; i < 1000; i++) weights.Add(new Observation([0.7, 1.3], [0, 0]));
        Assert.Null(new WeightVeto().Reason(weights));
        Assert.Contains("the mean weight of position 1 is 0.7", new WeightVeto { EachPosition = true }.Reason(weights));
        var rare = new SlateWeightStatistics();
        for (int i = 0; i < 100_000; i++) rare.Add(new Observation([i % 500 == 0 ? 500 : 0], [0]));
        Assert.Null(new WeightVeto().Reason(rare));
        Assert.Contains("worth 0.2 % of them (at least 1 % is asked for), the largest being 500", new WeightVeto { LeastEffectiveShare = 0.01 }.Reason(rare));
        Assert.Contains("MostMean is 0.5", Assert.Throws<ForageException>(() => new WeightVeto { MostMean = 0.5 }.Reason(rare)).Message);
    }

    [Fact]
    public void SelfNormalisingFallsForAnOverfittedPolicyAndTheVetoDoesNot()
    {
        // Rewards 0.9 for action 0, 0.1 for the rest. The policy was fitted to one log: where an action was rewarded it repeats it, else it shuns what was shown.
        // On that log SNIPS says 1; on another drawn anew it says what it is worth, with weights of mean 1.
        const int n = 3000, k = 10;
        var rng = new Rng(17);
        double[] means = [.9, .1, .1, .1, .1, .1, .1, .1, .1, .1];
        var uniform = Enumerable.Repeat(1.0 / k, k).ToArray();
        LoggedDecision[] Log(ref Rng rng)
        {
            var log = new LoggedDecision[n];
            for (int i = 0; i < n; i++)
            {
                int a = rng.NextInt(k);
                log[i] = new LoggedDecision { Rows = new FeatureBlock(0, 0), ActionCount = k, Slate = [new LoggedAction(a, Math.Log(1.0 / k), rng.NextDouble() < means[a] ? 1 : 0)], Distribution = uniform };
            }
            return log;
        }
        LoggedDecision[] seen = Log(ref rng), fresh = Log(ref rng);
        var fitted = new TabularPolicy([.. seen.Select(d =>
        {
            var shown = d.Slate[0];
            return Enumerable.Range(0, k).Select(a => shown.Reward > 0 ? (a == shown.Action ? 0.5 : 0.5 / (k - 1)) : a == shown.Action ? 1e-3 : (1 - 1e-3) / (k - 1)).ToArray();
        })]);
        (SnipsEstimator Value, SlateWeightStatistics Weights) Appraise(LoggedDecision[] log)
        {
            (SnipsEstimator value, SlateWeightStatistics weights) = (new(), new());
            var weigher = new PolicyWeigher(fitted);
            for (int i = 0; i < n; i++)
            {
                var o = weigher.Weigh(log[i], i);
                value.Add(o);
                weights.Add(o);
            }
            return (value, weights);
        }
        double truth = fitted.Rows.Average(row => row.Zip(means).Sum(p => p.First * p.Second));
        var (own, overfitted) = Appraise(seen);
        Assert.True(own.Result().Value > 0.99 && truth < 0.4, $"{own.Result()} against {truth}");
        Assert.Contains("shuns what was logged", new WeightVeto().Reason(overfitted) ?? $"mean {overfitted.Whole.Mean}");
        var (held, honest) = Appraise(fresh);
        var e = held.Result(0.999);
        Assert.InRange(truth, e.Lower, e.Upper);
        Assert.Null(new WeightVeto().Reason(honest));
    }

    [Fact]
    public void AllWaysAreComparedInOnePass()
    {
        var world = new TabularWorld(3, 6, 21);
        var comparison = new SelectiveComparison(world.Target, new TopActions(new LoggingPolicy(), 4), 3, inclusion: true);
        var rng = new Rng(3);
        for (int i = 0; i < 3000; i++)
        {
            var (decision, x) = world.Draw(ref rng, 3);
            comparison.Add(new DecisionContext(decision, x), (LoggedAction[])decision.Slate);
        }
        double truth = world.Truth(world.Target, 3);
        var rows = comparison.Result(0.999).ToDictionary(r => r.Name);
        Assert.Equal(7, rows.Count);
        foreach (string name in (string[])["whole slate", "full prefix", "inclusion"])
            Assert.InRange(truth, rows[name].Ips.Lower, rows[name].Ips.Upper);
        Assert.True(Width("inclusion") < Width("full prefix") && Width("full prefix") < Width("whole slate"));
        Assert.True(rows["full prefix, truncated"].Ips.Value < rows["full prefix"].Ips.Value);
        Assert.InRange(rows["pruned prefix, renormalised (Eq. 10)"].Weights.Whole.Mean, 0.9, 1.1);
        Assert.True(rows["inclusion, truncated"].Weights.Whole.Mean < 0.97);
        double Width(string name) => rows[name].Ips.Upper - rows[name].Ips.Lower;
    }
}
