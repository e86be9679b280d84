using Forage.Features;
using Forage.Multiclass.Trees.Internals;

namespace Forage.Tests.Multiclass.Trees;

/// <summary>The tree stays a tree, and C the least of the leaves below, after every change.</summary>
public class LomShapeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_changes_keep_the_tree_whole(ulong seed)
    {
        var rng = new Rng(seed);
        var shape = new LomShape();
        int swaps = 0;
        for (int i = 0; i < 3000; i++)
        {
            int leaf = RandomLeaf(shape, ref rng);
            switch (rng.NextInt(8))
            {
                case 0 when shape.Inner < 40:
                    shape.Split(leaf);
                    break;
                case 1:
                    int count = shape.Count, inner = shape.Inner;
                    if (shape.Swap(leaf, out int s, out int p))
                    {
                        swaps++;
                        Assert.Equal((leaf, s, p), (shape.Parent(s), shape.Left(leaf), shape.Right(leaf)));
                        Assert.True(shape.IsLeaf(s) && shape.IsLeaf(p));
                    }
                    Assert.Equal((count, inner), (shape.Count, shape.Inner));
                    break;
                default:
                    for (int n = rng.NextInt(20); n >= 0; n--) shape.CountAt(leaf);
                    break;
            }
            AssertWhole(shape);
        }
        Assert.True(swaps > 100);
    }

    [Fact]
    public void Small_cases_by_hand()
    {
        var shape = new LomShape();
        for (int i = 0; i < 7; i++) shape.CountAt(0);
        Assert.False(shape.Swap(0, out _, out _));
        var (left, right) = shape.Split(0);
        Assert.Equal((3, 4, 3), (shape.Least(left), shape.Least(right), shape.Least(0)));
        Assert.False(shape.Swap(right, out _, out _)); // the smallest leaf hangs at the root
        var (a, b) = shape.Split(left);
        Assert.Equal((1, 2, 1, 1), (shape.Least(a), shape.Least(b), shape.Least(left), shape.Least(0)));
        Assert.True(shape.Swap(right, out int leaf, out int inner));
        Assert.Equal((a, left), (leaf, inner));
        Assert.Equal((b, right), (shape.Left(0), shape.Right(0)));
        Assert.Equal((2, 2, 2), (shape.Least(a), shape.Least(left), shape.Least(right)));
        Assert.Equal((1, 1, 0), (shape.Recycled(a), shape.Recycled(left), shape.Recycled(b)));
        shape.CountAt(b);
        Assert.Equal((3, 2), (shape.Least(b), shape.Least(0)));
    }

    /// <summary>Every node but the root hangs at one parent, all are reached, and C is right everywhere.</summary>
    internal static void AssertWhole(LomShape shape)
    {
        Assert.Equal(shape.Count, shape.Reaches());
        Assert.Equal(-1, shape.Parent(LomShape.Root));
        int inner = 0;
        for (int v = 0; v < shape.Count; v++)
        {
            if (shape.IsLeaf(v))
            {
                Assert.True(shape.Right(v) < 0);
                continue;
            }
            inner++;
            Assert.Equal((v, v), (shape.Parent(shape.Left(v)), shape.Parent(shape.Right(v))));
            Assert.Equal(Math.Min(shape.Least(shape.Left(v)), shape.Least(shape.Right(v))), shape.Least(v));
        }
        Assert.Equal((shape.Inner, 2 * inner + 1), (inner, shape.Count));
    }

    private static int RandomLeaf(LomShape shape, ref Rng rng)
    {
        int v = LomShape.Root;
        while (!shape.IsLeaf(v)) v = rng.NextInt(3) == 0 ? shape.Left(v) : shape.Right(v);
        return v;
    }
}
