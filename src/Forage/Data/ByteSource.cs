using System.IO.Compression;

namespace Forage.Data;

/// <summary>Where text comes from: a file, a compressed file or a stream that is already open. Compression is told by the first bytes, not by the name.</summary>
public sealed class ByteSource
{
    private const int LongestHead = 1 << 26;
    private const string StrictCompression = "System.IO.Compression.UseStrictValidation";

    private readonly Func<Stream> _open;
    private CountedStream? _begun;

    // Without this switch the runtime takes compressed data that break off for data that end. Our programs set it in their runtime configuration;
    // for others it is set here, in time unless they have decompressed something before. A host's own choice stays.
    static ByteSource()
    {
        if (!AppContext.TryGetSwitch(StrictCompression, out _)) AppContext.SetSwitch(StrictCompression, true);
    }

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

    /// <summary>
    /// The first line of the text, with its line break, for formats whose header must be known before the rest can be read. It stays part of the
    /// text: also of a stream that can be read only once.
    /// </summary>
    /// <exception cref="ForageException">The source breaks off before the line's end, or the line is longer than 64 MB.</exception>
    public byte[] ReadFirstLine()
    {
        _begun ??= Open();
        return Line(_begun, keep: true);
    }

    /// <summary>Opens the text (decompressed) behind its first <paramref name="skip"/> lines with a count of stored bytes read.</summary>
    internal CountedStream Open(int skip = 0)
    {
        var stream = _begun ?? new CountedStream(_open());
        _begun = null;
        while (skip-- > 0) Line(stream, keep: false);
        return stream;
    }

    private byte[] Line(CountedStream stream, bool keep)
    {
        try
        {
            byte[] line = stream.ReadLine(LongestHead, keep);
            return line.Length < LongestHead ? line : throw new ForageException($"{Name}: the first line is longer than {LongestHead} bytes; expected a header.");
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new ForageException($"{Name}: reading the first line failed: {e.Message}", e);
        }
    }

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
        private byte[] _ahead = [];
        private int _aheadAt;

        public CountedStream(Stream stream)
        {
            _raw = new PrefixedStream(stream);
            IsCompressed = _raw.Prefix is [0x1F, 0x8B];
            _text = IsCompressed ? new GZipStream(_raw, CompressionMode.Decompress) : _raw;
        }

        public bool IsCompressed { get; }

        public long StoredBytesRead => _raw.BytesRead;

        public int Read(Span<byte> buffer)
        {
            if (_aheadAt == _ahead.Length) return _text.Read(buffer);
            int n = Math.Min(buffer.Length, _ahead.Length - _aheadAt);
            _ahead.AsSpan(_aheadAt, n).CopyTo(buffer);
            _aheadAt += n;
            return n;
        }

        /// <summary>Reads up to and including the next line break, or <paramref name="longest"/> bytes; with <paramref name="keep"/> it will be read again.</summary>
        public byte[] ReadLine(int longest, bool keep)
        {
            byte[] head = new byte[4096];
            int n = 0, end;
            while ((end = head.AsSpan(0, n).IndexOf((byte)'\n') + 1) == 0 && n < longest)
            {
                if (n == head.Length) Array.Resize(ref head, 2 * n);
                int read = Read(head.AsSpan(n));
                if (read == 0) break;
                n += read;
            }
            int line = end > 0 ? end : n;
            byte[] rest = [.. head.AsSpan(keep ? 0 : line, keep ? n : n - line), .. _ahead.AsSpan(_aheadAt)];
            (_ahead, _aheadAt) = (rest, 0);
            return head[..line];
        }

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
