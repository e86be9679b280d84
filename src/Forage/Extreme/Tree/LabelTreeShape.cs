using Forage.Extreme.Tree.Internals;

namespace Forage.Extreme.Tree;

/// <summary>
/// The shape of one tree: level 0 is the root, and the nodes of a level are clusters of labels. The children of a node are consecutive nodes of the next level; below
/// level <see cref="Depth"/> - 1 they are labels.
/// </summary>
public sealed class LabelTreeShape
{
    private readonly TreeModel _tree;

    internal LabelTreeShape(TreeModel tree) => _tree = tree;

    /// <summary>Levels of nodes.</summary>
    public int Depth => _tree.Levels.Depth;

    /// <summary>Labels in the tree: those that had examples.</summary>
    public int LabelCount => _tree.Levels.Order.Length;

    /// <summary>Number of clusters of a level, 0 to <see cref="Depth"/> - 1.</summary>
    public int ClusterCount(int level) => _tree.Levels.NodesAt(Checked(level));

    /// <summary>Labels of a cluster; those of cluster c + 1 follow them in the tree.</summary>
    public ReadOnlySpan<int> LabelsOf(int level, int cluster)
    {
        var (first, end) = _tree.Levels.PlacesBelow(Checked(level), cluster);
        return _tree.Levels.Order.AsSpan(first..end);
    }

    /// <summary>The cluster of a level that a label is in; -1 if the label is not in the tree.</summary>
    public int ClusterOf(int level, int label)
    {
        int place = _tree.Levels.PlaceOf[label];
        return place < 0 ? -1 : _tree.Levels.AncestorAt(Checked(level), place);
    }

    /// <summary>Children of a cluster: nodes First to before End of the next level.</summary>
    public (int First, int End) ChildrenOf(int level, int cluster)
    {
        var first = _tree.Levels.FirstChild(Checked(level));
        return (first[cluster], first[cluster + 1]);
    }

    /// <summary>Weights that are not 0 in the classifiers of a level's children.</summary>
    public long WeightsAt(int level) => _tree.Chunks(Checked(level)).Sum(c => (long)c.Weights);

    private int Checked(int level)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(level, Depth);
        return level;
    }
}
