using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Forage.Linear.Internals;

namespace Forage.Search.Internals;

/// <summary>
/// Which row of weights belongs to a feature: a hash table over 32-bit feature hashes in buckets of eight cells (a cache line), the key kept beside the row, so that two
/// features share a row only if their whole hashes are equal. A bucket's cells are compared at once, and a search goes on only behind a full one. A feature
/// that was never learnt from has row 0 and costs no more than finding that out.
/// </summary>
internal sealed unsafe class FeatureIndex : IDisposable
{
    private const int Bucket = 8;

    private ulong* _cells; // key << 32 | row; rows count from 1, so 0 is an empty cell
    private int _bits, _shift;

    public FeatureIndex(int expected = 0)
    {
        _bits = 10;
        while (1L << _bits < 2L * expected) _bits++;
        Allocate();
    }

    /// <summary>Number of features that have a row.</summary>
    public int Count { get; private set; }

    /// <summary>Row of a feature, from 1; 0 if it has none. Without a branch on whether it has one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Find(uint key)
    {
        ulong* bucket = _cells + Home(key);
        uint equal = Equal(bucket, key);
        if ((equal == 0) & (bucket[Bucket - 1] != 0)) return FindBehind(key, bucket);
        return (uint)bucket[BitOperations.TrailingZeroCount(equal) >> 1 & (Bucket - 1)] & (uint)((int)(equal | 0 - equal) >> 31);
    }

    /// <summary>Address of the bucket where the search for a feature begins, for prefetching.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void* HomeOf(uint key) => _cells + Home(key);

    /// <summary>Row of a feature; a new one if it had none.</summary>
    public uint FindOrAdd(uint key)
    {
        uint mask = (1u << _bits) - 1, h = Home(key);
        for (; _cells[h] != 0; h = (h + 1) & mask)
            if ((uint)(_cells[h] >> 32) == key) return (uint)_cells[h];
        if (2L * Count >= 1L << _bits)
        {
            Grow();
            return FindOrAdd(key);
        }
        uint row = (uint)++Count;
        _cells[h] = (ulong)key << 32 | row;
        return row;
    }

    /// <summary>Keys in the order of their rows.</summary>
    public uint[] Keys()
    {
        var keys = new uint[Count];
        for (long i = 0; i < 1L << _bits; i++)
            if (_cells[i] != 0) keys[(uint)_cells[i] - 1] = (uint)(_cells[i] >> 32);
        return keys;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_cells);
        _cells = null;
        GC.SuppressFinalize(this);
    }

    ~FeatureIndex() => NativeMemory.AlignedFree(_cells);

    // Features are hashes already; the multiplication spreads those that are small integers.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Home(uint key) => (key * 0x9E3779B1u) >> _shift & ~(Bucket - 1u);

    /// <summary>Cells of a bucket whose key it is, a bit each at odd places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Equal(ulong* bucket, uint key) => (uint)Vector512.Equals(Vector512.Load((uint*)bucket), Vector512.Create(key)).ExtractMostSignificantBits() & 0xAAAA;

    private uint FindBehind(uint key, ulong* bucket)
    {
        while (true)
        {
            bucket += Bucket;
            if (bucket == _cells + (1L << _bits)) bucket = _cells;
            uint equal = Equal(bucket, key);
            if (equal != 0) return (uint)bucket[BitOperations.TrailingZeroCount(equal) >> 1];
            if (bucket[Bucket - 1] == 0) return 0;
        }
    }

    private void Grow()
    {
        ulong* old = _cells;
        long n = 1L << _bits++;
        Allocate();
        uint mask = (1u << _bits) - 1;
        for (long i = 0; i < n; i++)
        {
            if (old[i] == 0) continue;
            uint h = Home((uint)(old[i] >> 32));
            while (_cells[h] != 0) h = (h + 1) & mask;
            _cells[h] = old[i];
        }
        NativeMemory.AlignedFree(old);
    }

    private void Allocate()
    {
        if (_bits > 31) throw new ForageException($"More than {1 << 30} different features; hash them into fewer.");
        _shift = 32 - _bits;
        _cells = (ulong*)NativeMemory.AlignedAlloc((nuint)(8L << _bits), 64);
        HugePages.Request(_cells, 8L << _bits);
        NativeMemory.Clear(_cells, (nuint)(8L << _bits));
    }
}
