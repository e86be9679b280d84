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
        int denseBits = reader.ReadInt32(), bits = reader.ReadInt32();
        if (denseBits is < -1 or > 30 || bits is < -1 or > 30 || bits is >= 0 and < 4) throw new ForageException($"The model has a table of {denseBits} and {bits} bits.");
        long most = 64 + 16L * features; // a damaged file must not ask for more memory than a whole one
        if ((denseBits >= 0 && 1L << denseBits > most) || (bits >= 0 && 1L << bits > most)) throw new ForageException($"The model has a table of {denseBits} and {bits} bits where {features} features are known.");
        var table = OwnTable.Allocate(arena, denseBits, -1, sums && keep, initialSum);
        try
        {
            Raw(reader, new Span<float>(table.Dense, table.DenseCount));
            if (sums) ReadOrSkip(reader, table.DenseSums, table.DenseCount);
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
        int count = reader.ReadInt32();
        if (count < 0 || count > features || 3L * count > 2L << bits) throw new ForageException($"The model has a table of {count} weights in {bits} bits.");
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
                if (id < table.DenseCount || id >= features || table.Find(id) >= 0) throw new ForageException($"The model has a weight of feature {id} where {features} are known.");
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

    private static void ReadOrSkip(ModelReader reader, float* to, int count)
    {
        if (to != null)
        {
            Raw(reader, new Span<float>(to, count));
            return;
        }
        Span<float> skipped = stackalloc float[1024];
        for (int i = 0; i < count; i += skipped.Length) Raw(reader, skipped[..Math.Min(skipped.Length, count - i)]);
    }

    private static void Raw<T>(ModelWriter writer, ReadOnlySpan<T> values) where T : unmanaged => writer.Write(MemoryMarshal.AsBytes(values));

    private static void Raw<T>(ModelReader reader, Span<T> values) where T : unmanaged => reader.Read(MemoryMarshal.AsBytes(values));
}
