using Forage.Features;
using Forage.Linear;
using Forage.Persistence;

namespace Forage.Tests.Linear;

public class RegressorPoolTests
{
    private const int Regressors = 5;

    public static TheoryData<LossKind, bool, bool, bool> Settings()
    {
        var data = new TheoryData<LossKind, bool, bool, bool>();
        foreach (var loss in new[] { LossKind.Squared, LossKind.Logistic, LossKind.Hinge, LossKind.Quantile })
            foreach (var (adaptive, normalized, invariant) in new[] { (true, true, true), (true, false, true), (false, true, false), (false, false, true) }) data.Add(loss, adaptive, normalized, invariant);
        return data;
    }

    /// <summary>With scales that do not grow, a pool does what a learner of as many slots does.</summary>
    [Theory]
    [MemberData(nameof(Settings))]
    public void A_pool_learns_what_slots_learn(LossKind loss, bool adaptive, bool normalized, bool invariant)
    {
        var options = new LinearOptions { Bits = 22, Loss = loss, Adaptive = adaptive, Normalized = normalized, Invariant = invariant, Interactions = ["ab"] };
        if (!adaptive || !normalized) options = options with { LearningRate = 0.02f };
        using var slots = new LinearLearner(options, Regressors);
        using var pool = Pool(options);
        var rows = Rows(600, 30);
        var row = new PooledRow();
        for (int i = 0; i < 600; i++)
        {
            int k = i % Regressors;
            float y = (i / Regressors + k) % 3 == 0 ? 1 : -1, importance = 1 + i % 3;
            pool.Gather(rows[i], row, learn: true);
            float before = pool.Learn(row, k, y, importance, out float after);
            Assert.Equal(slots.Learn(rows[i], y, importance, k), pool.Clip(before), Tolerance(before));
            Assert.Equal(pool.Score(row, k), after, Tolerance(after));
        }
        var scores = new float[Regressors];
        for (int i = 0; i < 100; i++)
        {
            slots.PredictAll(rows[i], scores);
            pool.Gather(rows[i], row, learn: false);
            for (int k = 0; k < Regressors; k++) Assert.Equal(scores[k], pool.Clip(pool.Score(row, k)), Tolerance(scores[k]));
        }
    }

    /// <summary>Eight features at a time or one, any number of them: the same bits.</summary>
    [Fact]
    public void The_kernel_equals_its_scalar_twin()
    {
        foreach (bool sparse in new[] { false, true })
        {
            var options = new LinearOptions { Bits = 32 };
            using var fast = Pool(options);
            using var scalar = Pool(options, scalar: true);
            var rng = new Rng(4);
            var row = new PooledRow();
            for (int i = 0; i < 400; i++)
            {
                int n = i % 41;
                var x = new FeatureRow([.. Enumerable.Range(0, n).Select(f => sparse ? (uint)rng.NextUInt64() >> 18 : (uint)f)], [.. Enumerable.Range(0, n).Select(_ => (float)rng.NextGaussian())]);
                float y = rng.NextInt(2) * 2 - 1;
                fast.Gather(x, row, true);
                float a = fast.Learn(row, i % Regressors, y, 1, out float afterA);
                scalar.Gather(x, row, true);
                Assert.Equal(scalar.Learn(row, i % Regressors, y, 1, out float afterB), a);
                Assert.Equal(afterB, afterA);
            }
            Assert.Equal(Bytes(scalar), Bytes(fast));
        }
    }

    /// <summary>A scale that grows later changes no score: w N is kept, not w.</summary>
    [Fact]
    public void Growing_scales_keep_the_score_of_what_was_learnt()
    {
        using var pool = Pool(new LinearOptions());
        var row = new PooledRow();
        var x = new FeatureRow([1, 2], [1, -0.5f]);
        for (int i = 0; i < 20; i++)
        {
            pool.Gather(x, row, true);
            pool.Learn(row, 0, 1, 1, out _);
        }
        pool.Gather(x, row, false);
        float before = pool.Score(row, 0);
        pool.Gather(new FeatureRow([1], [8]), row, true); // another regressor's example
        pool.Learn(row, 1, -1, 1, out _);
        pool.Gather(x, row, false);
        float w1 = pool.Score(row, 0);
        // Feature 1 counts an eighth of what it did, as with the normalised update, whose weights shrink by N/N'.
        Assert.InRange(w1, 0.05f, before - 0.05f);
    }

    [Fact]
    public void Saving_and_loading_gives_the_same_bytes_scores_and_future()
    {
        using var pool = Pool(new LinearOptions());
        Train(pool, 0, 500);
        byte[] saved = Bytes(pool);
        using var loaded = RegressorPool.Load(new ModelReader(new MemoryStream(saved), "saved"));
        Assert.Equal(saved, Bytes(loaded));
        Assert.Equal(pool.TableBytes, loaded.TableBytes);
        Train(pool, 500, 900);
        Train(loaded, 500, 900);
        Assert.Equal(Bytes(pool), Bytes(loaded));
    }

