using System.Buffers.Binary;
using System.Text;
using Forage.Data.Internals;
using Forage.Persistence;
using Forage.Persistence.Internals;

namespace Forage.Data;

/// <summary>Reads what <see cref="CacheWriter{TBatch}"/> wrote; blocks are read ahead and checked on the other core.</summary>
/// <typeparam name="TBatch">Kind of batch.</typeparam>
public sealed class CacheReader<TBatch> : IBatchReader<TBatch> where TBatch : RecordBatch, new()
{
    private readonly string _path;
    private readonly int _helpers;

    private CacheReader(string path, int helpers)
    {
        (_path, _helpers) = (path, helpers);
        StoredBytes = new FileInfo(path).Length;
    }

    /// <inheritdoc/>
    public string Name => _path;

    /// <inheritdoc/>
    public long? StoredBytes { get; }

    /// <inheritdoc/>
    public long StoredBytesRead { get; private set; }

    /// <summary>Opens a cache if there is a whole one at <paramref name="path"/> with this recipe.</summary>
    public static bool TryOpen(string path, string recipe, out CacheReader<TBatch>? reader, int helpers = 1)
    {
        reader = null;
        if (!File.Exists(path)) return false;
        using var stream = File.OpenRead(path);
        Span<byte> end = stackalloc byte[12];
        if (CacheFormat.ReadRecipe(stream) != $"{typeof(TBatch).Name} {recipe}" || stream.Length - stream.Position < 12) return false;
        stream.Seek(-12, SeekOrigin.End);
        stream.ReadExactly(end);
        if (BinaryPrimitives.ReadInt32LittleEndian(end) != 0) return false;
        reader = new CacheReader<TBatch>(path, helpers);
        return true;
    }

    /// <inheritdoc/>
    public ReadSummary Read(Action<TBatch> consume, CancellationToken cancel = default)
    {
        using var stream = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        _ = CacheFormat.ReadRecipe(stream);
        var tally = new FaultTally(_path);
        new Pipeline<TBatch>(new Blocks(stream, _path), _helpers, cancel).Run(batch =>
        {
            tally.Add(batch);
            StoredBytesRead = batch.StoredEnd;
            consume(batch);
        });
        return tally.Summary(stream.Position);
    }

    private sealed class Blocks(Stream stream, string name) : IPieces<TBatch>
    {
        public bool TryTake(Piece<TBatch> piece)
        {
            Span<byte> head = stackalloc byte[8];
            if (stream.ReadAtLeast(head, 8, throwOnEndOfStream: false) < 8) throw Damaged();
            int length = BinaryPrimitives.ReadInt32LittleEndian(head);
            if (length == 0) return false;
            if (length < 0 || length > stream.Length - stream.Position) throw Damaged();
            if (piece.Bytes.Length < length + 4) piece.Bytes = new byte[2 * length + 4];
            head[4..].CopyTo(piece.Bytes.AsSpan(length));
            stream.ReadExactly(piece.Bytes.AsSpan(0, length));
            piece.Length = length;
            piece.Batch.StoredEnd = stream.Position;
            return true;
        }

        public void Fill(Piece<TBatch> piece)
        {
            uint sum = BinaryPrimitives.ReadUInt32LittleEndian(piece.Bytes.AsSpan(piece.Length));
            if (Checksum.Of(piece.Bytes.AsSpan(0, piece.Length)) != sum) throw Damaged();
            var block = new ArrayBlock(piece.Bytes, piece.Length);
            piece.Batch.Restore(ref block);
        }

        private ForageException Damaged() => new($"The cache {name} is damaged; delete it and it will be made again.");
    }
}

/// <summary>What the writer and the reader of caches agree on.</summary>
internal static class CacheFormat
{
    public static ReadOnlySpan<byte> Magic => "FORAGEC\u0001"u8;

    /// <summary>True if it is a cache, of whatever version.</summary>
    public static bool IsCache(Stream stream)
    {
        Span<byte> head = stackalloc byte[8];
        return stream.ReadAtLeast(head, 8, throwOnEndOfStream: false) == 8 && head[..^1].SequenceEqual(Magic[..^1]);
    }

    /// <summary>The recipe a cache begins with; null if it is no cache of this version.</summary>
    public static string? ReadRecipe(Stream stream)
    {
        Span<byte> head = stackalloc byte[12];
        if (stream.ReadAtLeast(head, 12, throwOnEndOfStream: false) < 12 || !head[..8].SequenceEqual(Magic)) return null;
        int length = BinaryPrimitives.ReadInt32LittleEndian(head[8..]);
        if (length is < 0 or > 1 << 16) return null;
        byte[] text = new byte[length];
        return stream.ReadAtLeast(text, length, throwOnEndOfStream: false) < length ? null : Encoding.UTF8.GetString(text);
    }
}
