using Forage.Features;
using Forage.Linear;
using Forage.Multiclass.Trees;
using Forage.Multiclass.Trees.Internals;

namespace Forage.Tests.Multiclass.Trees;

public class LomTreeTests
{
    /// <summary>Four classes, each a feature: the root splits them into two pairs, its children into single classes.</summary>
    [Fact]
    public void Splits_become_pure_and_balanced()
    {
        using var tree = new LomTree(4, new ClassTreeOptions { MostNodes = 3 });
        var rng = new Rng(2);
        for (int i = 0; i < 4000; i++)
        {
            int y = rng.NextInt(4);
            tree.Learn(new FeatureRow([(uint)y], [1]), y);
        }
        var d = tree.Describe();
        Assert.Equal((3, 4), (d.Nodes, d.Leaves));
        Assert.All(d.Largest, n => Assert.InRange(n.Quality.J, 0.9, 1));
        Assert.InRange(d.Entropy, 0, 0.1);
        Assert.Equal((2, 2), (d.Depth, Math.Round(d.MeanDepth)));
        for (int y = 0; y < 4; y++) Assert.Equal(y, tree.Predict(new FeatureRow([(uint)y], [1])));
    }

    /// <summary>Algorithm 1 written down again with dictionaries over a learner with slots: the same tree, the same predictions.</summary>
    [Theory]
    [InlineData(7, 4)]
    [InlineData(40, 4)]
    [InlineData(12, 0.5)]
    public void It_is_Algorithm_1(int mostNodes, double resistance)
    {
        var world = new TreeWorld(25, 3000, seed: 9);
        var options = new LinearOptions { Bits = 32 };
        using var tree = new LomTree(25, new ClassTreeOptions { Learner = options, MostNodes = mostNodes, SwapResistance = resistance });
        using var plain = new PlainLomTree(mostNodes, resistance, options);
        for (int i = 0; i < 3000; i++)
        {
            tree.Learn(world.Rows[i], world.Labels[i]);
            plain.Learn(world.Rows[i], world.Labels[i]);
        }
        Assert.Equal(plain.Swaps, tree.Shape.Swaps);
        if (mostNodes < 25) Assert.True(plain.Swaps > 0);
        Assert.Equal(plain.Shape(), Shape(tree.Shape));
        for (int i = 0; i < 500; i++) Assert.Equal(plain.Predict(world.Rows[i]), tree.Predict(world.Rows[i]));
    }

    [Fact]
    public void Counters_of_classes_are_bounded_and_it_still_learns()
    {
        var world = new TreeWorld(200, 12_000);
        using var all = new LomTree(200);
        using var bounded = new LomTree(200, new ClassTreeOptions { MostClassesPerNode = 64 });
        world.Teach(all, 0, 10_000);
        world.Teach(bounded, 0, 10_000);
        Assert.Equal(200, all.Describe().Largest[0].Classes);
        Assert.InRange(world.Error(bounded, 10_000, 12_000), 0, 0.4);
        Assert.All(bounded.Describe().Largest, n => Assert.InRange(n.Classes, 1, 64));
    }

    private static string Shape(LomShape shape)
    {
        string Text(int v) => shape.IsLeaf(v) ? $"{v}:{shape.Least(v)}" : $"({Text(shape.Left(v))} {Text(shape.Right(v))})";
        return Text(LomShape.Root);
    }
}
