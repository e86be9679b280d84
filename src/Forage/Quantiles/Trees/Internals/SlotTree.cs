using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
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
    private const int MostMasked = 32; // leaves of a tree whose rows go down as bits of a word

    private readonly int _stride = SlotKernels.Padded(slots);
    private readonly float[] _values = Spread(values, slots); // leaves × stride
    private readonly (uint[] Kept, int[] Order) _masks = Masks(children);

    public int Leaves => features.Length + 1;

    public void CountSplits(Span<int> splits)
    {
        foreach (int f in features) splits[f]++;
    }

    /// <summary>Numbers of a leaf.</summary>
    public ReadOnlySpan<float> Values(int leaf) => _values.AsSpan(leaf * _stride, slots);

    /// <summary>Numbers of all leaves, each with zeros behind up to a multiple of 16.</summary>
    public ReadOnlySpan<float> Padded => _values;

    /// <summary>
    /// The leaf of each row. Of trees of at most 32 leaves every question is put to sixteen rows at once: where the answer is "right", the leaves left below are crossed out, and in the end a
    /// row's leaf is the leftmost that remains (QuickScorer; Lucchese and others 2015). No branch depends on a row.
    /// </summary>
    /// <param name="table">Features column by column; a row's are <paramref name="pitch"/> apart.</param>
    /// <param name="pitch">Room for rows in a column, a multiple of 16.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="leaves">Receives a leaf a row; room for a multiple of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void LeavesOf(ReadOnlySpan<float> table, int pitch, int rows, Span<int> leaves)
    {
        if (Leaves > MostMasked)
        {
            for (int i = 0; i < rows; i++) leaves[i] = LeafOf(table[i..], pitch);
            return;
        }
        var (kept, order) = _masks;
        ref float first = ref MemoryMarshal.GetReference(table);
        for (int i = 0; i < rows; i += 16)
        {
            var remaining = Vector512<uint>.AllBitsSet;
            for (int n = 0; n < features.Length; n++)
            {
                var x = Vector512.LoadUnsafe(ref first, (nuint)(features[n] * pitch + i));
                var cut = Vector512.Create(cuts[n]);
                var right = missingLeft[n] ? Vector512.GreaterThan(x, cut) : ~Vector512.LessThanOrEqual(x, cut);
                remaining = Vector512.ConditionalSelect(right.AsUInt32(), remaining & Vector512.Create(kept[n]), remaining);
            }
            var leftmost = remaining & (Vector512<uint>.Zero - remaining);
            var places = ((Vector512.ConvertToSingle(leftmost.AsInt32()).AsInt32() >> 23) & Vector512.Create(0xFF)) - Vector512.Create(127); // the exponent of 2^place
            var own = leaves.Slice(i, 16);
            places.CopyTo(own);
            for (int k = 0; k < own.Length; k++) own[k] = order[own[k]];
        }
    }

    /// <summary>The leaf of a row.</summary>
    /// <param name="row">Its features.</param>
    /// <param name="pitch">How far apart they are.</param>
    public int LeafOf(ReadOnlySpan<float> row, int pitch = 1)
    {
        int at = features.Length > 0 ? 0 : ~0;
        while (at >= 0)
        {
            float x = row[features[at] * pitch], cut = cuts[at];
            at = children[2 * at + (x <= cut || (missingLeft[at] && !(x > cut)) ? 0 : 1)];
        }
        return ~at;
    }

    public void Save(ModelWriter writer)
    {
        writer.Write(features);
        writer.Write(cuts);
        writer.Write(children);
        writer.Write(Array.ConvertAll(missingLeft, m => m ? 1 : 0));
        float[] all = new float[Leaves * slots];
        for (int leaf = 0; leaf < Leaves; leaf++) Values(leaf).CopyTo(all.AsSpan(leaf * slots));
        writer.Write(all);
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

    /// <summary>For each question the leaves that remain, as bits from left to right, where the answer is "right"; and the leaf at each place. Nothing for large trees.</summary>
    private static (uint[] Kept, int[] Order) Masks(int[] children)
    {
        int inner = children.Length / 2;
        if (inner + 1 > MostMasked) return ([], []);
        var kept = new uint[inner];
        var order = new List<int>();
        Visit(inner > 0 ? 0 : ~0);
        return (kept, [.. order]);

        void Visit(int node)
        {
            if (node < 0)
            {
                order.Add(~node);
                return;
            }
            int from = order.Count;
            Visit(children[2 * node]);
            kept[node] = ~(((1u << (order.Count - from)) - 1) << from);
            Visit(children[2 * node + 1]);
        }
    }

    private static float[] Spread(float[] values, int slots)
    {
        int stride = SlotKernels.Padded(slots), leaves = values.Length / slots;
        if (stride == slots) return values;
        float[] spread = new float[leaves * stride];
        for (int leaf = 0; leaf < leaves; leaf++) values.AsSpan(leaf * slots, slots).CopyTo(spread.AsSpan(leaf * stride));
        return spread;
    }
}
