using Forage.Features;
using Forage.Quantiles;
using Forage.Quantiles.Quanting;
using Forage.Quantiles.Trees;
using Forage.Quantiles.Trees.Internals;

namespace Forage.Tests.Quantiles;

/// <summary>C4.5: splits, missing values, pruning.</summary>
public class DecisionTreeTests
{
    private static readonly DecisionTreeOptions s_plain = new() { Penalty = false, PruningConfidence = null, LeafWeight = 1 };

    [Fact]
    public void Logarithms_are_those_of_the_library()
    {
        var rng = new Rng(1);
        for (int i = 0; i < 20_000; i++)
        {
            double x = Math.Exp(30 * (rng.NextDouble() - 0.5));
            Assert.Equal(Math.Log2(x), Entropy.Log2(x), 1e-8 * Math.Max(1, Math.Abs(Math.Log2(x))));
        }
        foreach (double x in new[] { 1, 2, 0.5, Math.Sqrt(0.5), Math.BitDecrement(Math.Sqrt(0.5)), 1.5, 1e300, 1e-300 }) Assert.Equal(Math.Log2(x), Entropy.Log2(x), 1e-8 * Math.Max(1, Math.Abs(Math.Log2(x))));
        Assert.Equal(0, Entropy.Self(0));
    }

    [Theory] // Quinlan, "C4.5" (1993), chapter 4: U_25%(E, N)
    [InlineData(6, 0, 0.206)]
    [InlineData(9, 0, 0.143)]
    [InlineData(1, 0, 0.750)]
    [InlineData(16, 1, 0.157)]
    public void Pessimistic_errors_are_Quinlans(double n, double e, double rate)
    {
        // C4.5's table for E ≥ 1 is exact binomial; the normal approximation in its code (and WEKA's) is within 0.02.
        Assert.Equal(rate, (e + new PessimisticError(0.25).Extra(n, e)) / n, e == 0 ? 5e-4 : 0.02);
    }

    [Fact]
    public void The_best_cut_is_the_best_of_all()
    {
        var rng = new Rng(7);
        var search = new SplitSearch();
        for (int trial = 0; trial < 400; trial++)
        {
            int n = 2 + rng.NextInt(40);
            byte[] bins = [.. Enumerable.Range(0, n).Select(_ => rng.NextInt(6) == 0 ? BinnedTable.Missing : (byte)rng.NextInt(12))];
            float[] weights = [.. Enumerable.Range(0, n).Select(_ => 0.5f + rng.NextInt(3))];
            byte[] classes = [.. Enumerable.Range(0, n).Select(_ => (byte)rng.NextInt(2))];
            int[] rows = [.. Enumerable.Range(0, n)];
            double total = weights.Sum(), known = rows.Where(i => bins[i] != BinnedTable.Missing).Sum(i => (double)weights[i]);
            double H(Func<int, bool> inside)
            {
                double a = rows.Where(i => inside(i) && classes[i] == 0).Sum(i => (double)weights[i]), b = rows.Where(i => inside(i) && classes[i] == 1).Sum(i => (double)weights[i]);
                return a == 0 || b == 0 ? 0 : -a * Math.Log2(a / (a + b)) - b * Math.Log2(b / (a + b));
            }
            double best = 0, whole = H(i => bins[i] != BinnedTable.Missing);
            for (int b = 0; b < 12; b++)
            {
                double left = rows.Where(i => bins[i] <= b).Sum(i => (double)weights[i]);
                if (left < 1 || known - left < 1) continue;
                int cut = b;
                best = Math.Max(best, (whole - H(i => bins[i] <= cut) - H(i => bins[i] > cut && bins[i] != BinnedTable.Missing)) / total);
            }
            var found = search.Best(bins, rows, weights, classes, total, 1, false);
            Assert.Equal(best < 1e-9 ? 0 : best, found.Bin < 0 ? 0 : found.Gain, 1e-5);
            if (found.Bin < 0) continue;
            double share = rows.Where(i => bins[i] <= found.Bin).Sum(i => (double)weights[i]) / known;
            Assert.Equal(share, found.LeftShare, 1e-5);
        }
    }

    [Fact]
    public void Gain_ratio_prefers_a_small_pure_part_where_gain_prefers_halves()
    {
        // Of 32 rows column 0 takes 4 off, all of one class: gain 0.138, ratio 0.138/0.544 = 0.254. Column 1 halves them, 12:4 against 4:12: gain and ratio 0.189.
        // Column 2 halves them 9:7, gain 0.011, so that both others have at least the average gain that C4.5 asks for.
        var table = new NumericTable(32, 3);
        bool[] positive = new bool[32];
        for (int i = 0; i < 32; i++)
        {
            positive[i] = i < 12 || i is >= 16 and < 20;
            table[i, 0] = i < 2 || i is 16 or 17 ? 1 : 0;
            table[i, 1] = i < 16 ? 0 : 1;
            table[i, 2] = i < 9 || i is >= 12 and < 16 or >= 20 and < 23 ? 1 : 0;
        }
        var gain = (DecisionTree)Learn(table, positive, s_plain with { Depth = 1, Criterion = SplitCriterion.Gain });
        Assert.Equal(0.75f, gain.Probability([0, 0, 0]));
        Assert.Equal(0.25f, gain.Probability([1, 1, 0]));
        var ratio = (DecisionTree)Learn(table, positive, s_plain with { Depth = 1, Criterion = SplitCriterion.GainRatio });
        Assert.Equal(1, ratio.Probability([1, 1, 0]));
        Assert.Equal(12 / 28f, ratio.Probability([0, 0, 0]));
    }

