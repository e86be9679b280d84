using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Forage.Persistence;

namespace Forage.Extreme.Tree.Internals;

/// <summary>
/// The classifiers of all children of one node, feature by feature: for each column that any of them has a weight for, the weights of all children. One product of
/// a query with the chunk scores all children (masked sparse chunk multiplication: Etter et al., WWW 2022). Weights are 16-bit whole numbers times one scale.
/// </summary>
/// <remarks>
/// Columns are found by a map of bits with running counts, as long as that is no larger than twice the list of columns, else by binary search. Rows are dense where
/// at least a quarter of their weights is set (one vector operation for sixteen children), else lists of (child, weight).
/// </remarks>
internal sealed class WeightChunk
{
    private const int DenseShare = 4;

    private readonly int[] _columns;
    private readonly int[] _starts;
    private readonly byte[] _children;
    private readonly short[] _weights;
    private readonly float _scale;

    private readonly float[] _dense = [];
    private readonly ulong[] _bits = [];
    private readonly int[] _counts = [];

    private WeightChunk(int children, int[] columns, int[] starts, byte[] childOf, short[] weights, float scale)
    {
        (Children, _columns, _starts, _children, _weights, _scale) = (children, columns, starts, childOf, weights, scale);
        int last = columns.Length == 0 ? 0 : columns[^1];
        int words = (last >> 6) + 1;
        if (3L * words <= 4L * columns.Length)
        {
            (_bits, _counts) = (new ulong[words], new int[words]);
            foreach (int c in columns) _bits[c >> 6] |= 1UL << (c & 63);
            for (int w = 1; w < words; w++) _counts[w] = _counts[w - 1] + BitOperations.PopCount(_bits[w - 1]);
        }
        if ((long)weights.Length * DenseShare < (long)columns.Length * Stride || columns.Length == 0) return;
        _dense = new float[columns.Length * Stride];
        for (int r = 0; r < columns.Length; r++)
            for (int j = starts[r]; j < starts[r + 1]; j++) _dense[r * Stride + childOf[j]] = weights[j];
    }

    /// <summary>Number of children.</summary>
    public int Children { get; }

    /// <summary>Number of weights that are not 0.</summary>
    public int Weights => _weights.Length;

    /// <summary>Number of columns with a weight.</summary>
    public int Columns => _columns.Length;

    /// <summary>Room that <see cref="Score"/> needs for scores: <see cref="Children"/> rounded up to whole vectors.</summary>
    public int Stride => (Children + Lanes.Width - 1) / Lanes.Width * Lanes.Width;

