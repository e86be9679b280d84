using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Forage.Linear.Internals;

/// <summary>
/// The weights of one regressor of a pool, in two parts. Features are numbered as they are met, so the frequent ones have small numbers: the first 2^<see cref="DenseBits"/> have weights side
/// by side without keys, sixteen to a cache line. The others stand in buckets of a cache line each: eight keys (a feature's number + 1; 0 where nothing is), then their eight weights. A
/// feature is looked for in the bucket it hashes to, all eight cells at once, and in the next ones only while buckets are full; two thirds of the cells are in use at most. Sums of
/// squared gradients stand beside each part in the order of its cells.
/// </summary>
internal unsafe struct OwnTable
{
    /// <summary>Cells of a bucket.</summary>
    public const int Lanes = 8;

    private const uint Spread = 2654435769;
    private const int SmallestBits = 4, LargestBits = 30;

    /// <summary>Weights of the first features; null if there is no such part.</summary>
    public float* Dense;
    public float* DenseSums;

    /// <summary>Buckets: 2 · <see cref="Lanes"/> words each; null if there is no such part.</summary>
    public uint* Buckets;
    public float* Sums;

    /// <summary>1 + log2 of the number of the features that have no keys; 0 if there are none.</summary>
    public int DenseOctave;

    /// <summary>log2 of the number of cells of buckets, and the number of those in use.</summary>
    public int Bits, Count;

    /// <summary>Bytes more that it was denied; 0 if it never was.</summary>
    public long Denied;

    /// <summary>Number of features that have no keys.</summary>
    public readonly int DenseCount => Dense == null ? 0 : 1 << DenseBits;

    /// <summary>log2 of that number; -1 if there are none.</summary>
    public readonly int DenseBits => DenseOctave - 1;

    /// <summary>Cells of buckets.</summary>
    public readonly int Cells => Buckets == null ? 0 : 1 << Bits;

    /// <summary>Native bytes of a table of such a shape, with sums or without; either may be -1 for none.</summary>
    public static long BytesOf(int denseBits, int bits, bool sums) => (denseBits < 0 ? 0 : (sums ? 8L : 4L) << denseBits) + (bits < 0 ? 0 : (sums ? 12L : 8L) << bits);

    /// <summary>Native bytes.</summary>
    public readonly long Bytes => BytesOf(DenseBits, Buckets == null ? -1 : Bits, Sums != null || DenseSums != null);

    /// <summary>Bucket where the search for a feature begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly uint Home(int id) => ((uint)id * Spread) >> (35 - Bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly uint* Bucket(uint number) => Buckets + number * (2 * Lanes);

    /// <summary>Weight of a cell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly float* Weight(int cell) => (float*)(Buckets + ((nuint)(cell >> 3) << 4) + Lanes + (cell & 7));

    /// <summary>Key of a cell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ref uint Key(int cell) => ref Buckets[((nuint)(cell >> 3) << 4) + (nuint)(cell & 7)];

    /// <summary>Cell of a feature with a key, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly int Find(int id)
    {
        var wanted = Vector256.Create((uint)id + 1);
        for (uint b = Home(id), mask = (1u << (Bits - 3)) - 1; ; b = (b + 1) & mask)
        {
            var keys = Vector256.LoadAligned(Bucket(b));
            uint found = Vector256.Equals(keys, wanted).ExtractMostSignificantBits();
            if (found != 0) return (int)(b * Lanes) + BitOperations.TrailingZeroCount(found);
            if (Vector256.EqualsAny(keys, Vector256<uint>.Zero)) return -1;
        }
    }

    /// <summary>Cell of a feature with a key that is known not to be there yet; there must be room.</summary>
    public int Insert(int id)
    {
        uint mask = (1u << (Bits - 3)) - 1, b = Home(id), free;
        while ((free = Vector256.Equals(Vector256.LoadAligned(Bucket(b)), Vector256<uint>.Zero).ExtractMostSignificantBits()) == 0) b = (b + 1) & mask;
        int cell = (int)(b * Lanes) + BitOperations.TrailingZeroCount(free);
        Key(cell) = (uint)id + 1;
        Count++;
        return cell;
    }

    /// <summary>True if so many more features with keys fit without growing.</summary>
    public readonly bool HasRoom(int more) => Buckets != null && 3L * (Count + more) <= 2L << Bits;

