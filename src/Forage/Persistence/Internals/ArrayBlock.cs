using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Forage.Persistence.Internals;

/// <summary>A growing buffer of raw arrays, written and read in the same order.</summary>
internal ref struct ArrayBlock
{
    private byte[] _bytes;
    private int _at;
    private readonly int _end;

    /// <summary>For writing; <paramref name="bytes"/> grows as needed.</summary>
    public ArrayBlock(byte[] bytes) => _bytes = bytes;

    /// <summary>For reading the first <paramref name="length"/> bytes.</summary>
    public ArrayBlock(byte[] bytes, int length) => (_bytes, _end) = (bytes, length);

    /// <summary>The buffer, to be used again.</summary>
    public readonly byte[] Bytes => _bytes;

    /// <summary>What was written.</summary>
    public readonly ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _at);

    public void Write<T>(scoped ReadOnlySpan<T> items) where T : unmanaged
    {
        int size = items.Length * Unsafe.SizeOf<T>();
        if (_at + 4 + size > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_at + 4 + size, 2 * _bytes.Length));
        MemoryMarshal.Write(_bytes.AsSpan(_at), items.Length);
        MemoryMarshal.AsBytes(items).CopyTo(_bytes.AsSpan(_at + 4));
        _at += 4 + size;
    }

    /// <summary>The array that comes next, in place (not aligned).</summary>
    public ReadOnlySpan<byte> ReadBytes<T>(out int count) where T : unmanaged
    {
        if (_at + 4 > _end) throw new InvalidDataException("A block of arrays is too short.");
        count = MemoryMarshal.Read<int>(_bytes.AsSpan(_at));
        long size = (long)count * Unsafe.SizeOf<T>();
        if (count < 0 || _at + 4 + size > _end) throw new InvalidDataException("A block of arrays is too short.");
        var bytes = _bytes.AsSpan(_at + 4, (int)size);
        _at += 4 + (int)size;
        return bytes;
    }

    /// <summary>Copies the array that comes next into <paramref name="items"/>, growing it if it is too short; returns its count.</summary>
    public int Read<T>(ref T[] items) where T : unmanaged
    {
        var bytes = ReadBytes<T>(out int count);
        if (items.Length < count) items = new T[Math.Max(count, 2 * items.Length)];
        bytes.CopyTo(MemoryMarshal.AsBytes(items.AsSpan(0, count)));
        return count;
    }

    /// <summary>Replaces the content of <paramref name="items"/> by the array that comes next.</summary>
    public void Read<T>(List<T> items) where T : unmanaged
    {
        var bytes = ReadBytes<T>(out int count);
        CollectionsMarshal.SetCount(items, count);
        bytes.CopyTo(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(items)));
    }
}
