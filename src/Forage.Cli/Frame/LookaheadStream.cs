using System.IO.Compression;

namespace Forage.Cli.Frame;

/// <summary>A stream whose beginning can be looked at before it is read.</summary>
internal sealed class LookaheadStream(Stream inner, int most) : Stream
{
    private byte[] _ahead = [];
    private int _length, _read;

    /// <summary>The first bytes of the text, decompressed if they are gzip; what is there by now, at least one byte unless it is empty.</summary>
    public ReadOnlySpan<byte> Ahead()
    {
        if (_ahead.Length == 0)
        {
            _ahead = new byte[most];
            int n;
            while (_length < most && (n = inner.Read(_ahead, _length, most - _length)) > 0)
            {
                _length += n;
                if (_ahead.AsSpan(0, _length).Contains((byte)'\n') && _length > 2) break;
            }
        }
        var seen = _ahead.AsSpan(0, _length);
        return seen is [0x1F, 0x8B, ..] ? Decompressed() : seen;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        int n = Math.Min(buffer.Length, _length - _read);
        if (n == 0) return inner.Read(buffer);
        _ahead.AsSpan(_read, n).CopyTo(buffer);
        _read += n;
        return n;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private byte[] Decompressed()
    {
        var text = new byte[most];
        int length = 0;
        try
        {
            using var gzip = new GZipStream(new MemoryStream(_ahead, 0, _length), CompressionMode.Decompress);
            length = gzip.ReadAtLeast(text, most, throwOnEndOfStream: false);
        }
        catch (InvalidDataException) { } // cut off or damaged: whoever reads it says so
        return text[..length];
    }
}