    /// <summary>
    /// The shape that holds the row's features too. Keys go where that takes less memory: up to the largest power of two below which a third of the features is there. Buckets have room for a
    /// quarter more.
    /// </summary>
    /// <returns>-1 where a part is not needed.</returns>
    public readonly (int DenseBits, int Bits) Grown(PooledRow row)
    {
        Span<int> lengths = stackalloc int[33]; // features with keys by the length of their number in bits
        lengths.Clear();
        for (int i = 0; i < Cells; i++)
            if (Key(i) is > 0 and var key) lengths[PooledRow.Length((int)key - 1)]++;
        for (int i = row.Below(DenseOctave); i < row.Count; i++)
            if (row.At[i] < 0) lengths[PooledRow.Length(row.Ids[i])]++;
        int dense = DenseBits, below = 0, rest = 0;
        for (int length = 0; length <= LargestBits; length++)
        {
            below += lengths[length];
            if (length > DenseBits && 3L * below >= (1L << length) - DenseCount) dense = length;
        }
        if (dense >= 0) dense = Math.Max(dense, SmallestBits);
        for (int length = dense + 1; length < lengths.Length; length++) rest += lengths[length];
        int bits = SmallestBits;
        while (15L * rest > 8L << bits) bits++;
        return (dense, rest == 0 ? -1 : bits);
    }

    /// <summary>Moves to another shape, whose first part is at least as large.</summary>
    public void Reshape(BlockArena arena, int denseBits, int bits, bool sums, float initialSum)
    {
        var old = this;
        this = Allocate(arena, denseBits, bits, sums, initialSum);
        int had = old.DenseCount;
        if (had > 0)
        {
            new Span<float>(old.Dense, had).CopyTo(new Span<float>(Dense, had));
            if (sums) new Span<float>(old.DenseSums, had).CopyTo(new Span<float>(DenseSums, had));
        }
        for (int i = 0; i < old.Cells; i++)
        {
            if (old.Key(i) is not (> 0 and var key)) continue;
            int id = (int)key - 1, cell = id < DenseCount ? id : Insert(id);
            if (id < DenseCount)
            {
                Dense[id] = *old.Weight(i);
                if (sums) DenseSums[id] = old.Sums[i];
            }
            else
            {
                *Weight(cell) = *old.Weight(i);
                if (sums) Sums[cell] = old.Sums[i];
            }
        }
        old.Free(arena);
    }

    /// <summary>Features that were learnt from: those with keys, and those without whose sum (without sums: whose weight) is not what it was at first.</summary>
    public readonly int Learnt(float initialSum) =>
        Count + DenseCount - (DenseSums != null ? new ReadOnlySpan<float>(DenseSums, DenseCount).Count(initialSum) : new ReadOnlySpan<float>(Dense, DenseCount).Count(0f));

    /// <summary>Gives the memory back; the table is empty.</summary>
    public void Free(BlockArena arena)
    {
        if (Dense != null) arena.Give(Dense, DenseBits + 2);
        if (DenseSums != null) arena.Give(DenseSums, DenseBits + 2);
        if (Buckets != null) arena.Give(Buckets, Bits + 3);
        if (Sums != null) arena.Give(Sums, Bits + 2);
        this = default;
    }

    /// <summary>An empty table; -1 for a part that is not needed.</summary>
    public static OwnTable Allocate(BlockArena arena, int denseBits, int bits, bool sums, float initialSum)
    {
        var table = new OwnTable { DenseOctave = denseBits + 1, Bits = Math.Max(bits, 0) };
        try
        {
            if (denseBits >= 0)
            {
                table.Dense = (float*)arena.Take(denseBits + 2);
                if (sums) table.DenseSums = (float*)arena.Take(denseBits + 2);
            }
            if (bits >= 0)
            {
                table.Buckets = (uint*)arena.Take(bits + 3);
                if (sums) table.Sums = (float*)arena.Take(bits + 2);
            }
        }
        catch (OutOfMemoryException e)
        {
            throw new ForageException($"A table of {table.DenseCount + (long)table.Cells} weights cannot be had on this machine; bound the memory.", e);
        }
        if (sums && initialSum > 0)
        {
            new Span<float>(table.DenseSums, table.DenseCount).Fill(initialSum);
            new Span<float>(table.Sums, table.Cells).Fill(initialSum);
        }
        return table;
    }
}
