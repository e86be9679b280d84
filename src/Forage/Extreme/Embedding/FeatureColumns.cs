using System.Numerics;
using Forage.Features;
using Forage.Persistence;

namespace Forage.Extreme.Embedding;

/// <summary>
/// Which row of a dense table belongs to a feature: features are known by whole 32-bit hashes, tables have rows 0..Count-1. A feature without a column is left out.
/// </summary>
/// <remarks>Optionally each column has a weight that multiplies its values: the inverse document frequency ln(n/n_f), n rows, n_f of them with the feature.</remarks>
public sealed class FeatureColumns
{
    private const ushort ChunkVersion = 1;
    private readonly Kind _kind;
    private readonly uint[] _indices; // of each column, ascending
    private readonly float[] _weights;
    private readonly int[] _slots; // open addressing: column + 1, or 0
    private readonly int _shift;

    private FeatureColumns(Kind kind, int count, uint[] indices, float[] weights)
    {
        (_kind, Count, _indices, _weights) = (kind, count, indices, weights);
        if (kind != Kind.Listed) (_slots, _shift) = ([], 0);
        else
        {
            int bits = Math.Max(4, BitOperations.Log2((uint)Math.Max(1, indices.Length)) + 2);
            (_slots, _shift) = (new int[1 << bits], 32 - bits);
            for (int c = 0; c < indices.Length; c++)
            {
                int at = Start(indices[c]);
                while (_slots[at] != 0) at = (at + 1) & (_slots.Length - 1);
                _slots[at] = c + 1;
            }
        }
    }

    private enum Kind { Listed, Direct, Masked }

    /// <summary>Number of columns.</summary>
    public int Count { get; }

    /// <summary>Weight of each column; empty: all 1.</summary>
    public ReadOnlySpan<float> Weights => _weights;

    /// <summary>Index i has column i; those from <paramref name="count"/> have none.</summary>
    public static FeatureColumns Direct(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return new(Kind.Direct, count, [], []);
    }

    /// <summary>The column is the lowest <paramref name="bits"/> bits of the index, whatever collides.</summary>
    public static FeatureColumns Masked(int bits)
    {
        if (bits is < 1 or > 30) throw new ForageException($"The number of bits is {bits}; expected 1 to 30.");
        return new(Kind.Masked, 1 << bits, [], []);
    }

    /// <summary>A column for each feature that occurs (with a value other than 0) in at least <paramref name="minimum"/> rows, in the order of indices.</summary>
    /// <param name="rows">The data.</param>
    /// <param name="minimum">Fewest rows.</param>
    /// <param name="inverseFrequency">Weighs columns by ln(n/n_f).</param>
    public static FeatureColumns From(FeatureBlock rows, int minimum = 1, bool inverseFrequency = false)
    {
        var counts = new Dictionary<uint, (int Rows, int Last)>();
        for (int r = 0; r < rows.RowCount; r++)
        {
            var row = rows[r];
            for (int g = 0; g < row.GroupCount; g++)
            {
                var group = row.Group(g);
                for (int i = group.Start; i < group.End; i++)
                {
                    if (row.Values[i] == 0) continue;
                    ref var seen = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, row.Indices[i], out bool known);
                    if (!known || seen.Last != r) seen = (seen.Rows + 1, r);
                }
            }
        }
        uint[] indices = [.. counts.Where(c => c.Value.Rows >= minimum).Select(c => c.Key)];
        Array.Sort(indices);
        float[] weights = inverseFrequency ? [.. indices.Select(i => (float)Math.Log((double)rows.RowCount / counts[i].Rows))] : [];
        return new(Kind.Listed, indices.Length, indices, weights);
    }

    /// <summary>Column of a feature; -1 if it has none.</summary>
    public int Of(uint index)
    {
        switch (_kind)
        {
            case Kind.Direct: return index < (uint)Count ? (int)index : -1;
            case Kind.Masked: return (int)(index & (uint)(Count - 1));
            default:
                int[] slots = _slots;
                for (int at = Start(index); ; at = (at + 1) & (slots.Length - 1))
                {
                    int column = slots[at] - 1;
                    if (column < 0 || _indices[column] == index) return column;
                }
        }
    }

    /// <summary>Writes a chunk.</summary>
    public void Save(ModelWriter writer)
    {
        writer.BeginChunk("COLS", ChunkVersion);
        writer.Write((int)_kind);
        writer.Write(Count);
        writer.Write(System.Runtime.InteropServices.MemoryMarshal.Cast<uint, int>(_indices));
        writer.Write(_weights);
        writer.EndChunk();
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static FeatureColumns Load(ModelReader reader)
    {
        reader.BeginChunk("COLS", ChunkVersion);
        var kind = (Kind)reader.ReadInt32();
        int count = reader.ReadInt32();
        int[] indices = reader.ReadInt32s();
        float[] weights = reader.ReadSingles();
        reader.EndChunk();
        bool fits = Enum.IsDefined(kind) && count >= 0 && indices.Length == (kind == Kind.Listed ? count : 0) && (weights.Length == 0 || weights.Length == count)
            && (kind != Kind.Masked || BitOperations.IsPow2(count));
        if (!fits) throw new ForageException($"The model's list of {count} features is damaged: it has {indices.Length} indices and {weights.Length} weights.");
        return new(kind, count, System.Runtime.InteropServices.MemoryMarshal.Cast<int, uint>(indices).ToArray(), weights);
    }

    private int Start(uint index) => (int)(index * 2654435769u >> _shift);
}