    /// <summary>Without what only learning needs: the same scores to the bit, less memory, and no learning or saving.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_to_predict_only_a_pool_scores_the_same_and_learns_no_more(bool adaptive)
    {
        using var pool = Pool(new LinearOptions { Adaptive = adaptive, InitialT = 0.5f });
        Train(pool, 0, 500);
        using var read = RegressorPool.Load(new ModelReader(new MemoryStream(Bytes(pool)), "saved"), predictOnly: true);
        if (adaptive) Assert.True(3 * read.TableBytes <= 2.01 * pool.TableBytes);
        else Assert.Equal(pool.TableBytes, read.TableBytes);
        PooledRow row = new(), other = new();
        var rows = Rows(100, 500);
        for (int i = 0; i < 100; i++)
        {
            pool.Gather(rows[i], row, learn: false);
            read.Gather(rows[i], other, learn: false);
            for (int k = 0; k < Regressors; k++) Assert.Equal(pool.Score(row, k), read.Score(other, k));
        }
        Assert.Contains("predict only", Assert.Throws<ForageException>(() => read.Learn(other, 0, 1, 1, out _)).Message);
        Assert.Contains("predict only", Assert.Throws<ForageException>(() => Bytes(read)).Message);
    }

    /// <summary>Whatever features come in whatever order, a table holds what it was taught: kept beside a dictionary of plain weights.</summary>
    [Theory]
    [InlineData(40, 1)]
    [InlineData(3_000, 2)]
    [InlineData(1_000_000, 3)]
    public void Tables_hold_what_plain_weights_hold(int features, ulong seed)
    {
        var options = new LinearOptions { Bits = 32, Adaptive = false, Normalized = false, Invariant = false, LearningRate = 0.01f, PowerT = 0, Constant = false };
        using var pool = Pool(options);
        var plain = new Dictionary<(int, uint), double>();
        var rng = new Rng(seed);
        var row = new PooledRow();
        for (int i = 0; i < 3000; i++)
        {
            // Zipf, so that some features are everywhere and most are rare; regressors see different shares.
            uint[] indices = [.. Enumerable.Range(0, 20).Select(_ => (uint)Math.Pow(features, rng.NextDouble())).Distinct()];
            float[] values = [.. indices.Select(_ => (float)rng.NextGaussian())];
            int k = i % Regressors == 0 ? i / Regressors % Regressors : 0;
            double expected = indices.Zip(values).Sum(f => f.Second * plain.GetValueOrDefault((k, f.First)));
            pool.Gather(new FeatureRow(indices, values), row, learn: true);
            float y = rng.NextInt(2) * 2 - 1, before = pool.Learn(row, k, y, 1, out float after);
            Assert.Equal(expected, before, 1e-4f * (1 + Math.Abs(before)));
            double step = 2 * 0.01 * (y - Math.Clamp(before, -1, 1));
            foreach (var (index, value) in indices.Zip(values)) plain[(k, index)] = plain.GetValueOrDefault((k, index)) + step * value;
            Assert.Equal(pool.Score(row, k), after, 1e-4f * (1 + Math.Abs(after)));
        }
        Assert.Equal(plain.Count(w => w.Value != 0), pool.Weights);
    }

    [Fact]
    public void Memory_stays_below_its_bound_and_scores_stay_right()
    {
        using var bounded = new RegressorPool(new LinearOptions { Bits = 32 }, mostBytes: 20_000);
        using var free = Pool(new LinearOptions());
        for (int k = 0; k < Regressors; k++) bounded.Add();
        Train(bounded, 0, 900);
        Train(free, 0, 900);
        Assert.True(bounded.IsFull);
        Assert.False(free.IsFull);
        Assert.InRange(bounded.TableBytes, 4_000, 20_000);
        Assert.InRange(bounded.Bytes, 15_000, 20_000);
        Assert.True(free.TableBytes > 20_000);
        Assert.InRange(bounded.Weights, 100, free.Weights - 1);
    }

