namespace Forage.Data.Internals;

/// <summary>Cuts a stream of text into pieces that end where a record ends. Called by one thread at a time.</summary>
internal sealed class PieceReader(ByteSource.CountedStream stream, RecordFraming framing, ReadOptions options, string name)
{
    private byte[] _rest = [];
    private int _restLength;
    private bool _ended;

    /// <summary>Bytes of text handed out.</summary>
    public long TextBytes { get; private set; }

    /// <summary>Stored bytes read so far.</summary>
    public long StoredBytes => stream.StoredBytesRead;

    /// <summary>What stopped the stream before its end; the text before it has been handed out.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Fills <paramref name="buffer"/> (growing it if a record needs that) and returns the length of the piece; 0 at the end.</summary>
    public int Next(ref byte[] buffer)
    {
        if (buffer.Length < options.PieceBytes) buffer = new byte[options.PieceBytes];
        if (buffer.Length < _restLength) buffer = new byte[_restLength * 2];
        _rest.AsSpan(0, _restLength).CopyTo(buffer);
        int length = _restLength;
        _restLength = 0;
        while (true)
        {
            length = Fill(buffer, length);
            if (_ended) break;
            int cut = LastCut(buffer.AsSpan(0, length));
            if (cut > 0)
            {
                _restLength = length - cut;
                if (_rest.Length < _restLength) _rest = new byte[Math.Max(_restLength, options.PieceBytes)];
                buffer.AsSpan(cut, _restLength).CopyTo(_rest);
                length = cut;
                break;
            }
            if (length >= options.LongestRecord)
            {
                Failure = new ForageException($"{name}: a record is longer than {options.LongestRecord} bytes; expected a line break before that.");
                _ended = true;
                return 0;
            }
            Array.Resize(ref buffer, (int)Math.Min(2L * buffer.Length, Array.MaxLength));
        }
        TextBytes += length;
        return length;
    }

    private int Fill(byte[] buffer, int length)
    {
        while (length < buffer.Length && !_ended)
        {
            int n;
            try
            {
                n = stream.Read(buffer.AsSpan(length));
            }
            catch (Exception e) when (e is IOException or InvalidDataException)
            {
                Failure = new ForageException(stream.IsCompressed
                    ? $"{name}: the compressed data is damaged or cut off after {TextBytes + length} bytes of text."
                    : $"{name}: reading failed after {TextBytes + length} bytes: {e.Message}", e);
                n = 0;
            }
            if (n == 0) _ended = true;
            length += n;
        }
        return length;
    }

    /// <summary>Length of the longest head of <paramref name="text"/> that ends between two records; 0 if there is none.</summary>
    private int LastCut(ReadOnlySpan<byte> text)
    {
        if (framing == RecordFraming.Line) return text.LastIndexOf((byte)'\n') + 1;
        int end = text.Length;
        while (end > 1)
        {
            int last = text[..end].LastIndexOf((byte)'\n');
            if (last < 1) return 0;
            int before = text[last - 1] == (byte)'\r' ? last - 2 : last - 1;
            if (before >= 0 && text[before] == (byte)'\n') return last + 1;
            end = last;
        }
        return 0;
    }
}
