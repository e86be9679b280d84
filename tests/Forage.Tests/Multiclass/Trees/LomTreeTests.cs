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

    /// <summary>Of 200 classes a node counts a quarter, a twelfth or four: it errs hardly more than one that counts all, and takes less memory.</summary>
    [Theory]
    [InlineData(50, 1.5)]
    [InlineData(16, 1.5)]
    [InlineData(4, 3)]
    public void Counters_of_classes_are_bounded_and_it_errs_hardly_more(int most, double factor)
    {
        var world = new TreeWorld(200, 14_000, signal: 2, noise: 16);
        using var all = new LomTree(200);
        using var bounded = new LomTree(200, new ClassTreeOptions { MostClassesPerNode = most });
        world.Teach(all, 0, 10_000);
        world.Teach(bounded, 0, 10_000);
        var (a, b) = (all.Describe(), bounded.Describe());
        Assert.Equal(200, a.Largest[0].Classes);
        Assert.All(b.Largest, n => Assert.InRange(n.Classes, 1, most));
        double error = world.Error(all, 10_000, 14_000);
        Assert.InRange(error, 0.005, 0.03);
        Assert.InRange(world.Error(bounded, 10_000, 14_000), 0, factor * error);
        Assert.True(b.CounterBytes < a.CounterBytes, $"{b.CounterBytes} bytes of {most} counters a node, {a.CounterBytes} of all");
        Assert.True(b.CounterBytes <= (b.Nodes + b.Leaves) * (64L * most + 200), $"{b.CounterBytes} bytes of {b.Nodes} nodes");
    }

    /// <summary>The same where nodes are few and leaves stay mixed: what they predict is what they met most often.</summary>
    [Fact]
    public void Mixed_leaves_predict_well_with_few_counters()
    {
        var world = new TreeWorld(200, 12_000, signal: 2, noise: 16);
        using var all = new LomTree(200, new ClassTreeOptions { MostNodes = 150 });
        using var bounded = new LomTree(200, new ClassTreeOptions { MostNodes = 150, MostClassesPerNode = 8 });
        world.Teach(all, 0, 10_000);
        world.Teach(bounded, 0, 10_000);
        Assert.InRange(world.Error(bounded, 10_000, 12_000), 0, world.Error(all, 10_000, 12_000) + 0.05);
    }

    private static string Shape(LomShape shape)
    {
        string Text(int v) => shape.IsLeaf(v) ? $"{v}:{shape.Least(v)}" : $"({Text(shape.Left(v))} {Text(shape.Right(v))})";
        return Text(LomShape.Root);
    }
}
