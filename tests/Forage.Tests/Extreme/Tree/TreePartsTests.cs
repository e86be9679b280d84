using Forage.Extreme.Tree;
using Forage.Extreme.Tree.Internals;
using Forage.Features;
using Forage.Persistence;

namespace Forage.Tests.Extreme.Tree;

public class TreePartsTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(40)]
    public void Clusters_are_balanced_and_keep_every_item(int k)
    {
        foreach (int n in new[] { k - 1, k, k + 1, 3 * k - 1, 3 * k, 5 * k + k / 2, 300 })
        {
            var points = Points(n, 20, (ulong)n);
            int[] items = [.. Enumerable.Range(0, n)];
            var rng = new Rng(3);
            new BalancedClusters().Split(points, items, k, 1e-4, ref rng);
            Assert.Equal(Enumerable.Range(0, n), items.Order());
            int[] sizes = [.. Enumerable.Range(0, k).Select(c => BalancedClusters.SizeOf(n, k, c))];
            Assert.Equal(n, sizes.Sum());
            Assert.InRange(sizes.Max() - sizes.Min(), 0, 1);
            int at = 0;
            foreach (int size in sizes) // within a cluster items keep their order: what SizeOf says is where the clusters really end
            {
                Assert.Equal(items[at..(at + size)].Order(), items[at..(at + size)]);
                at += size;
            }
        }
    }

    [Fact]
    public void Clusters_that_are_there_are_found()
    {
        // Four directions, 25 points close to each: with any seed the mean similarity of two points in a cluster is that of one direction.
        int[] columns = [.. Enumerable.Range(0, 100).SelectMany(i => new[] { i % 4, 4 + i })];
        float[] values = [.. Enumerable.Range(0, 100).SelectMany(_ => new[] { 0.99f, 0.14f })];
        var points = new SparseRows([.. Enumerable.Range(0, 101).Select(i => 2 * i)], columns, values, 104);
        int whole = 0;
        for (ulong seed = 1; seed <= 20; seed++)
        {
            int[] items = [.. Enumerable.Range(0, 100)];
            var rng = new Rng(seed);
            new BalancedClusters().Split(points, items, 2, 1e-4, ref rng);
            whole += items[..50].Select(i => i % 4).Distinct().Count() == 2 ? 1 : 0;
        }
        Assert.InRange(whole, 18, 20);
    }

    [Theory]
    [InlineData(1, 40, 0.9)]
    [InlineData(7, 300, 0.02)]
    [InlineData(16, 100, 0.5)]
    [InlineData(17, 5000, 0.01)]
    [InlineData(100, 20_000, 0.002)]
    [InlineData(256, 90, 0.3)]
    public void A_chunk_scores_as_its_scalar_twin_to_the_last_bit(int children, int columns, double fill)
    {
        var rng = new Rng((ulong)columns);
        int[] global = [.. Enumerable.Range(0, columns).Where(_ => rng.NextInt(3) > 0)];
        rng.Shuffle<int>(global);
        float[][] groups = [.. Enumerable.Range(0, (children + 15) / 16).Select(_ => new float[global.Length * 16])];
        foreach (float[] group in groups)
            for (int i = 0; i < group.Length; i++)
                if (rng.NextDouble() < fill) group[i] = (float)rng.NextGaussian();
        var chunk = WeightChunk.Of(children, global, groups, 0.1f);
        var again = Through(chunk);
        for (int round = 0; round < 60; round++)
        {
            int[] query = [.. Enumerable.Range(0, round).Select(_ => rng.NextInt(columns + 100)).Distinct().Order()];
            float[] x = [.. query.Select(_ => (float)rng.NextGaussian())], fast = new float[chunk.Stride], slow = new float[chunk.Stride], loaded = new float[chunk.Stride];
            chunk.Score(query, x, new int[query.Length], new float[query.Length], fast);
            chunk.ScoreScalar(query, x, slow);
            again.Score(query, x, new int[query.Length], new float[query.Length], loaded);
            Assert.Equal(slow[..children].Select(BitConverter.SingleToInt32Bits), fast[..children].Select(BitConverter.SingleToInt32Bits));
            Assert.Equal(fast, loaded);
            if (round % 10 != 0) continue;
            var place = global.Select((c, i) => (c, i)).ToDictionary(p => p.c, p => p.i);
            for (int k = 0; k < children; k++)
            {
                double exact = 0;
                for (int j = 0; j < query.Length; j++)
                    if (place.TryGetValue(query[j], out int i) && Math.Abs(groups[k / 16][i * 16 + k % 16]) >= 0.1f) exact += x[j] * groups[k / 16][i * 16 + k % 16];
                Assert.Equal(exact, fast[k], 2e-3 * (1 + Math.Sqrt(query.Length))); // 16 bits a weight
            }
        }
    }

    [Fact]
    public void Scaling_is_what_it_says()
    {
        var block = new FeatureBlock();
        var writer = new RowWriter(block);
        foreach (var row in new (uint, float)[][] { [(9, 3), (2, 1)], [(9, 1)], [(70_000, 4), (9, 0.5f)], [] })
        {
            writer.BeginRow();
            writer.BeginGroup((byte)'a');
            foreach (var (index, value) in row) writer.Add(index, value);
            writer.EndGroup();
            writer.EndRow();
        }
        int[] columns = new int[4];
        float[] values = new float[4];
        var none = FeatureColumns.Of(block, FeatureScaling.None, 0);
        Assert.Equal((3, 2), (none.Count, none.Map(block[0], columns, values)));
        Assert.Equal([0, 1], columns[..2]);
        Assert.Equal([1, 3], values[..2]);
        var tfIdf = FeatureColumns.Of(block, FeatureScaling.LogTfIdf, 2);
        Assert.Equal(3, tfIdf.Map(block[0], columns, values));
        double a = Math.Log(4), b = (1 + Math.Log(3)) * Math.Log(4.0 / 3), length = Math.Sqrt(a * a + b * b);
        Assert.Equal([0, 1, 3], columns[..3]);
        Assert.Equal(a / length, values[0], 6);
        Assert.Equal(b / length, values[1], 6);
        Assert.Equal(2, values[2]);
        Assert.Equal(1, tfIdf.Map(block[3], columns, values)); // the constant alone
        Assert.Equal(1, FeatureColumns.Of(block, FeatureScaling.L2, 0).Map(new FeatureRow([9, 9, 4, 70_001], [1, 1, 8, 8]), columns, values));
        Assert.Equal((1, 1f), (columns[0], values[0])); // the same feature twice is one, unknown ones are left out
    }

    private static WeightChunk Through(WeightChunk chunk)
    {
        var stream = new MemoryStream();
        using var writer = new ModelWriter(stream);
        writer.BeginChunk("TEST", 1);
        chunk.Save(writer);
        writer.EndChunk();
        writer.Finish();
        stream.Position = 0;
        var reader = new ModelReader(stream, "test");
        reader.BeginChunk("TEST", 1);
        return WeightChunk.Load(reader);
    }

    private static SparseRows Points(int n, int columns, ulong seed)
    {
        var rng = new Rng(seed);
        int[] starts = new int[n + 1];
        List<int> at = [];
        List<float> values = [];
        for (int i = 0; i < n; i++)
        {
            for (int c = 0; c < columns; c++)
            {
                if (rng.NextInt(4) > 0) continue;
                at.Add(c);
                values.Add((float)rng.NextDouble());
            }
            starts[i + 1] = at.Count;
        }
        return new SparseRows(starts, [.. at], [.. values], columns);
    }
}
