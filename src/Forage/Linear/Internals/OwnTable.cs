using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Forage.Linear.Internals;

/// <summary>
/// The weights of one regressor of a pool. They stand in buckets of a cache line each: eight keys (a feature's number + 1; 0 where nothing is), then their eight weights; the sums
/// of squared gradients stand beside in the order of cells. A feature is looked for in the bucket it hashes to, all eight cells at once, and in the next ones only while buckets
/// are full; two thirds of the cells are in use at most. While features are dense, cell = number and there is no search.
/// </summary>
internal unsafe struct OwnTable
{
    /// <summary>Cells of a bucket.</summary>
    public const int Lanes = 8;

    private const uint Spread = 2654435769;
    private const int SmallestBits = 4;

    /// <summary>Buckets: 2 · <see cref="Lanes"/> words each.</summary>
    public uint* Buckets;
    public float* Sums;

    /// <summary>log2 of the number of cells, and the number of those in use.</summary>
    public int Bits, Count;
    public bool Direct;

    /// <summary>Largest feature in it.</summary>
    public int Top;

    public readonly int Capacity => Buckets == null ? 0 : 1 << Bits;

    /// <summary>Native bytes, with sums or without.</summary>
    public static long BytesOf(int bits, bool sums) => (sums ? 12L : 8L) << bits;

    /// <summary>Bucket where the search for a feature begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly uint Home(int id) => ((uint)id * Spread) >> (35 - Bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly uint* Bucket(uint number) => Buckets + number * (2 * Lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly float* Weight(int cell) => (float*)(Buckets + ((nuint)(cell >> 3) << 4) + Lanes + (cell & 7));

    /// <summary>Key of a cell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ref uint Key(int cell) => ref Buckets[((nuint)(cell >> 3) << 4) + (nuint)(cell & 7)];

    /// <summary>Cell of a feature, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly int Find(int id)
    {
        uint key = (uint)id + 1;
        if (Direct) return (uint)id < 1u << Bits && Key(id) == key ? id : -1;
        var wanted = Vector256.Create(key);
        for (uint b = Home(id), mask = (1u << (Bits - 3)) - 1; ; b = (b + 1) & mask)
        {
            var keys = Vector256.LoadAligned(Bucket(b));
            uint found = Vector256.Equals(keys, wanted).ExtractMostSignificantBits();
            if (found != 0) return (int)(b * Lanes) + BitOperations.TrailingZeroCount(found);
            if (Vector256.EqualsAny(keys, Vector256<uint>.Zero)) return -1;
        }
    }

    /// <summary>Cell of a feature that is known not to be there yet; there must be room.</summary>
    public int Insert(int id)
    {
        int cell = id;
        if (!Direct)
        {
            uint mask = (1u << (Bits - 3)) - 1, b = Home(id), free;
            while ((free = Vector256.Equals(Vector256.LoadAligned(Bucket(b)), Vector256<uint>.Zero).ExtractMostSignificantBits()) == 0) b = (b + 1) & mask;
            cell = (int)(b * Lanes) + BitOperations.TrailingZeroCount(free);
        }
        Key(cell) = (uint)id + 1;
        Count++;
        Top = Math.Max(Top, id);
        return cell;
    }

    /// <summary>True if so many more features, none above <paramref name="largestId"/>, fit without growing.</summary>
    public readonly bool HasRoom(int more, int largestId) => Buckets != null && (Direct ? largestId < 1 << Bits : 3L * (Count + more) <= 2L << Bits);

    /// <summary>The shape that would hold so many more, none above <paramref name="largestId"/>: direct if that takes at most twice the room of a search.</summary>
    public readonly (int Bits, bool Direct) Shape(int more, int largestId)
    {
        int hashed = SmallestBits, direct = SmallestBits;
        while (3L * (Count + more) > 2L << hashed) hashed++;
        while (Math.Max(largestId, Top) >= 1L << direct) direct++;
        return direct <= hashed + 1 ? (direct, true) : (hashed, false);
    }

    /// <summary>Moves to another shape.</summary>
    public void Reshape(BlockArena arena, int bits, bool direct, bool sums, float initialSum)
    {
        var old = this;
        this = Allocate(arena, bits, direct, sums, initialSum);
        if (old.Buckets == null) return;
        for (int i = 0; i < old.Capacity; i++)
        {
            if (old.Key(i) == 0) continue;
            int cell = Insert((int)old.Key(i) - 1);
            *Weight(cell) = *old.Weight(i);
            if (sums) Sums[cell] = old.Sums[i];
        }
        old.Free(arena);
    }

    /// <summary>Gives the memory back; the table is empty.</summary>
    public void Free(BlockArena arena)
    {
        if (Buckets != null) arena.Give(Buckets, Bits + 3);
        if (Sums != null) arena.Give(Sums, Bits + 2);
        this = default;
    }

    /// <summary>An empty table.</summary>
    public static OwnTable Allocate(BlockArena arena, int bits, bool direct, bool sums, float initialSum)
    {
        var table = new OwnTable { Bits = bits, Direct = direct };
        try
        {
            table.Buckets = (uint*)arena.Take(bits + 3);
            if (sums) table.Sums = (float*)arena.Take(bits + 2);
        }
        catch (OutOfMemoryException e)
        {
            throw new ForageException($"A table of {1L << bits} weights cannot be had on this machine; bound the memory.", e);
        }
        if (sums && initialSum > 0) new Span<float>(table.Sums, 1 << bits).Fill(initialSum);
        return table;
    }
}
