using System.Runtime.CompilerServices;
using Forage.Persistence;

namespace Forage.Quantiles.Trees.Internals;

/// <summary>A tree whose leaves hold a number a slot. A missing value goes the way that was better in training.</summary>
/// <param name="features">Column asked about by each inner node.</param>
/// <param name="cuts">Goes left if x ≤ cut.</param>
/// <param name="children">Left and right child of each inner node: an inner node, or ~leaf.</param>
/// <param name="missingLeft">Where missing values go.</param>
/// <param name="values">Leaves × slots.</param>
/// <param name="slots">Number of slots.</param>
internal sealed class SlotTree(int[] features, float[] cuts, int[] children, bool[] missingLeft, float[] values, int slots)
{
    private const int Together = 8; // rows that go down side by side

    private readonly Node[] _nodes = Nodes(features, cuts, children); // inner nodes, then leaves that are their own children
    private readonly int _depth = Depth(children);

    private readonly record struct Node(int Feature, float Cut, int Left, int Right);

    public int Leaves => values.Length / slots;

    public void CountSplits(Span<int> splits)
    {
        foreach (int f in features) splits[f]++;
    }

    /// <summary>Numbers of a leaf.</summary>
    public ReadOnlySpan<float> Values(int leaf) => values.AsSpan(leaf * slots, slots);

    /// <summary>The leaf of each row. Eight rows without missing values go down side by side, as deep as the deepest leaf and without a branch that could be guessed wrong.</summary>
    /// <param name="rows">Features, a row's after the other.</param>
    /// <param name="columns">Features of a row.</param>
    /// <param name="missing">A value may be NaN.</param>
    /// <param name="leaves">Receives a leaf a row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void LeavesOf(ReadOnlySpan<float> rows, int columns, bool missing, Span<int> leaves)
    {
        var nodes = _nodes;
        int i = 0, inner = features.Length;
        for (; i + Together <= leaves.Length && !missing; i += Together)
        {
            var (n0, n1, n2, n3, n4, n5, n6, n7) = (0, 0, 0, 0, 0, 0, 0, 0);
            var x0 = rows.Slice(i * columns, columns);
            var x1 = rows.Slice((i + 1) * columns, columns);
            var x2 = rows.Slice((i + 2) * columns, columns);
            var x3 = rows.Slice((i + 3) * columns, columns);
            var x4 = rows.Slice((i + 4) * columns, columns);
            var x5 = rows.Slice((i + 5) * columns, columns);
            var x6 = rows.Slice((i + 6) * columns, columns);
            var x7 = rows.Slice((i + 7) * columns, columns);
            for (int d = 0; d < _depth; d++)
            {
                n0 = Next(nodes, n0, x0);
                n1 = Next(nodes, n1, x1);
                n2 = Next(nodes, n2, x2);
                n3 = Next(nodes, n3, x3);
                n4 = Next(nodes, n4, x4);
                n5 = Next(nodes, n5, x5);
                n6 = Next(nodes, n6, x6);
                n7 = Next(nodes, n7, x7);
            }
            var to = leaves.Slice(i, Together);
            (to[0], to[1], to[2], to[3], to[4], to[5], to[6], to[7]) = (n0 - inner, n1 - inner, n2 - inner, n3 - inner, n4 - inner, n5 - inner, n6 - inner, n7 - inner);
        }
        for (; i < leaves.Length; i++) leaves[i] = LeafOf(rows.Slice(i * columns, columns));
    }

    /// <summary>The leaf of a row.</summary>
    public int LeafOf(ReadOnlySpan<float> row)
    {
        var nodes = _nodes;
        int at = 0, inner = features.Length;
        while (at < inner)
        {
            ref readonly var node = ref nodes[at];
            float x = row[node.Feature];
            at = x <= node.Cut ? node.Left : x > node.Cut ? node.Right : missingLeft[at] ? node.Left : node.Right;
        }
        return at - inner;
    }

    public void Save(ModelWriter writer)
    {
        writer.Write(features);
        writer.Write(cuts);
        writer.Write(children);
        writer.Write(Array.ConvertAll(missingLeft, m => m ? 1 : 0));
        writer.Write(values);
    }

    public static SlotTree Load(ModelReader reader, int columns, int slots)
    {
        int[] features = reader.ReadInt32s();
        float[] cuts = reader.ReadSingles();
        int[] children = reader.ReadInt32s();
        bool[] missingLeft = Array.ConvertAll(reader.ReadInt32s(), m => m != 0);
        float[] values = reader.ReadSingles();
        bool sound = cuts.Length == features.Length && missingLeft.Length == features.Length && children.Length == 2 * features.Length && values.Length == (features.Length + 1) * slots
            && Array.TrueForAll(features, f => f >= 0 && f < columns);
        for (int c = 0; c < children.Length && sound; c++) sound = children[c] > c / 2 && children[c] < features.Length || children[c] < 0 && ~children[c] <= features.Length;
        return sound ? new SlotTree(features, cuts, children, missingLeft, values, slots) : throw new ForageException("The model has a boosted tree whose parts do not fit together.");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Next(Node[] nodes, int at, ReadOnlySpan<float> row)
    {
        ref readonly var node = ref nodes[at];
        int left = node.Left, right = node.Right;
        return row[node.Feature] <= node.Cut ? left : right;
    }

    private static Node[] Nodes(int[] features, float[] cuts, int[] children)
    {
        int inner = features.Length;
        int Place(int child) => child >= 0 ? child : inner + ~child;
        return [.. features.Select((f, n) => new Node(f, cuts[n], Place(children[2 * n]), Place(children[2 * n + 1]))), .. Enumerable.Range(inner, inner + 1).Select(n => new Node(0, 0, n, n))];
    }

    // Children stand after their parents.
    private static int Depth(int[] children)
    {
        int[] depth = new int[children.Length / 2];
        int most = 0;
        for (int c = 0; c < children.Length; c++)
        {
            int own = depth[c / 2] + 1;
            most = Math.Max(most, own);
            if (children[c] >= 0) depth[children[c]] = own;
        }
        return most;
    }
}
