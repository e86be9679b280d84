using Forage.Features;
using Forage.Linear;
using Forage.Multiclass.Trees.Internals;
using Forage.Persistence;

namespace Forage.Multiclass.Trees;

/// <summary>
/// A balanced tree with the classes at its leaves in random order; each node on the way to an example's class learns which side that is (Rtree of the paper's Table 4): the price
/// of a LOMtree without its choice of partitions.
/// </summary>
public sealed class RandomTree : FixedTree
{
    /// <summary>A tree that knows nothing.</summary>
    /// <param name="classes">At least 2.</param>
    /// <param name="options">Its options.</param>
    public RandomTree(int classes, ClassTreeOptions? options = null) : base(classes, options, null) { }

    private RandomTree(int classes, ClassTreeOptions options, RegressorPool pool) : base(classes, options, pool) { }

    /// <inheritdoc/>
    public override TreeMethod Method => TreeMethod.RandomTree;

    /// <inheritdoc/>
    public override int Learn(in FeatureRow x, int label, float importance = 1)
    {
        CheckClass(label);
        Pool.Gather(x, Scratch.Row, learn: true);
        int leaf = Shape.LeafOf(label), predicted = -1;
        int depth = FixedShape.DepthOf(leaf);
        for (int v = 0, d = depth - 1; d >= 0; d--)
        {
            // The node d levels above the leaf on its way from the root.
            int child = ((leaf + 1) >> d) - 1;
            bool right = FixedShape.IsRight(child);
            float before = Pool.Learn(Scratch.Row, v, right ? 1 : -1, importance, out _);
            if (predicted < 0 && before > 0 != right) predicted = Descend(FixedShape.Child(v, !right), Scratch);
            v = child;
        }
        return predicted < 0 ? label : predicted;
    }

    internal static IClassTree Load(ModelReader reader, bool predictOnly) => Load(reader, TreeMethod.RandomTree, predictOnly, (classes, options, pool) => new RandomTree(classes, options, pool));
}
