using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Forage.Linear.Internals;

/// <summary>A weight and the number of its feature + 1; 0 where nothing is.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OwnCell
{
    public uint Key;
    public float Weight;
}

/// <summary>
/// The weights of one regressor of a pool: cells that grow with the features it learnt, and beside them the sums of squared gradients. While the features are dense a
/// cell's place is its feature's number (no search, no collision); else it is found by open addressing with linear probing, two thirds full at most.
/// </summary>
internal unsafe struct OwnTable
{
    private const uint Spread = 2654435769;
    private const int SmallestBits = 4;

    public OwnCell* Cells;
    public float* Sums;
    public int Bits, Count;
    public bool Direct;

    /// <summary>Largest feature in it.</summary>
    public int Top;

    public readonly int Capacity => Cells == null ? 0 : 1 << Bits;

    /// <summary>Native bytes, with sums or without.</summary>
    public static long BytesOf(int bits, bool sums) => (sums ? 12L : 8L) << bits;

    /// <summary>Place of a feature, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly int Find(int id)
    {
        uint key = (uint)id + 1, mask = (1u << Bits) - 1;
        if (Direct) return (uint)id <= mask && Cells[id].Key == key ? id : -1;
        for (uint h = Home(id); ; h = (h + 1) & mask)
        {
            uint found = Cells[h].Key;
            if (found == key) return (int)h;
            if (found == 0) return -1;
        }
    }

    /// <summary>Where the search for a feature begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly uint Home(int id) => ((uint)id * Spread) >> (32 - Bits);

    /// <summary>Place of a feature that is known not to be there yet; there must be room.</summary>
    public int Insert(int id)
    {
        int at = id;
        if (!Direct)
        {
            uint mask = (1u << Bits) - 1, h = Home(id);
            while (Cells[h].Key != 0) h = (h + 1) & mask;
            at = (int)h;
        }
        Cells[at].Key = (uint)id + 1;
        Count++;
        Top = Math.Max(Top, id);
        return at;
    }

    /// <summary>True if so many more features, none above <paramref name="largestId"/>, fit without growing.</summary>
    public readonly bool HasRoom(int more, int largestId) => Cells != null && (Direct ? largestId < 1 << Bits : 3L * (Count + more) <= 2L << Bits);

    /// <summary>The shape that would hold so many more, none above <paramref name="largestId"/>: direct if that takes at most twice the room of a search.</summary>
    public readonly (int Bits, bool Direct) Shape(int more, int largestId)
    {
        int hashed = SmallestBits, direct = SmallestBits;
        while (3L * (Count + more) > 2L << hashed) hashed++;
        while (Math.Max(largestId, Top) >= 1L << direct) direct++;
        return direct <= hashed + 1 ? (direct, true) : (hashed, false);
    }

    /// <summary>Moves to another shape.</summary>
    public void Reshape(int bits, bool direct, bool sums, float initialSum)
    {
        var old = this;
        this = Allocate(bits, direct, sums, initialSum);
        if (old.Cells == null) return;
        for (int i = 0; i < old.Capacity; i++)
        {
            if (old.Cells[i].Key == 0) continue;
            int at = Insert((int)old.Cells[i].Key - 1);
            Cells[at].Weight = old.Cells[i].Weight;
            if (sums) Sums[at] = old.Sums[i];
        }
        old.Free();
    }

    /// <summary>Gives the memory back; the table is empty.</summary>
    public void Free()
    {
        if (Cells != null) NativeMemory.Free(Cells);
        this = default;
    }

    /// <summary>An empty table.</summary>
    public static OwnTable Allocate(int bits, bool direct, bool sums, float initialSum)
    {
        var table = new OwnTable { Bits = bits, Direct = direct };
        try
        {
            table.Cells = (OwnCell*)NativeMemory.AllocZeroed((nuint)BytesOf(bits, sums));
        }
        catch (OutOfMemoryException e)
        {
            throw new ForageException($"A table of {1L << bits} weights cannot be had on this machine; bound the memory.", e);
        }
        if (!sums) return table;
        table.Sums = (float*)(table.Cells + (1L << bits));
        if (initialSum > 0) new Span<float>(table.Sums, 1 << bits).Fill(initialSum);
        return table;
    }
}
