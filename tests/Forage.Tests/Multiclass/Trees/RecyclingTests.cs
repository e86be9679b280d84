using Forage.Features;
using Forage.Linear;
using Forage.Multiclass.Trees;

namespace Forage.Tests.Multiclass.Trees;

/// <summary>Lemma 3: with a swap resistance of 4 or more no node is recycled more than log2 n times in n examples.</summary>
public class RecyclingTests
{
    public static TheoryData<string, double> Streams()
    {
        var data = new TheoryData<string, double>();
        foreach (string stream in new[] { "random", "phases", "doubling", "alternating" })
            foreach (double resistance in new[] { 4.0, 6 }) data.Add(stream, resistance);
        return data;
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void No_node_is_recycled_too_often(string stream, double resistance)
    {
        const int n = 12_000;
        using var tree = new LomTree(400, new ClassTreeOptions { MostNodes = 15, SwapResistance = resistance });
        long before = 0;
        for (int i = 0; i < n; i++)
        {
            int label = Label(stream, i);
            tree.Learn(new FeatureRow([(uint)label, (uint)(1000 + label % 7), (uint)(2000 + i % 11)], [1, 1, 1]), label);
            if (tree.Shape.Swaps == before) continue;
            before = tree.Shape.Swaps;
            LomShapeTests.AssertWhole(tree.Shape);
            for (int v = 0; v < tree.Shape.Count; v++) Assert.True(tree.Shape.Recycled(v) <= Math.Log2(i + 1), $"node {v} was recycled {tree.Shape.Recycled(v)} times in {i + 1} examples");
        }
        Assert.True(before > 0, "nothing was recycled");
    }

    /// <summary>The bound is of the resistance's making: without any, the same stream breaks it.</summary>
    [Fact]
    public void Without_resistance_nodes_are_recycled_more_often()
    {
        const int n = 12_000;
        using var tree = new LomTree(400, new ClassTreeOptions { MostNodes = 15, SwapResistance = 0 });
        for (int i = 0; i < n; i++)
        {
            int label = Label("random", i);
            tree.Learn(new FeatureRow([(uint)label, (uint)(1000 + label % 7), (uint)(2000 + i % 11)], [1, 1, 1]), label);
        }
        Assert.True(tree.Describe().MostRecycled > Math.Log2(n), $"{tree.Describe().MostRecycled}");
        LomShapeTests.AssertWhole(tree.Shape);
    }

    private static int Label(string stream, int i)
    {
        var rng = new Rng((ulong)i);
        return stream switch
        {
            "random" => (int)(400 * Math.Pow(rng.NextDouble(), 5)), // a few classes often, many now and then
            "phases" => i / 300 * 10 % 400 + rng.NextInt(10), // ten classes for a while, then never again
            "doubling" => (30 * (int)Math.Log2(i + 2) + rng.NextInt(30)) % 400, // phases that double
            _ => rng.NextInt(2) + 2 * (i / 40 % 200), // two classes at a time
        };
    }
}
