using System.Numerics;
using Forage.Extreme.Internals;
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
    private readonly IndexTable _table; // if listed

    private FeatureColumns(Kind kind, int count, uint[] indices, float[] weights)
    {
        (_kind, Count, _indices, _weights) = (kind, count, indices, weights);
        if (kind == Kind.Listed) _table = new IndexTable(indices);
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
        int[] counts = FeatureCounts.Of(rows, zeros: false, out uint[] all);
        int[] kept = [.. Enumerable.Range(0, all.Length).Where(i => counts[i] >= minimum)];
        uint[] indices = [.. kept.Select(i => all[i])];
        float[] weights = inverseFrequency ? [.. kept.Select(i => (float)Math.Log((double)rows.RowCount / counts[i]))] : [];
        return new(Kind.Listed, indices.Length, indices, weights);
    }

    /// <summary>Column of a feature; -1 if it has none.</summary>
    public int Of(uint index) => _kind switch
    {
        Kind.Direct => index < (uint)Count ? (int)index : -1,
        Kind.Masked => (int)(index & (uint)(Count - 1)),
        _ => _table.Find(index),
    };

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
        for (int c = 1; c < indices.Length; c++) fits &= (uint)indices[c] > (uint)indices[c - 1];
        if (!fits) throw new ForageException($"The model's list of {count} features is damaged: it has {indices.Length} indices and {weights.Length} weights.");
        return new(kind, count, System.Runtime.InteropServices.MemoryMarshal.Cast<int, uint>(indices).ToArray(), weights);
    }
}
