using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Forage.Linear.Internals;

namespace Forage.Search.Internals;

/// <summary>
/// Which row of weights belongs to a feature: open addressing over 32-bit feature hashes, the key kept beside the row, so that two features share a
/// row only if their whole hashes are equal. A feature that was never learnt from has row 0 and costs no more than finding that out.
/// </summary>
internal sealed unsafe class FeatureIndex : IDisposable
{
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

    /// <summary>Row of a feature, from 1; 0 if it has none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Find(uint key)
    {
        ulong* cells = _cells;
        uint mask = (1u << _bits) - 1;
        for (uint h = Home(key); ; h = (h + 1) & mask)
        {
            ulong cell = cells[h];
            if ((uint)(cell >> 32) == key || cell == 0) return (uint)cell;
        }
    }

    /// <summary>Address of the cell where the search for a feature begins, for prefetching.</summary>
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
    private uint Home(uint key) => (key * 0x9E3779B1u) >> _shift;

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
