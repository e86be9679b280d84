using Forage.Features;
using Forage.Linear;
using Forage.Linear.Internals;
using Forage.Persistence;

namespace Forage.Tests.Linear;

public class RegressorPackTests
{
    private const int Regressors = 10;

    /// <summary>Two blocks, one of them not full, in another order than the pool's.</summary>
    private static readonly int[] Members = [3, -1, 9, 0, 7, 1, 2, -1, 8, -1, 5, -1, 6, 4];

    public static TheoryData<bool, bool, int> Settings() => new()
    {
        { true, true, 30 }, { true, true, 3000 }, { true, true, 1_000_000 }, { true, false, 3000 }, { false, true, 3000 }, { false, false, 3000 },
    };

    /// <summary>Signs are those of the scores, but where a score is as near to 0 as rounding may move it: half a step of the regressor's largest weight for each feature.</summary>
    [Theory]
    [MemberData(nameof(Settings))]
    public void Signs_are_those_of_the_scores(bool adaptive, bool normalized, int features)
    {
        using var pool = Learnt(new LinearOptions { Bits = 32, Adaptive = adaptive, Normalized = normalized, LearningRate = adaptive && normalized ? 0.5f : 0.02f }, features);
        var (read, pack) = Packed(pool, null, Members);
        PooledRow row = new(), packed = new();
        double[] largest = LargestContributions(pool, features);
        int differ = 0, positive = 0, near = 0;
        for (int i = 0; i < 2000; i++)
        {
            var x = Row(features, 10_000 + i);
            pool.Gather(x, row, learn: false);
            read.GatherForPack(x, packed);
            double sum = Enumerable.Range(0, packed.Count).Sum(f => Math.Abs(packed.Z[f]));
            for (int place = 0; place < Members.Length; place++)
            {
                int r = Members[place];
                bool sign = ((pack.Positive(place / 7, packed) >> (place % 7)) & 1) != 0;
                if (r < 0)
                {
                    Assert.False(sign);
                    continue;
                }
                float score = pool.Score(row, r);
                if (Math.Abs(score) <= sum * largest[r] * (0.5 / short.MaxValue + 1e-6)) near++; // and what sums of floats may be off by
                else if (sign != score > 0) differ++;
                if (sign) positive++;
            }
        }
        Assert.Equal(0, differ);
        Assert.InRange(positive, 2000, 18_000);
        Assert.True(near < 200, $"{near} of 20,000 scores are within rounding of 0");
        read.Dispose();
        pack.Dispose();
    }

    /// <summary>The order in which regressors were written is of no concern but to memory.</summary>
    [Fact]
    public void Any_order_of_regressors_packs_the_same()
    {
        using var pool = Learnt(new LinearOptions { Bits = 32 }, 3000);
        int[] order = [8, 2, 3, 9, 0, 7, 1, 5, 6, 4];
        var (read, pack) = Packed(pool, null, Members);
        var (orderedRead, ordered) = Packed(pool, order, Array.ConvertAll(Members, r => Array.IndexOf(order, r)));
        PooledRow row = new(), other = new();
        for (int i = 0; i < 500; i++)
        {
            var x = Row(3000, 10_000 + i);
            read.GatherForPack(x, row);
            orderedRead.GatherForPack(x, other);
            for (int b = 0; b < 2; b++) Assert.Equal(pack.Positive(b, row), ordered.Positive(b, other));
        }
        foreach (IDisposable d in new IDisposable[] { read, pack, orderedRead, ordered }) d.Dispose();
    }

    [Fact]
    public void A_pool_written_in_another_order_is_the_same_under_other_numbers()
    {
        using var pool = Learnt(new LinearOptions { Bits = 32 }, 3000);
        pool.Remove(6);
        pool.Remove(2);
        int[] order = [9, 3, 0, 1];
        using var read = RegressorPool.Load(new ModelReader(new MemoryStream(Bytes(pool, order)), "saved"));
        int[] all = [9, 3, 0, 1, 2, 4, 5, 6, 7, 8];
        PooledRow row = new(), other = new();
        for (int i = 0; i < 200; i++)
        {
            pool.Gather(Row(3000, i), row, learn: false);
            read.Gather(Row(3000, i), other, learn: false);
            for (int k = 0; k < Regressors; k++) Assert.Equal(pool.Score(row, all[k]), read.Score(other, k));
        }
        Assert.Equal(2, all[read.Add()]);
        Assert.Equal(6, all[read.Add()]);
    }

