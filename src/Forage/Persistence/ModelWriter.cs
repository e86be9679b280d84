using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace Forage.Persistence;

/// <summary>
/// Writes a model file: a magic number, then tagged chunks, each with a version, then an end mark. A chunk is a run of blocks (length, CRC-32C,
/// bytes) and a closing sum over its tag, version and blocks, so nothing has to be known or sought in advance and no byte is used unchecked. All numbers are little-endian. See <c>docs/why/model-format.md</c>.
/// </summary>
public sealed class ModelWriter : IDisposable
{
    internal const int BlockSize = 1 << 16;
    internal static ReadOnlySpan<byte> Magic => "FORAGE\r\n"u8;
    internal const uint FormatVersion = 1;
    internal const string EndTag = "END.";

    private readonly Stream _stream;
    private readonly byte[] _block = new byte[BlockSize];
    private int _used;
    private uint _crc;
    private bool _inChunk;

    /// <summary>Starts a model on <paramref name="stream"/>, which stays open.</summary>
    public ModelWriter(Stream stream)
    {
        _stream = stream;
        stream.Write(Magic);
        WriteRaw(FormatVersion);
    }

    /// <summary>Starts a chunk.</summary>
    /// <param name="tag">Four ASCII characters that say what it holds.</param>
    /// <param name="version">Version of the chunk's layout, from 1.</param>
    public void BeginChunk(string tag, ushort version)
    {
        if (_inChunk) throw new InvalidOperationException($"Chunk {tag} inside another one.");
        if (tag.Length != 4) throw new ArgumentException($"The tag '{tag}' does not have four characters.", nameof(tag));
        Span<byte> head = stackalloc byte[6];
        Encoding.ASCII.GetBytes(tag, head);
        BinaryPrimitives.WriteUInt16LittleEndian(head[4..], version);
        _stream.Write(head);
        (_inChunk, _used, _crc) = (true, 0, Checksum.Of(head));
    }

    /// <summary>Ends the chunk.</summary>
    public void EndChunk()
    {
        FlushBlock();
        WriteRaw(0);
        WriteRaw(_crc);
        _inChunk = false;
    }

    /// <summary>Writes the end mark. Without it a reader reports the file as cut off.</summary>
    public void Finish()
    {
        BeginChunk(EndTag, 1);
        EndChunk();
        _stream.Flush();
    }

    /// <summary>Writes bytes into the current chunk.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (!_inChunk) throw new InvalidOperationException("Data outside of a chunk.");
        while (!bytes.IsEmpty)
        {
            if (_used == BlockSize) FlushBlock();
            int n = Math.Min(bytes.Length, BlockSize - _used);
            bytes[..n].CopyTo(_block.AsSpan(_used));
            _used += n;
            bytes = bytes[n..];
        }
    }

    /// <summary>Writes an integer.</summary>
    public void Write(int value) => WriteNumber(value);

    /// <summary>Writes an integer.</summary>
    public void Write(long value) => WriteNumber(value);

    /// <summary>Writes an integer.</summary>
    public void Write(ulong value) => WriteNumber(value);

    /// <summary>Writes a number.</summary>
    public void Write(float value) => WriteNumber(value);

    /// <summary>Writes a number.</summary>
    public void Write(double value) => WriteNumber(value);

    /// <summary>Writes a truth value.</summary>
    public void Write(bool value) => WriteNumber(value ? (byte)1 : (byte)0);

    /// <summary>Writes a string: its length in bytes and UTF-8.</summary>
    public void Write(string value)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        Write(bytes.Length);
        Write(bytes);
    }

    /// <summary>Writes numbers: their count and their bytes.</summary>
    public void Write(ReadOnlySpan<float> values)
    {
        Write(values.Length);
        Write(MemoryMarshal.AsBytes(values));
    }

    /// <summary>Writes numbers: their count and their bytes.</summary>
    public void Write(ReadOnlySpan<double> values)
    {
        Write(values.Length);
        Write(MemoryMarshal.AsBytes(values));
    }

    /// <summary>Writes numbers: their count and their bytes.</summary>
    public void Write(ReadOnlySpan<int> values)
    {
        Write(values.Length);
        Write(MemoryMarshal.AsBytes(values));
    }

    /// <summary>
    /// Writes the cells of <paramref name="stride"/> floats whose first <paramref name="stored"/> floats are not all zero: each as the number of
    /// cells skipped (variable-length), then those floats; at the end the number 2^63 - 1.
    /// </summary>
    internal unsafe void WriteSparse(float* data, long length, int stride, int stored)
    {
        Write(length);
        long skipped = 0;
        int step = 64 / sizeof(float);
        for (long i = 0; i < length;)
        {
            if (i % step == 0 && i + step <= length && Vector512.EqualsAll(Vector512.Load(data + i), Vector512<float>.Zero) && step % stride == 0)
            {
                skipped += step / stride;
                i += step;
                continue;
            }
            bool empty = true;
            for (int j = 0; j < stored; j++) empty &= BitConverter.SingleToInt32Bits(data[i + j]) == 0;
            if (empty)
            {
                skipped++;
            }
            else
            {
                WriteVariable((ulong)skipped);
                Write(new ReadOnlySpan<byte>(data + i, stored * sizeof(float)));
                skipped = 0;
            }
            i += stride;
        }
        WriteVariable(long.MaxValue);
    }

    /// <summary>Ends nothing and closes nothing: the stream belongs to the caller.</summary>
    public void Dispose() => _stream.Flush();

    private void WriteVariable(ulong value)
    {
        Span<byte> bytes = stackalloc byte[10];
        int n = 0;
        for (; value >= 0x80; value >>= 7) bytes[n++] = (byte)(value | 0x80);
        bytes[n++] = (byte)value;
        Write(bytes[..n]);
    }

    private void WriteNumber<T>(T value) where T : unmanaged => Write(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    private void FlushBlock()
    {
        if (_used == 0) return;
        uint sum = Checksum.Of(_block.AsSpan(0, _used));
        WriteRaw((uint)_used);
        WriteRaw(sum);
        _stream.Write(_block, 0, _used);
        _crc = BitOperations.Crc32C(_crc, sum);
        _used = 0;
    }

    private void WriteRaw(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _stream.Write(bytes);
    }
}
