using System.Buffers.Binary;
using System.Text;
using Forage.Persistence;
using Forage.Persistence.Internals;

namespace Forage.Data;

/// <summary>
/// Writes batches in binary, so that a later pass reads them without parsing. A cache belongs to its source: <c>recipe</c> says what it was made
/// from and how, and a cache with another recipe is made anew. Blocks carry a CRC-32C.
/// </summary>
/// <typeparam name="TBatch">Kind of batch.</typeparam>
public sealed class CacheWriter<TBatch> : IDisposable where TBatch : RecordBatch, new()
{
    private readonly Stream _stream;
    private byte[] _buffer = new byte[1 << 20];
    private long _records;

    /// <summary>Starts a cache on <paramref name="stream"/>, which is closed on <see cref="Dispose"/>.</summary>
    public CacheWriter(Stream stream, string recipe)
    {
        _stream = stream;
        _stream.Write(CacheFormat.Magic);
        byte[] text = Encoding.UTF8.GetBytes($"{typeof(TBatch).Name} {recipe}");
        WriteNumber(text.Length);
        _stream.Write(text);
    }

    /// <summary>Appends a batch.</summary>
    public void Add(TBatch batch)
    {
        if (batch.Count == 0) return;
        var block = new ArrayBlock(_buffer);
        batch.Store(ref block);
        _buffer = block.Bytes;
        WriteNumber(block.Written.Length);
        WriteNumber((int)Checksum.Of(block.Written));
        _stream.Write(block.Written);
        _records += batch.Count;
    }

    /// <summary>Writes the end mark; a cache without it is not used.</summary>
    public void Finish()
    {
        WriteNumber(0);
        Span<byte> count = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(count, _records);
        _stream.Write(count);
        _stream.Flush();
    }

    /// <summary>Closes the stream.</summary>
    public void Dispose() => _stream.Dispose();

    private void WriteNumber(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        _stream.Write(bytes);
    }
}