    /// <summary>A chunk from the weights of groups of sixteen children, lane k of column c of a group at 16 c + k; columns are in the order of <paramref name="global"/>.</summary>
    public static WeightChunk Of(int children, ReadOnlySpan<int> global, float[][] groups, float prune)
    {
        int[] byColumn = global.ToArray(), order = new int[global.Length];
        for (int i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(byColumn, order);
        float largest = 0;
        int count = 0, used = 0;
        foreach (int local in order)
        {
            int before = count;
            for (int k = 0; k < children; k++)
            {
                float size = Math.Abs(groups[k / Lanes.Width][local * Lanes.Width + k % Lanes.Width]);
                if (!(size >= prune && size > 0)) continue;
                count++;
                largest = Math.Max(largest, size);
            }
            if (count > before) used++;
        }
        float scale = largest / short.MaxValue;
        int[] columns = new int[used], starts = new int[used + 1];
        byte[] childOf = new byte[count];
        short[] weights = new short[count];
        (int row, int at) = (0, 0);
        for (int i = 0; i < order.Length; i++)
        {
            int start = at;
            for (int k = 0; k < children; k++)
            {
                float w = groups[k / Lanes.Width][order[i] * Lanes.Width + k % Lanes.Width];
                if (!(Math.Abs(w) >= prune && w != 0)) continue;
                (childOf[at], weights[at++]) = ((byte)k, (short)MathF.Round(w / scale));
            }
            if (at == start) continue;
            columns[row++] = byColumn[i];
            starts[row] = at;
        }
        return new WeightChunk(children, columns, starts, childOf, weights, scale);
    }

    /// <summary>Scores all children: scores[k] = Σ_j x_j W[c_j, k].</summary>
    /// <param name="columns">Columns of the query, ascending.</param>
    /// <param name="values">Their values.</param>
    /// <param name="hits">Room for as many numbers as the query has columns.</param>
    /// <param name="hitValues">Likewise.</param>
    /// <param name="scores">Room for <see cref="Stride"/> scores.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Score(ReadOnlySpan<int> columns, ReadOnlySpan<float> values, Span<int> hits, Span<float> hitValues, Span<float> scores)
    {
        int n = 0, from = 0;
        for (int j = 0; j < columns.Length; j++)
        {
            int row = Find(columns[j], ref from);
            if (row >= 0) (hits[n], hitValues[n++]) = (row, values[j]);
        }
        if (_dense.Length > 0) ScoreDense(hits[..n], hitValues[..n], scores[..Stride]);
        else ScoreSparse(hits[..n], hitValues[..n], scores[..Stride]);
    }

    /// <summary>Four vectors of children at a time stay in registers while the rows go by.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ScoreDense(ReadOnlySpan<int> rows, ReadOnlySpan<float> values, Span<float> scores)
    {
        nuint stride = (nuint)scores.Length, k = 0;
        ref float score = ref MemoryMarshal.GetReference(scores);
        ref float weights = ref MemoryMarshal.GetArrayDataReference(_dense);
        var scale = Vector512.Create(_scale);
        for (; k + 4 * Lanes.Width <= stride; k += 4 * Lanes.Width)
        {
            Vector512<float> a = default, b = default, c = default, d = default;
            for (int j = 0; j < rows.Length; j++)
            {
                ref float w = ref Unsafe.Add(ref weights, (nuint)rows[j] * stride + k);
                var x = Vector512.Create(values[j]);
                a = Vector512.FusedMultiplyAdd(x, Vector512.LoadUnsafe(ref w), a);
                b = Vector512.FusedMultiplyAdd(x, Vector512.LoadUnsafe(ref w, Lanes.Width), b);
                c = Vector512.FusedMultiplyAdd(x, Vector512.LoadUnsafe(ref w, 2 * Lanes.Width), c);
                d = Vector512.FusedMultiplyAdd(x, Vector512.LoadUnsafe(ref w, 3 * Lanes.Width), d);
            }
            (a * scale).StoreUnsafe(ref score, k);
            (b * scale).StoreUnsafe(ref score, k + Lanes.Width);
            (c * scale).StoreUnsafe(ref score, k + 2 * Lanes.Width);
            (d * scale).StoreUnsafe(ref score, k + 3 * Lanes.Width);
        }
        for (; k < stride; k += Lanes.Width)
        {
            Vector512<float> a = default;
            for (int j = 0; j < rows.Length; j++) a = Vector512.FusedMultiplyAdd(Vector512.Create(values[j]), Vector512.LoadUnsafe(ref weights, (nuint)rows[j] * stride + k), a);
            (a * scale).StoreUnsafe(ref score, k);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ScoreSparse(ReadOnlySpan<int> rows, ReadOnlySpan<float> values, Span<float> scores)
    {
        scores.Clear();
        ref float score = ref MemoryMarshal.GetReference(scores);
        ref byte child = ref MemoryMarshal.GetArrayDataReference(_children);
        ref short weight = ref MemoryMarshal.GetArrayDataReference(_weights);
        for (int j = 0; j < rows.Length; j++)
        {
            float x = values[j];
            int end = _starts[rows[j] + 1];
            for (int e = _starts[rows[j]]; e < end; e++)
            {
                ref float s = ref Unsafe.Add(ref score, Unsafe.Add(ref child, e));
                s = MathF.FusedMultiplyAdd(x, Unsafe.Add(ref weight, e), s);
            }
        }
        var scale = Vector512.Create(_scale);
        foreach (ref var v in MemoryMarshal.Cast<float, Vector512<float>>(scores)) v *= scale;
    }

    /// <summary><see cref="Score"/> from the lists alone, child by child: the same to the last bit.</summary>
    public void ScoreScalar(ReadOnlySpan<int> columns, ReadOnlySpan<float> values, Span<float> scores)
    {
        scores[..Stride].Clear();
        for (int k = 0; k < Children; k++)
        {
            float sum = 0;
            for (int j = 0; j < columns.Length; j++)
            {
                int row = Array.BinarySearch(_columns, columns[j]);
                if (row < 0) continue;
                int e = Array.BinarySearch(_children, _starts[row], _starts[row + 1] - _starts[row], (byte)k);
                if (e >= 0) sum = MathF.FusedMultiplyAdd(values[j], _weights[e], sum);
            }
            scores[k] = sum * _scale;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Find(int column, ref int from)
    {
        int word = column >> 6;
        if (_bits.Length > 0)
        {
            if (word >= _bits.Length) return -1;
            ulong bits = _bits[word], bit = 1UL << (column & 63);
            return (bits & bit) == 0 ? -1 : _counts[word] + BitOperations.PopCount(bits & (bit - 1));
        }
        // The query ascends: what was passed is not searched again.
        int low = from, high = _columns.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            if (_columns[middle] < column) low = middle + 1;
            else high = middle - 1;
        }
        from = low;
        return low < _columns.Length && _columns[low] == column ? low : -1;
    }

    public void Save(ModelWriter writer)
    {
        writer.Write(Children);
        writer.Write(_scale);
        writer.Write(_columns);
        writer.Write(_starts);
        writer.Write(_children.Length);
        writer.Write(_children);
        writer.Write(MemoryMarshal.AsBytes(_weights.AsSpan()));
    }

    public static WeightChunk Load(ModelReader reader)
    {
        int children = reader.ReadInt32();
        float scale = reader.ReadSingle();
        int[] columns = reader.ReadInt32s(), starts = reader.ReadInt32s();
        int count = reader.ReadInt32();
        if (children is < 1 or > 256 || starts.Length != columns.Length + 1 || starts[0] != 0 || starts[^1] != count) throw Damaged();
        for (int r = 0; r < columns.Length; r++)
            if (columns[r] < 0 || starts[r + 1] < starts[r] || r > 0 && columns[r] <= columns[r - 1]) throw Damaged();
        byte[] childOf = new byte[count];
        short[] weights = new short[count];
        reader.Read(childOf);
        reader.Read(MemoryMarshal.AsBytes(weights.AsSpan()));
        foreach (byte child in childOf)
            if (child >= children) throw Damaged();
        return new WeightChunk(children, columns, starts, childOf, weights, scale);
    }

    private static ForageException Damaged() => new("The label tree is damaged: a chunk of weights is not what it says.");
}
