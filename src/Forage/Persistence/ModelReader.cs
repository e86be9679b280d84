using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Forage.Persistence;

/// <summary>Reads what <see cref="ModelWriter"/> wrote. Whatever is wrong with the file is one clear sentence.</summary>
public sealed class ModelReader
{
    private readonly Stream _stream;
    private readonly string _name;
    private readonly byte[] _block = new byte[ModelWriter.BlockSize];
    private int _at, _used;
    private uint _crc;
    private bool _chunkDone = true;
    private string? _peeked;

    /// <summary>Opens a model.</summary>
    /// <param name="stream">The file's bytes.</param>
    /// <param name="name">What to call it in messages.</param>
    public ModelReader(Stream stream, string name)
    {
        (_stream, _name) = (stream, name);
        Span<byte> magic = stackalloc byte[8];
        if (_stream.ReadAtLeast(magic, 8, throwOnEndOfStream: false) < 8 || !magic.SequenceEqual(ModelWriter.Magic))
            throw new ForageException($"{name} is not a Forage model; expected a file written by 'forage learn' or 'forage improve'.");
        uint version = ReadRaw();
        if (version != ModelWriter.FormatVersion) throw new ForageException($"{name} has model format {version}; this program reads format {ModelWriter.FormatVersion}.");
    }

    /// <summary>Version of the chunk being read.</summary>
    public int Version { get; private set; }

    /// <summary>Tag of the next chunk without entering it; null at the end of the model.</summary>
    public string? PeekChunk()
    {
        if (_peeked is null)
        {
            Span<byte> head = stackalloc byte[6];
            ReadExactly(head);
            _peeked = Encoding.ASCII.GetString(head[..4]);
            _crc = Checksum.Of(head);
            Version = BinaryPrimitives.ReadUInt16LittleEndian(head[4..]);
        }
        return _peeked == ModelWriter.EndTag ? null : _peeked;
    }

    /// <summary>Enters the next chunk, which must have this tag and one of these versions.</summary>
    /// <param name="tag">Its tag.</param>
    /// <param name="newestVersion">The newest version that is read.</param>
    /// <param name="oldestVersion">The oldest.</param>
    /// <exception cref="ForageException">It is another part, or of another version.</exception>
    public void BeginChunk(string tag, ushort newestVersion, ushort oldestVersion = 1)
    {
        string? found = PeekChunk();
        if (found != tag) throw new ForageException($"{_name} has {(found is null ? "its end" : $"a part '{found}'")} where a part '{tag}' was expected.");
        if (Version > newestVersion) throw new ForageException($"The part '{tag}' of {_name} has version {Version}; this program reads versions up to {newestVersion}.");
        if (Version < oldestVersion) throw new ForageException($"The part '{tag}' of {_name} has version {Version}; this program reads versions from {oldestVersion} on: learn the model anew.");
        (_peeked, _at, _used, _chunkDone) = (null, 0, 0, false);
    }

    /// <summary>Leaves the chunk, skipping what is unread, and checks its sum.</summary>
    public void EndChunk()
    {
        while (!_chunkDone) NextBlock();
    }

    /// <summary>Skips the next chunk.</summary>
    public void SkipChunk()
    {
        BeginChunk(PeekChunk()!, ushort.MaxValue);
        EndChunk();
    }

    /// <summary>Reads the end mark; without it the file was cut off.</summary>
    public void Finish()
    {
        if (PeekChunk() is { } tag) throw Damaged($"a part '{tag}' stands where its end was expected");
        (_peeked, _at, _used, _chunkDone) = (null, 0, 0, false);
        EndChunk();
    }

