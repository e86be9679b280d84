using Forage.Features;
using Forage.Persistence;

namespace Forage.Extreme.Tree.Internals;

/// <summary>
/// The shape of a tree. Level 0 is the root; the children of the nodes of the last level are labels. Nodes of a level stand in the order of their parents, so that
/// the children of a node, and the labels below it, are consecutive. All labels are equally deep.
/// </summary>
internal sealed class TreeLevels
{
    private readonly int[][] _firstChild;

    private TreeLevels(int[] order, int[][] firstChild, int labelCount)
    {
        (Order, _firstChild) = (order, firstChild);
        PlaceOf = new int[labelCount];
        Array.Fill(PlaceOf, -1);
        for (int p = 0; p < order.Length; p++) PlaceOf[order[p]] = p;
    }

    /// <summary>Levels of nodes; labels stand below the last one.</summary>
    public int Depth => _firstChild.Length;

    /// <summary>Labels from left to right.</summary>
    public int[] Order { get; }

    /// <summary>Place of each label in <see cref="Order"/>; -1 for one that is not in the tree.</summary>
    public int[] PlaceOf { get; }

    /// <summary>Number of nodes of a level; of labels for the level below the last.</summary>
    public int NodesAt(int level) => level == Depth ? Order.Length : _firstChild[level].Length - 1;

    /// <summary>Children of node n of a level, nodes of the next: from entry n to before entry n + 1.</summary>
    public ReadOnlySpan<int> FirstChild(int level) => _firstChild[level];

    /// <summary>Places of the labels below a node.</summary>
    public (int First, int End) PlacesBelow(int level, int node)
    {
        var (first, end) = (node, node + 1);
        for (int l = level; l < Depth; l++) (first, end) = (_firstChild[l][first], _firstChild[l][end]);
        return (first, end);
    }

    /// <summary>The ancestor on a level of the node (or label) at a place of the level below the last.</summary>
    public int AncestorAt(int level, int place)
    {
        int node = place;
        for (int l = Depth - 1; l >= level; l--) node = ParentOf(l + 1, node);
        return node;
    }

    /// <summary>Parent on the level above of a node.</summary>
    public int ParentOf(int level, int node)
    {
        int[] first = _firstChild[level - 1];
        int found = Array.BinarySearch(first, node);
        // Every node has a child, so an entry is there once.
        return found >= 0 ? found : ~found - 1;
    }

    /// <summary>Clusters the labels that have a vector: the same number of levels everywhere, as few as arity and leaf size allow, of as equal an arity as can be.</summary>
    public static TreeLevels Cluster(SparseRows vectors, ReadOnlySpan<int> labels, int labelCount, LabelTreeOptions options, Rng rng, int threads, CancellationToken cancellation)
    {
        int[] order = labels.ToArray();
        var (splits, arity) = Plan(order.Length, options);
        int[] starts = [0, order.Length];
        var levels = new List<int[]>();
        for (int level = 0; level < splits; level++)
        {
            int nodes = starts.Length - 1;
            int[] parents = starts, first = new int[nodes + 1], next;
            for (int n = 0; n < nodes; n++) first[n + 1] = first[n] + Math.Min(arity, parents[n + 1] - parents[n]);
            next = new int[first[^1] + 1];
            for (int n = 0; n < nodes; n++)
            {
                int size = parents[n + 1] - parents[n], k = first[n + 1] - first[n];
                for (int c = 0; c < k; c++) next[first[n] + c + 1] = next[first[n] + c] + BalancedClusters.SizeOf(size, k, c);
            }
            var stream = rng.Fork((ulong)level);
            ParallelWork.For<BalancedClusters>(nodes, threads, cancellation, (n, clusters) =>
            {
                var own = stream.Fork((ulong)n);
                clusters.Split(vectors, order.AsSpan(parents[n]..parents[n + 1]), first[n + 1] - first[n], options.ClusterTolerance, ref own);
            });
            levels.Add(first);
            starts = next;
        }
        levels.Add(starts);
        return new TreeLevels(order, [.. levels], labelCount);
    }

    public void Save(ModelWriter writer)
    {
        writer.Write(PlaceOf.Length);
        writer.Write(Order);
        writer.Write(Depth);
        foreach (int[] first in _firstChild) writer.Write(first);
    }

    public static TreeLevels Load(ModelReader reader)
    {
        int labels = reader.ReadInt32();
        int[] order = reader.ReadInt32s();
        int depth = reader.ReadInt32();
        if (labels < 0 || depth is < 1 or > 64) throw Damaged();
        int[][] first = new int[depth][];
        int nodes = 1;
        for (int l = 0; l < depth; l++)
        {
            first[l] = reader.ReadInt32s();
            if (first[l].Length != nodes + 1 || first[l][0] != 0) throw Damaged();
            for (int n = 0; n < nodes; n++)
                if (first[l][n + 1] <= first[l][n]) throw Damaged();
            nodes = first[l][^1];
        }
        if (nodes != order.Length) throw Damaged();
        foreach (int label in order)
            if ((uint)label >= (uint)labels) throw Damaged();
        return new TreeLevels(order, first, labels);
    }

    private static ForageException Damaged() => new("The label tree is damaged: its levels do not fit together.");

    private static (int Splits, int Arity) Plan(int labels, LabelTreeOptions options)
    {
        long leaves = (labels + options.LeafSize - 1) / options.LeafSize;
        if (leaves <= 1) return (0, 1);
        int splits = 1;
        for (long reach = options.Arity; reach < leaves; reach *= options.Arity) splits++;
        int arity = 2;
        while (Power(arity, splits) < leaves) arity++;
        return (splits, arity);
    }

    private static double Power(int arity, int splits) => Math.Pow(arity, splits);
}
