using System.Runtime.Intrinsics;
using Forage.Features;
using Forage.Quantiles;
using Forage.Quantiles.Quanting;
using Forage.Quantiles.Trees;
using Forage.Quantiles.Trees.Internals;

namespace Forage.Tests.Quantiles;

/// <summary>Boosted trees over all thresholds: kernels against their scalar twins, probabilities against the truth.</summary>
public class SlotBoostTests
{
    [Fact]
    public void Kernels_do_what_their_scalar_twins_do()
    {
        var rng = new Rng(4);
        int[] offsets = [0, 5, 8, 20];
        for (int trial = 0; trial < 100; trial++)
        {
            float[] own = [.. Enumerable.Range(0, SlotKernels.Stride).Select(_ => (float)rng.NextGaussian())];
            byte[] bins = [(byte)rng.NextInt(5), (byte)rng.NextInt(3), (byte)rng.NextInt(12)];
            float[] a = [.. Enumerable.Range(0, 20 * SlotKernels.Stride).Select(_ => (float)rng.NextGaussian())], b = [.. a];
            int[] countsA = new int[20], countsB = new int[20];
            SlotKernels.Add(own, bins, offsets, a, countsA);
            SlotKernels.AddScalar(own, bins, offsets, b, countsB);
            Assert.Equal(b, a);
            Assert.Equal(countsB, countsA);
            float[] left = [.. own.Select(Math.Abs)], all = [.. left.Select(v => 2 * v + 0.1f)];
            float fast = SlotKernels.Quality(Vector512.Create<float>(left.AsSpan(0, 16)), Vector512.Create<float>(left.AsSpan(16)), Vector512.Create<float>(all.AsSpan(0, 16)), Vector512.Create<float>(all.AsSpan(16)), Vector512.Create(0.7f));
            Assert.Equal(SlotKernels.QualityScalar(left, all, 0.7f), fast, 1e-4f * fast);
        }
        for (int rows = 0; rows < 7; rows++)
        {
            foreach (int stride in new[] { 16, 48 })
            {
                float[][] values = [.. Enumerable.Range(0, 4).Select(t => Enumerable.Range(0, (t + 2) * stride).Select(_ => (float)rng.NextGaussian()).ToArray())];
                float[] sum = [.. Enumerable.Range(0, rows * stride).Select(_ => (float)rng.NextGaussian())], twin = [.. sum];
                int[] leaves = [.. Enumerable.Range(0, 4 * 9).Select(i => rng.NextInt(i / 9 + 2))];
                SlotKernels.AddLeaves(sum, stride, leaves, 9, values[0], values[1], values[2], values[3]);
                SlotKernels.AddLeavesScalar(twin, stride, leaves, 9, values[0], values[1], values[2], values[3]);
                Assert.Equal(twin, sum);
            }
        }
        for (int length = 0; length < 70; length++)
        {
            float[] p = [.. Enumerable.Range(0, length).Select(_ => (float)rng.NextDouble())], g = [.. p.Select(v => v - 1)], h = [.. p], g2 = [.. g], h2 = [.. h];
            LeafSums.Add(p, 0.3f, 1, g, h);
            LeafSums.AddScalar(p, 0.3f, 1, g2, h2);
            for (int k = 0; k < length; k++)
            {
                Assert.Equal(g2[k], g[k], 1e-6f);
                Assert.Equal(h2[k], h[k], 1e-6f);
            }
        }
    }

    [Fact]
    public void Finds_the_quantiles_of_a_skewed_target()
    {
        double[] levels = [0.1, 0.5, 0.9];
        var (train, test) = (QuantileSets.Skewed(2000, 1), QuantileSets.Skewed(3000, 2));
        var model = QuantingTrainer.Train(train, levels, new SlotBoost(new SlotBoostOptions { LearningRate = 0.2, Leaves = 8, Rounds = 150 }), new QuantingOptions { Classifiers = 40 }, threads: 2);
        var scores = model.Score(test);
        double[] f = model.PredictAll(test.Table);
        for (int l = 0; l < 3; l++)
        {
            double best = 0, error = 0;
            for (int i = 0; i < test.Count; i++)
            {
                double truth = QuantileSets.Truth(test.Table[i, 0], test.Table[i, 1], levels[l]);
                best += PinballLoss.Of(test.Targets[i], truth, levels[l]) / test.Count;
                error += Math.Abs(f[3 * i + l] - truth) / test.Count;
            }
            Assert.InRange(scores[l].Loss, 0.97 * best, 1.15 * best);
            Assert.InRange(scores[l].Coverage, levels[l] - 0.05, levels[l] + 0.05);
            Assert.True(error < 0.9, $"mean error {error} at {levels[l]}"); // the target's deviation is 3.6
        }
    }

