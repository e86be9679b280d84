using Forage.Features;
using Forage.Linear;
using Forage.Multiclass.Trees.Internals;
using Forage.Persistence;

namespace Forage.Multiclass.Trees;

/// <summary>
/// Filter tree (Beygelzimer, Langford, Ravikumar 2009): a single-elimination tournament. From an example's class upwards each node learns which of the two winners below it is
/// right; once the class has lost, the nodes above learn nothing of the example, so that each is consistent with what the nodes below it will do.
/// </summary>
public sealed class FilterTree : FixedTree
{
    /// <summary>A tree that knows nothing.</summary>
    /// <param name="classes">At least 2.</param>
    /// <param name="options">Its options.</param>
    public FilterTree(int classes, ClassTreeOptions? options = null) : base(classes, options, null) { }

    private FilterTree(int classes, ClassTreeOptions options, RegressorPool pool) : base(classes, options, pool) { }

    /// <inheritdoc/>
    public override TreeMethod Method => TreeMethod.FilterTree;

    /// <inheritdoc/>
    public override int Learn(in FeatureRow x, int label, float importance = 1)
    {
        CheckClass(label);
        Pool.Gather(x, Scratch.Row, learn: true);
        int predicted = Descend(0, Scratch);
        for (int child = Shape.LeafOf(label); child > 0; child = FixedShape.Parent(child))
        {
            bool right = FixedShape.IsRight(child);
            float before = Pool.Learn(Scratch.Row, FixedShape.Parent(child), right ? 1 : -1, importance, out _);
            if (before > 0 != right) break; // by the score after the update nearly every class wins
        }
        return predicted;
    }

    internal static IClassTree Load(ModelReader reader, bool predictOnly) => Load(reader, TreeMethod.FilterTree, predictOnly, (classes, options, pool) => new FilterTree(classes, options, pool));
}