    [Fact]
    public void Missing_values_are_shared_out()
    {
        // x ≤ 0: negative (6 rows), x > 0: positive (2 rows); two rows without x. Known weights 6 : 2.
        var table = new NumericTable(10, 1);
        bool[] positive = new bool[10];
        for (int i = 0; i < 10; i++) (table[i, 0], positive[i]) = (i < 6 ? -1 : i < 8 ? 1 : float.NaN, i is 6 or 7 or 8);
        var tree = Learn(table, positive, s_plain with { Depth = 1 });
        // Left: 6 negatives and ¾ of a positive and of a negative; right: 2 positives and ¼ of each.
        float left = 0.75f / 7.5f, right = 2.25f / 2.5f;
        Assert.Equal(left, tree.Probability([-1]), 1e-5f);
        Assert.Equal(right, tree.Probability([1]), 1e-5f);
        Assert.Equal(0.75f * left + 0.25f * right, tree.Probability([float.NaN]), 1e-5f);
    }

    [Fact]
    public void Noise_is_pruned_and_structure_is_not()
    {
        var rng = new Rng(3);
        var table = new NumericTable(2000, 4);
        bool[] noise = new bool[2000], rule = new bool[2000];
        for (int i = 0; i < 2000; i++)
        {
            for (int c = 0; c < 4; c++) table[i, c] = (float)rng.NextGaussian();
            noise[i] = rng.NextInt(4) == 0;
            rule[i] = table[i, 0] > 0 != table[i, 1] > 0.5 ^ rng.NextInt(20) == 0;
        }
        var options = new DecisionTreeOptions();
        int unpruned = ((DecisionTree)Learn(table, noise, options with { PruningConfidence = null, Penalty = false })).Leaves, pruned = ((DecisionTree)Learn(table, noise, options)).Leaves;
        Assert.True(unpruned > 300 && pruned < unpruned / 10, $"{unpruned} leaves, {pruned} after pruning");
        var tree = Learn(table, rule, options);
        int right = 0;
        for (int i = 0; i < 4000; i++)
        {
            float a = (float)rng.NextGaussian(), b = (float)rng.NextGaussian();
            if (tree.Probability([a, b, 0, 0]) >= 0.5f == (a > 0 != b > 0.5)) right++;
        }
        Assert.InRange(right, 3700, 4000);
    }

    [Fact]
    public void Weights_count_as_repetition()
    {
        var rng = new Rng(11);
        var table = new NumericTable(300, 3);
        bool[] positive = new bool[300];
        float[] weights = new float[300];
        for (int i = 0; i < 300; i++)
        {
            for (int c = 0; c < 3; c++) table[i, c] = rng.NextInt(200);
            (positive[i], weights[i]) = (table[i, 0] + table[i, 1] + 60 * rng.NextGaussian() > 200, rng.NextInt(3));
        }
        int[] rows = [.. Enumerable.Range(0, 300).SelectMany(i => Enumerable.Repeat(i, (int)weights[i]))];
        float[] ones = new float[rows.Length];
        Array.Fill(ones, 1);
        // Large leaves and few questions, so that no two splits are equally good up to rounding. Scaled to a mean of 1 over rows of positive weight, weights 1 and 2 are not 1 and 2: ask for leaves accordingly.
        float scale = weights.Count(w => w > 0) / weights.Sum();
        var weighted = new DecisionTreeLearner(s_plain with { LeafWeight = 19.99 * scale, Depth = 3 }).Prepare(table, default).Learn(positive, weights, default);
        var repeated = new DecisionTreeLearner(s_plain with { LeafWeight = 19.99, Depth = 3 }).Prepare(table.Select(rows), default).Learn([.. rows.Select(i => positive[i])], ones, default);
        for (int i = 0; i < 300; i++)
        {
            if (weights[i] == 0) continue; // its values are bins of the one and not of the other
            float[] row = new float[3];
            table.CopyRow(i, row);
            Assert.Equal(repeated.Probability(row), weighted.Probability(row), 1e-4f);
        }
    }

    [Fact]
    public void Bins_keep_every_value_apart_while_there_are_enough()
    {
        var table = new NumericTable(1000, 2);
        for (int i = 0; i < 1000; i++) (table[i, 0], table[i, 1]) = (i % 50 == 49 ? float.NaN : i % 50, i);
        var bins = new BinnedTable(table, 100);
        Assert.Equal((49, 100), (bins.Bins(0), bins.Bins(1)));
        for (int i = 0; i < 1000; i++) Assert.Equal(i % 50 == 49 ? BinnedTable.Missing : (byte)(i % 50), bins.Column(0)[i]);
        int[] sizes = [.. Enumerable.Range(0, 100).Select(b => bins.Column(1).ToArray().Count(x => x == b))];
        Assert.All(sizes, s => Assert.InRange(s, 9, 11));
        for (int i = 0; i < 1000; i++)
        {
            int b = bins.Column(1)[i];
            Assert.True((b == 99 || table[i, 1] <= bins.Cut(1, b)) && (b == 0 || table[i, 1] > bins.Cut(1, b - 1)));
        }
    }

    private static IBinaryClassifier Learn(NumericTable table, bool[] positive, DecisionTreeOptions options)
    {
        float[] weights = new float[positive.Length];
        Array.Fill(weights, 1);
        return new DecisionTreeLearner(options).Prepare(table, new Rng(1)).Learn(positive, weights, new Rng(2));
    }
}