    /// <summary>Reads bytes of the chunk.</summary>
    public void Read(Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var next = Next(bytes.Length);
            next.CopyTo(bytes);
            bytes = bytes[next.Length..];
        }
    }

    /// <summary>Leaves bytes of the chunk out; they are checked all the same.</summary>
    public void Skip(long bytes)
    {
        while (bytes > 0) bytes -= Next(bytes).Length;
    }

    /// <summary>Reads an integer.</summary>
    public int ReadInt32() => ReadNumber<int>();

    /// <summary>Reads an integer.</summary>
    public long ReadInt64() => ReadNumber<long>();

    /// <summary>Reads an integer.</summary>
    public ulong ReadUInt64() => ReadNumber<ulong>();

    /// <summary>Reads a number.</summary>
    public float ReadSingle() => ReadNumber<float>();

    /// <summary>Reads a number.</summary>
    public double ReadDouble() => ReadNumber<double>();

    /// <summary>Reads a truth value.</summary>
    public bool ReadBoolean() => ReadNumber<byte>() != 0;

    /// <summary>Reads a string.</summary>
    public string ReadString() => Encoding.UTF8.GetString(ReadArray<byte>());

    /// <summary>Reads numbers.</summary>
    public float[] ReadSingles() => ReadArray<float>();

    /// <summary>Reads numbers.</summary>
    public double[] ReadDoubles() => ReadArray<double>();

    /// <summary>Reads numbers.</summary>
    public int[] ReadInt32s() => ReadArray<int>();

    internal unsafe void ReadSparse(float* data, long length, int stride, int stored)
    {
        long written = ReadInt64();
        if (written != length) throw Damaged($"it has {written} numbers where {length} were expected");
        long cell = 0, cells = length / stride;
        for (; ; cell++)
        {
            ulong skipped = ReadVariable();
            if (skipped == long.MaxValue) return;
            if (skipped >= (ulong)(cells - cell)) throw Damaged("a weight lies beyond its table");
            cell += (long)skipped;
            Read(new Span<byte>(data + cell * stride, stored * sizeof(float)));
        }
    }

    private T[] ReadArray<T>() where T : unmanaged
    {
        int count = ReadInt32();
        if (count < 0) throw Damaged($"it has a list of {count} entries");
        // Grown as it is read, so that a damaged count cannot ask for more memory than the file has bytes.
        var result = new T[Math.Min(count, 1 << 16)];
        for (int filled = 0; filled < count;)
        {
            if (filled == result.Length) Array.Resize(ref result, Math.Min(count, 2 * result.Length));
            Read(MemoryMarshal.AsBytes(result.AsSpan(filled)));
            filled = result.Length;
        }
        return result;
    }

    private ulong ReadVariable()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte b = ReadNumber<byte>();
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80) return value;
        }
        throw Damaged("a number in it does not end");
    }

    private T ReadNumber<T>() where T : unmanaged
    {
        T value = default;
        Read(MemoryMarshal.AsBytes(new Span<T>(ref value)));
        return value;
    }

    /// <summary>The next bytes of the chunk, at least one and at most so many.</summary>
    private ReadOnlySpan<byte> Next(long most)
    {
        while (_at == _used)
        {
            if (_chunkDone) throw Damaged("a part of it is shorter than what it should hold");
            NextBlock();
        }
        var next = _block.AsSpan(_at, (int)Math.Min(most, _used - _at));
        _at += next.Length;
        return next;
    }

    private void NextBlock()
    {
        uint length = ReadRaw();
        if (length == 0)
        {
            if (ReadRaw() != _crc) throw Damaged("its checksum does not match");
            (_chunkDone, _at, _used) = (true, 0, 0);
            return;
        }
        if (length > ModelWriter.BlockSize) throw Damaged($"it has a block of {length} bytes");
        uint sum = ReadRaw();
        _used = (int)length;
        _at = 0;
        ReadExactly(_block.AsSpan(0, _used));
        if (Checksum.Of(_block.AsSpan(0, _used)) != sum) throw Damaged("its checksum does not match");
        _crc = BitOperations.Crc32C(_crc, sum);
    }

    private uint ReadRaw()
    {
        Span<byte> bytes = stackalloc byte[4];
        ReadExactly(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    private void ReadExactly(Span<byte> bytes)
    {
        if (_stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length) throw Damaged("it ends too early");
    }

    private ForageException Damaged(string how) => new($"{_name} is damaged: {how}.");
}