    /// <summary>New features without end: their numbering is within the bound too, the rows are learnt without those that came too late, and a saved pool goes on the same.</summary>
    [Fact]
    public void Numbering_stays_below_the_bound_of_memory()
    {
        using var bounded = new RegressorPool(new LinearOptions { Bits = 32 }, mostBytes: 1 << 20);
        using var plain = new RegressorPool(new LinearOptions { Bits = 32 });
        for (int k = 0; k < Regressors; k++) bounded.Add();
        plain.Add();
        var row = new PooledRow();
        uint[] indices = new uint[10];
        float[] ones = [.. Enumerable.Repeat(1f, 10)];
        for (uint i = 0; i < 20_000; i++)
        {
            // Two features that are everywhere, eight that come once.
            for (uint f = 0; f < 10; f++) indices[f] = f < 2 ? f : 10 * i + f;
            float y = i % 3 == 0 ? 1 : -1;
            bounded.Gather(new FeatureRow(indices, ones), row, learn: true);
            int known = row.Count;
            float score = bounded.Learn(row, 0, y, 1, out _);
            Assert.True(bounded.Bytes <= 1 << 20, $"{bounded.Bytes} bytes after {i} rows");
            Assert.InRange(known, 3, 11);
            // What is left is a row of the features that were known: of the first rows all, later the two and the constant.
            plain.Gather(new FeatureRow(indices.AsSpan(0, known - 1), ones.AsSpan(0, known - 1)), row, learn: true);
            Assert.Equal(plain.Learn(row, 0, y, 1, out _), score);
        }
        Assert.Equal(3, row.Count);
        Assert.True(bounded.IsFull);
        Assert.InRange(bounded.Features, 5_000, 50_000);
        Assert.InRange(plain.Features, bounded.Features, bounded.Features + 8);

        using var loaded = RegressorPool.Load(new ModelReader(new MemoryStream(Bytes(bounded)), "saved"));
        Assert.True(loaded.IsFull);
        Assert.Equal((bounded.Bytes, bounded.Features), (loaded.Bytes, loaded.Features));
        Train(bounded, 0, 100);
        Train(loaded, 0, 100);
        Assert.Equal(Bytes(bounded), Bytes(loaded));
    }

    [Fact]
    public void Regressors_given_back_know_nothing_when_they_come_again()
    {
        using var pool = Pool(new LinearOptions());
        Train(pool, 0, 200);
        long bytes = pool.TableBytes;
        Assert.True(pool.WeightsOf(2) > 0);
        pool.Remove(2);
        Assert.True(pool.TableBytes < bytes);
        Assert.Equal(2, pool.Add());
        Assert.Equal(0, pool.WeightsOf(2));
        Assert.Equal(Regressors, pool.Add());
        var row = new PooledRow();
        pool.Gather(Rows(1, 400)[0], row, false);
        Assert.Equal(0, pool.Score(row, 2));
    }

    [Fact]
    public void Bad_options_and_labels_are_named()
    {
        Assert.Contains("l1 0.1", Assert.Throws<ForageException>(() => Pool(new LinearOptions { L1 = 0.1f })).Message);
        Assert.Contains("is 0.3; regressors", Assert.Throws<ForageException>(() => Pool(new LinearOptions { PowerT = 0.3f })).Message);
        using var pool = Pool(new LinearOptions());
        var row = new PooledRow();
        pool.Gather(default, row, true);
        Assert.Contains("label NaN", Assert.Throws<ForageException>(() => pool.Learn(row, 0, float.NaN, 1, out _)).Message);
        Assert.Contains("importance -1", Assert.Throws<ForageException>(() => pool.Learn(row, 0, 1, -1, out _)).Message);
    }

    private static float Tolerance(float value) => 2e-4f * (1 + Math.Abs(value));

    private static RegressorPool Pool(LinearOptions options, bool scalar = false)
    {
        var pool = new RegressorPool(options, long.MaxValue, scalar);
        for (int k = 0; k < Regressors; k++) pool.Add();
        return pool;
    }

    private static void Train(RegressorPool pool, int first, int end)
    {
        var rows = Rows(end, 400);
        var row = new PooledRow();
        for (int i = first; i < end; i++)
        {
            pool.Gather(rows[i], row, true);
            pool.Learn(row, i % Regressors, i % 3 - 1, 1, out _);
        }
    }

    private static byte[] Bytes(RegressorPool pool)
    {
        var stream = new MemoryStream();
        using var writer = new ModelWriter(stream);
        pool.Save(writer);
        writer.Finish();
        return stream.ToArray();
    }

    /// <summary>Each feature has one magnitude and either sign.</summary>
    private static FeatureBlock Rows(int count, int features)
    {
        var rng = new Rng(12);
        var block = new FeatureBlock();
        var writer = new RowWriter(block);
        for (int i = 0; i < count; i++)
        {
            writer.BeginRow();
            for (byte ns = (byte)'a'; ns <= 'b'; ns++)
            {
                writer.BeginGroup(ns);
                for (int f = 0; f < 6; f++)
                {
                    int index = (rng.NextInt(features / 6) * 6) + f;
                    writer.Add((uint)(index + 500 * ns), (1 + index % 4) * (rng.NextInt(2) == 0 ? -0.5f : 0.5f));
                }
                writer.EndGroup();
            }
            writer.EndRow();
        }
        return block;
    }
}
