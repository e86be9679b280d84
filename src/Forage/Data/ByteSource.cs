using System.IO.Compression;

namespace Forage.Data;

/// <summary>Where text comes from: a file, a compressed file or a stream that is already open. Compression is told by the first bytes, not by the name.</summary>
public sealed class ByteSource
{
    private readonly Func<Stream> _open;

    private ByteSource(string name, long? length, Func<Stream> open) => (Name, Length, _open) = (name, length, open);

    /// <summary>What to call it in messages.</summary>
    public string Name { get; }

    /// <summary>Size in bytes as stored, if known; for showing progress.</summary>
    public long? Length { get; }

    /// <summary>A file; gzip is recognised.</summary>
    /// <exception cref="ForageException">There is no such file.</exception>
    public static ByteSource File(string path)
    {
        if (Directory.Exists(path)) throw new ForageException($"'{path}' is a folder; expected a file.");
        var info = new FileInfo(path);
        if (!info.Exists) throw new ForageException($"There is no file '{path}'.");
        return new ByteSource(path, info.Length, () => Open(path));
    }

    /// <summary>A stream; it can be read once. Gzip is recognised if the stream can be looked ahead in.</summary>
    public static ByteSource FromStream(Stream stream, string name) => new(name, null, () => stream);

    /// <summary>Bytes in memory.</summary>
    public static ByteSource FromBytes(byte[] bytes, string name) => new(name, bytes.Length, () => new MemoryStream(bytes, writable: false));

    /// <summary>Opens the text (decompressed) with a count of stored bytes read.</summary>
    internal CountedStream Open() => new(_open());

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ForageException($"'{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Decompresses if the stream begins like gzip, and counts the stored bytes.</summary>
    internal sealed class CountedStream : IDisposable
    {
        private readonly PrefixedStream _raw;
        private readonly Stream _text;

        public CountedStream(Stream stream)
        {
            _raw = new PrefixedStream(stream);
            IsCompressed = _raw.Prefix is [0x1F, 0x8B];
            _text = IsCompressed ? new GZipStream(_raw, CompressionMode.Decompress) : _raw;
        }

        public bool IsCompressed { get; }

        public long StoredBytesRead => _raw.BytesRead;

        public int Read(Span<byte> buffer) => _text.Read(buffer);

        public void Dispose() => _text.Dispose();
    }

    /// <summary>A stream whose first two bytes were looked at.</summary>
    private sealed class PrefixedStream : Stream
    {
        private readonly Stream _inner;
        private readonly byte[] _prefix = new byte[2];
        private readonly int _prefixLength;
        private int _prefixRead;

        public PrefixedStream(Stream inner)
        {
            _inner = inner;
            _prefixLength = inner.ReadAtLeast(_prefix, 2, throwOnEndOfStream: false);
        }

        public ReadOnlySpan<byte> Prefix => _prefix.AsSpan(0, _prefixLength);

        public long BytesRead { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => BytesRead; set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            int n = Math.Min(buffer.Length, _prefixLength - _prefixRead);
            if (n > 0)
            {
                _prefix.AsSpan(_prefixRead, n).CopyTo(buffer);
                _prefixRead += n;
            }
            else
            {
                n = _inner.Read(buffer);
            }
            BytesRead += n;
            return n;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) _inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