    [Fact]
    public void A_regressor_twice_or_missing_is_told()
    {
        using var pool = Learnt(new LinearOptions { Bits = 32 }, 30);
        Assert.Contains("two nodes with regressor 3", Assert.Throws<ForageException>(() => Packed(pool, null, [3, -1, -1, 3, -1, -1, -1])).Message);
        Assert.Contains("10 regressors, which are not those of its 2 nodes", Assert.Throws<ForageException>(() => Packed(pool, null, [3, -1, -1, 4, -1, -1, -1])).Message);
        Assert.Contains("10 regressors, which are not those of its 10 nodes", Assert.Throws<ForageException>(() => Packed(pool, null, [.. Members.Select(r => r == 9 ? Regressors : r)])).Message);
    }

    /// <summary>However small weights are, they keep their signs.</summary>
    [Fact]
    public void The_smallest_weights_keep_their_signs()
    {
        using var pool = Learnt(new LinearOptions { Bits = 32, LearningRate = 1e-36f }, 30);
        var (read, pack) = Packed(pool, null, Members);
        PooledRow row = new(), packed = new();
        int positive = 0, same = 0;
        for (int i = 0; i < 300; i++)
        {
            pool.Gather(Row(30, i), row, learn: false);
            read.GatherForPack(Row(30, i), packed);
            bool expected = pool.Score(row, Members[0]) > 0;
            if (expected) positive++;
            if (expected == ((pack.Positive(0, packed) & 1) != 0)) same++;
        }
        Assert.InRange(positive, 30, 270);
        Assert.InRange(same, 297, 300);
        read.Dispose();
        pack.Dispose();
    }

    /// <summary>Ten regressors that saw different shares of rows; a few features are everywhere, most are rare, and each has one magnitude.</summary>
    private static RegressorPool Learnt(LinearOptions options, int features)
    {
        var pool = new RegressorPool(options with { Constant = false });
        for (int k = 0; k < Regressors; k++) pool.Add();
        var row = new PooledRow();
        for (int i = 0; i < 3000; i++)
        {
            pool.Gather(Row(features, i), row, learn: true);
            pool.Learn(row, i % (1 + i % Regressors), i % 3 - 1, 1, out _);
        }
        return pool;
    }

    private static FeatureRow Row(int features, int seed)
    {
        var rng = new Rng((ulong)seed);
        uint[] indices = [.. Enumerable.Range(0, 20).Select(_ => (uint)Math.Pow(features, rng.NextDouble())).Distinct()];
        float[] values = [.. indices.Select(i => rng.NextInt(2) == 0 ? -Magnitude(i) : Magnitude(i))];
        return new FeatureRow(indices, values);
    }

    private static float Magnitude(uint index) => 0.25f * (1 + index % 5);

    /// <summary>w N of each regressor's largest weight: the score of a row of that feature alone.</summary>
    private static double[] LargestContributions(RegressorPool pool, int features)
    {
        double[] largest = new double[Regressors];
        var row = new PooledRow();
        foreach (uint index in Enumerable.Range(0, 3000).SelectMany(i => Row(features, i).Indices.ToArray()).Distinct())
        {
            pool.Gather(new FeatureRow([index], [Magnitude(index)]), row, learn: false);
            for (int r = 0; r < Regressors; r++) largest[r] = Math.Max(largest[r], Math.Abs(pool.Score(row, r)));
        }
        return largest;
    }

    private static (RegressorPool Read, RegressorPack Pack) Packed(RegressorPool pool, int[]? order, int[] members)
    {
        var pack = new RegressorPack(members);
        return (RegressorPool.Load(new ModelReader(new MemoryStream(Bytes(pool, order)), "saved"), pack), pack);
    }

    private static byte[] Bytes(RegressorPool pool, int[]? order)
    {
        var stream = new MemoryStream();
        using var writer = new ModelWriter(stream);
        pool.Save(writer, order);
        writer.Finish();
        return stream.ToArray();
    }
}
