using System.Buffers;
using System.Runtime.InteropServices;
using Forage.Persistence;

namespace Forage.Linear.Internals;

/// <summary>
/// Tables in a model file: features without keys as they stand; then keys, weights and sums of the others in the order of cells from behind the first bucket with room on. Put back in that
/// order, each comes to where it was, since the full buckets between its home and its place are there before it.
/// </summary>
internal static unsafe class OwnTableFile
{
    public static void Write(ModelWriter writer, in OwnTable table)
    {
        writer.Write(table.DenseBits);
        writer.Write(table.Buckets == null ? -1 : table.Bits);
        Raw(writer, new ReadOnlySpan<float>(table.Dense, table.DenseCount));
        if (table.DenseSums != null) Raw(writer, new ReadOnlySpan<float>(table.DenseSums, table.DenseCount));
        if (table.Buckets == null) return;
        writer.Write(table.Count);
        int start = 0, mask = table.Cells - 1, n = 0;
        while (table.Key(start) != 0) start++;
        start = (start | (OwnTable.Lanes - 1)) + 1;
        uint[] keys = ArrayPool<uint>.Shared.Rent(table.Count);
        float[] weights = ArrayPool<float>.Shared.Rent(table.Count), sums = ArrayPool<float>.Shared.Rent(table.Count);
        for (int i = 0; i <= mask; i++)
        {
            int at = (start + i) & mask;
            if (table.Key(at) == 0) continue;
            (keys[n], weights[n]) = (table.Key(at) - 1, *table.Weight(at));
            if (table.Sums != null) sums[n] = table.Sums[at];
            n++;
        }
        Raw<uint>(writer, keys.AsSpan(0, n));
        Raw<float>(writer, weights.AsSpan(0, n));
        if (table.Sums != null) Raw<float>(writer, sums.AsSpan(0, n));
        ArrayPool<uint>.Shared.Return(keys);
        ArrayPool<float>.Shared.Return(weights);
        ArrayPool<float>.Shared.Return(sums);
    }

    /// <summary>Reads a table.</summary>
    /// <param name="reader">Where it stands.</param>
    /// <param name="arena">Where its memory comes from.</param>
    /// <param name="sums">The file has sums.</param>
    /// <param name="keep">They are kept.</param>
    /// <param name="initialSum">Sum of what was not learnt from.</param>
    /// <param name="features">How many there are.</param>
    public static OwnTable Read(ModelReader reader, BlockArena arena, bool sums, bool keep, float initialSum, int features)
    {
        var (denseBits, bits) = ReadShape(reader, features);
        var table = OwnTable.Allocate(arena, denseBits, -1, sums && keep, initialSum);
        try
        {
            Raw(reader, new Span<float>(table.Dense, table.DenseCount));
            if (table.DenseSums != null) Raw(reader, new Span<float>(table.DenseSums, table.DenseCount));
            else if (sums) reader.Skip(sizeof(float) * (long)table.DenseCount);
            if (bits < 0) return table;
            ReadKeyed(reader, arena, bits, sums, keep, initialSum, features, ref table);
            return table;
        }
        catch
        {
            table.Free(arena);
            throw;
        }
    }

    private static void ReadKeyed(ModelReader reader, BlockArena arena, int bits, bool sums, bool keep, float initialSum, int features, ref OwnTable table)
    {
        int count = ReadCount(reader, bits, features);
        var keyed = OwnTable.Allocate(arena, -1, bits, sums && keep, initialSum);
        table.Buckets = keyed.Buckets;
        table.Sums = keyed.Sums;
        table.Bits = bits;
        int[] ids = ArrayPool<int>.Shared.Rent(count);
        float[] weights = ArrayPool<float>.Shared.Rent(count), squares = ArrayPool<float>.Shared.Rent(count);
        try
        {
            Raw(reader, ids.AsSpan(0, count));
            Raw(reader, weights.AsSpan(0, count));
            if (sums) Raw(reader, squares.AsSpan(0, count));
            for (int i = 0; i < count; i++)
            {
                int id = ids[i];
                if (id < table.DenseCount || id >= features || table.Find(id) >= 0) throw NoFeature(id, features);
                int at = table.Insert(id);
                *table.Weight(at) = weights[i];
                if (table.Sums != null) table.Sums[at] = squares[i];
            }
        }
        finally
        {
            ArrayPool<int>.Shared.Return(ids);
            ArrayPool<float>.Shared.Return(weights);
            ArrayPool<float>.Shared.Return(squares);
        }
    }

    /// <summary>Reads a table's weights as they stand.</summary>
    /// <param name="reader">Where it stands.</param>
    /// <param name="table">Receives them.</param>
    /// <param name="sums">The file has sums; they are left out.</param>
    /// <param name="features">How many there are.</param>
    public static void ReadWeights(ModelReader reader, SavedTable table, bool sums, int features)
    {
        var (denseBits, bits) = ReadShape(reader, features);
        table.Resize(denseBits < 0 ? 0 : 1 << denseBits, 0);
        var dense = table.Dense.AsSpan(0, table.DenseCount);
        Raw(reader, dense);
        if (sums) reader.Skip(sizeof(float) * (long)dense.Length);
        if (bits < 0) return;
        int count = ReadCount(reader, bits, features);
        table.Resize(table.DenseCount, count);
        var ids = table.Ids.AsSpan(0, count);
        Raw(reader, ids);
        Raw(reader, table.Weights.AsSpan(0, count));
        if (sums) reader.Skip(sizeof(float) * (long)count);
        foreach (int id in ids)
            if (id < table.DenseCount || id >= features) throw NoFeature(id, features);
    }

    /// <summary>Bits of the two parts; a damaged file must not ask for more memory than a whole one.</summary>
    private static (int DenseBits, int Bits) ReadShape(ModelReader reader, int features)
    {
        int denseBits = reader.ReadInt32(), bits = reader.ReadInt32();
        if (denseBits is < -1 or > 30 || bits is < -1 or > 30 || bits is >= 0 and < 4) throw new ForageException($"The model has a table of {denseBits} and {bits} bits.");
        long most = 64 + 16L * features;
        if ((denseBits >= 0 && 1L << denseBits > most) || (bits >= 0 && 1L << bits > most)) throw new ForageException($"The model has a table of {denseBits} and {bits} bits where {features} features are known.");
        return (denseBits, bits);
    }

    private static int ReadCount(ModelReader reader, int bits, int features)
    {
        int count = reader.ReadInt32();
        if (count < 0 || count > features || 3L * count > 2L << bits) throw new ForageException($"The model has a table of {count} weights in {bits} bits.");
        return count;
    }

    private static ForageException NoFeature(int id, int features) => new($"The model has a weight of feature {id} where {features} are known.");

    private static void Raw<T>(ModelWriter writer, ReadOnlySpan<T> values) where T : unmanaged => writer.Write(MemoryMarshal.AsBytes(values));

    private static void Raw<T>(ModelReader reader, Span<T> values) where T : unmanaged => reader.Read(MemoryMarshal.AsBytes(values));
}
