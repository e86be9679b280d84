using System.Numerics;
using System.Runtime.CompilerServices;

namespace Forage.Extreme.Internals;

/// <summary>Finds the place of a feature index in an ascending list: by a table where indices are not much larger than they are many, else by open addressing.</summary>
internal readonly struct IndexTable
{
    private const uint Golden = 2654435769;

    private readonly int[] _slots; // place + 1, or 0
    private readonly uint[] _keys; // empty: _slots is by index
    private readonly int _shift;

    /// <summary>A table of <paramref name="indices"/>, ascending and each once.</summary>
    public IndexTable(ReadOnlySpan<uint> indices)
    {
        uint largest = indices.Length == 0 ? 0 : indices[^1];
        if (largest < 8L * indices.Length + 4096)
        {
            (_slots, _keys) = (new int[largest + 1], []);
            for (int c = 0; c < indices.Length; c++) _slots[indices[c]] = c + 1;
            return;
        }
        int bits = BitOperations.Log2((uint)Math.Max(2, indices.Length)) + 2;
        (_slots, _keys, _shift) = (new int[1 << bits], new uint[1 << bits], 32 - bits);
        for (int c = 0; c < indices.Length; c++)
        {
            int at = (int)(indices[c] * Golden >> _shift);
            while (_slots[at] != 0) at = (at + 1) & (_slots.Length - 1);
            (_slots[at], _keys[at]) = (c + 1, indices[c]);
        }
    }

    /// <summary>Place of an index; -1 if it is not in the list.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(uint index)
    {
        if (_keys.Length == 0) return index < (uint)_slots.Length ? _slots[index] - 1 : -1;
        for (int at = (int)(index * Golden >> _shift); _slots[at] != 0; at = (at + 1) & (_slots.Length - 1))
            if (_keys[at] == index) return _slots[at] - 1;
        return -1;
    }
}