    [Fact]
    public void One_set_for_all_quantiles_and_one_weighted_for_each_agree()
    {
        double[] levels = [0.2, 0.8];
        var (train, test) = (QuantileSets.Skewed(3000, 5), QuantileSets.Skewed(2000, 6));
        var learner = new SlotBoost(new SlotBoostOptions { LearningRate = 0.2, Folds = 2, Leaves = 8, Rounds = 80 });
        var shared = QuantingTrainer.Train(train, levels, learner, new QuantingOptions { Classifiers = 30 });
        var own = QuantingTrainer.Train(train, levels, learner, new QuantingOptions { Classifiers = 30, Shared = false });
        Assert.Equal((1, 2), (shared.Classifiers.Count, own.Classifiers.Count));
        for (int l = 0; l < 2; l++) Assert.InRange(own.Score(test)[l].Loss / shared.Score(test)[l].Loss, 0.93, 1.07);
    }

    [Fact]
    public void Missing_values_go_where_they_are_better_off()
    {
        var rng = new Rng(9);
        var table = new NumericTable(2000, 1);
        double[] y = new double[2000];
        for (int i = 0; i < 2000; i++)
        {
            bool missing = i % 4 == 0;
            table[i, 0] = missing ? float.NaN : (float)rng.NextDouble();
            y[i] = (missing || table[i, 0] > 0.7 ? 5 : 0) + rng.NextDouble();
        }
        var model = QuantingTrainer.Train(new QuantileSet(table, y), [0.5], new SlotBoost(), new QuantingOptions { Classifiers = 50 });
        double[] f = model.PredictAll(NumericTable.Of([[float.NaN], [0.9f], [0.3f]]));
        Assert.InRange(f[0], 5.2, 5.8);
        Assert.InRange(f[1], 5.2, 5.8);
        Assert.InRange(f[2], 0.2, 0.8);
    }

    [Fact]
    public void A_row_goes_down_by_what_it_is_asked()
    {
        // Three questions: x0 ≤ 0; left x1 ≤ 1, right x0 ≤ 5 (missing left).
        var tree = new SlotTree([0, 1, 0], [0, 1, 5], [1, 2, ~0, ~1, ~2, ~3], [false, true, true], [.. Enumerable.Range(0, 4).SelectMany(l => new float[] { l, -l })], 2);
        var rng = new Rng(3);
        for (int i = 0; i < 50; i++)
        {
            float[] row = [(float)(8 * rng.NextDouble() - 2), (float)(8 * rng.NextDouble() - 2)];
            int expected = row[0] <= 0 ? row[1] <= 1 ? 0 : 1 : row[0] <= 5 ? 2 : 3;
            Assert.Equal(expected, tree.LeafOf(row));
            Assert.Equal([expected, -expected], tree.Values(expected).ToArray());
        }
        Assert.Equal(2, tree.LeafOf([float.NaN, 0])); // right at the root, left below
        Assert.Equal(0, tree.LeafOf([-1, float.NaN]));
        Assert.Equal(0, new SlotTree([], [], [], [], [1, 2], 2).LeafOf([5]));
    }

    /// <summary>Sixteen rows at once or one: the same leaves, in trees of any shape, with ties and missing values, of as many leaves as a word has bits and of more.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(40)]
    public void Rows_go_down_together_as_they_do_alone(int count)
    {
        const int Rows = 37, Pitch = 48, Columns = 3;
        var rng = new Rng((ulong)count);
        for (int round = 0; round < 20; round++)
        {
            int[] features = new int[count - 1], children = new int[2 * (count - 1)];
            // A random leaf becomes a question, again and again.
            var open = new List<int>();
            for (int n = 0; n < count - 1; n++)
            {
                features[n] = rng.NextInt(Columns);
                if (n > 0)
                {
                    int at = rng.NextInt(open.Count);
                    children[open[at]] = n;
                    open.RemoveAt(at);
                }
                open.AddRange([2 * n, 2 * n + 1]);
            }
            int[] numbers = [.. Enumerable.Range(0, count)];
            rng.Shuffle<int>(numbers);
            for (int l = 0; l < open.Count; l++) children[open[l]] = ~numbers[l];
            var tree = new SlotTree(features, [.. features.Select(_ => (float)rng.NextInt(7))], children, [.. features.Select(_ => rng.NextInt(2) == 0)], new float[count], 1);
            float[] table = [.. Enumerable.Range(0, Columns * Pitch).Select(_ => rng.NextInt(8) is < 7 and var v ? v : float.NaN)];
            int[] leaves = new int[Pitch];
            tree.LeavesOf(table, Pitch, Rows, leaves);
            for (int i = 0; i < Rows; i++) Assert.Equal(tree.LeafOf([table[i], table[Pitch + i], table[2 * Pitch + i]]), leaves[i]);
        }
    }

    [Fact]
    public void Row_weights_count()
    {
        var rng = new Rng(10);
        var table = new NumericTable(2000, 1);
        double[] y = [.. Enumerable.Range(0, 2000).Select(_ => rng.NextDouble())];
        float[] weights = [.. y.Select(v => v > 0.5 ? 3f : 1)];
        var set = new QuantileSet(table, y, weights);
        // Without a useful feature: the weighted median. 1·½ + 3·(m - ½) = ½·(½ + 3/2), m = 2/3.
        foreach (var learner in new IThresholdLearner[] { new SlotBoost(), new PerThreshold(new BaggedTreesLearner(), true) })
            Assert.InRange(QuantingTrainer.Train(set, [0.5], learner).PredictAll(NumericTable.Of([[0]]))[0], 0.63, 0.7);
    }
}
