using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using Forage.Search.Text.Internals;

namespace Forage.Search.Text;

/// <summary>
/// The distinct values of a column, numbered 0, 1, 2, … in the order they come; their bytes stand in one array. What is computed of a value (prefixes,
/// hashes) is computed once for a number.
/// </summary>
/// <remarks>Adding is not safe beside reading.</remarks>
public sealed class Vocabulary
{
    private byte[] _bytes = new byte[1024];
    private int[] _ends = new int[64];
    private ulong[] _hashes = new ulong[64];
    private ulong[] _table = new ulong[128]; // the upper half of the hash, and the number plus 1; 0 is empty

    /// <summary>Number of values.</summary>
    public int Count { get; private set; }

    /// <summary>How often the values were forgotten.</summary>
    internal int Generation { get; private set; }

    /// <summary>Value number <paramref name="id"/> as UTF-8; valid until a value is added.</summary>
    public ReadOnlySpan<byte> this[int id]
    {
        get
        {
            if ((uint)id >= (uint)Count) throw new ArgumentOutOfRangeException(nameof(id), id, $"There are {Count} values.");
            int start = id == 0 ? 0 : _ends[id - 1];
            return _bytes.AsSpan(start, _ends[id] - start);
        }
    }

    /// <summary>Value number <paramref name="id"/> as a string.</summary>
    public string Text(int id) => Encoding.UTF8.GetString(this[id]);

    /// <summary>Value number <paramref name="id"/> as an integer, such as the head of a dependency.</summary>
    /// <exception cref="ForageException">It is none.</exception>
    public int Integer(int id)
        => int.TryParse(this[id], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) ? value : throw SearchTextThrow.NoInteger(Text(id));

    /// <summary>The number of <paramref name="value"/>, or -1.</summary>
    public int Find(ReadOnlySpan<byte> value)
    {
        int slot = Slot(value, Hash(value));
        return (int)_table[slot] - 1;
    }

    /// <summary>The number of <paramref name="value"/>, which is added if it is new.</summary>
    public int FindOrAdd(ReadOnlySpan<byte> value)
    {
        ulong hash = Hash(value);
        int slot = Slot(value, hash), found = (int)_table[slot];
        return found > 0 ? found - 1 : Add(value, hash, slot);
    }

    /// <summary>Forgets all values and keeps the memory; numbers begin again.</summary>
    public void Clear()
    {
        Count = 0;
        Generation++;
        _table.AsSpan().Clear();
    }

    private int Slot(ReadOnlySpan<byte> value, ulong hash)
    {
        ulong[] table = _table;
        int[] ends = _ends;
        int mask = table.Length - 1, slot = (int)hash & mask;
        for (; table[slot] is var entry && entry != 0; slot = (slot + 1) & mask)
        {
            if ((uint)(entry >> 32) != (uint)(hash >> 32)) continue;
            int id = (int)entry - 1, start = id == 0 ? 0 : ends[id - 1];
            if (_bytes.AsSpan(start, ends[id] - start).SequenceEqual(value)) break;
        }
        return slot;
    }

    private int Add(ReadOnlySpan<byte> value, ulong hash, int slot)
    {
        int id = Count, start = id == 0 ? 0 : _ends[id - 1], end = start + value.Length;
        if (end > _bytes.Length) Array.Resize(ref _bytes, Math.Max(end, 2 * _bytes.Length));
        if (id == _ends.Length)
        {
            Array.Resize(ref _ends, 2 * id);
            Array.Resize(ref _hashes, 2 * id);
        }
        value.CopyTo(_bytes.AsSpan(start));
        (_ends[id], _hashes[id], _table[slot]) = (end, hash, Entry(hash, id));
        Count++;
        if (2 * Count > _table.Length) Rehash(new ulong[2 * _table.Length]);
        return id;
    }

    private static ulong Entry(ulong hash, int id) => hash >> 32 << 32 | (uint)(id + 1);

    private void Rehash(ulong[] table)
    {
        int mask = table.Length - 1;
        for (int id = 0; id < Count; id++)
        {
            int slot = (int)_hashes[id] & mask;
            while (table[slot] != 0) slot = (slot + 1) & mask;
            table[slot] = Entry(_hashes[id], id);
        }
        _table = table;
    }

    /// <summary>Eight bytes at a time; only for finding values within this process, never stored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Hash(ReadOnlySpan<byte> value)
    {
        const ulong Odd = 0x9E3779B97F4A7C15;
        ulong h = (ulong)value.Length * Odd;
        while (value.Length > 8)
        {
            h = (BitOperations.RotateLeft(h, 29) ^ BinaryPrimitives.ReadUInt64LittleEndian(value)) * Odd;
            value = value[8..];
        }
        h = (BitOperations.RotateLeft(h, 29) ^ Tail(value)) * Odd;
        return h ^ (h >> 32);
    }

    /// <summary>Up to eight bytes as a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Tail(ReadOnlySpan<byte> value)
    {
        int n = value.Length;
        if (n == 8) return BinaryPrimitives.ReadUInt64LittleEndian(value);
        if (n >= 4) return BinaryPrimitives.ReadUInt32LittleEndian(value) | (ulong)BinaryPrimitives.ReadUInt32LittleEndian(value[(n - 4)..]) << 32;
        return n == 0 ? 0 : value[0] | (ulong)value[n >> 1] << 8 | (ulong)value[n - 1] << 16;
    }
}
