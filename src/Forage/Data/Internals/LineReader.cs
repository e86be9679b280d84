namespace Forage.Data.Internals;

/// <summary>Cuts a piece of text into lines without their <c>\n</c> or <c>\r\n</c>; the last one may lack it. A byte order mark at the start is skipped.</summary>
internal ref struct LineReader(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text.StartsWith("\uFEFF"u8) ? text[3..] : text;

    /// <summary>1-based number of the line <see cref="Next"/> returned last; the number of lines at the end.</summary>
    public long Number { get; private set; }

    /// <summary>Bytes of the text behind the line <see cref="Next"/> returned last.</summary>
    public readonly int Behind => _rest.Length;

    /// <summary>The next line; false at the end.</summary>
    public bool Next(out ReadOnlySpan<byte> line)
    {
        if (_rest.IsEmpty)
        {
            line = default;
            return false;
        }
        Number++;
        int end = _rest.IndexOf((byte)'\n');
        if (end < 0)
        {
            line = _rest;
            _rest = default;
        }
        else
        {
            line = _rest[..end];
            _rest = _rest[(end + 1)..];
        }
        if (line.Length > 0 && line[^1] == (byte)'\r') line = line[..^1];
        return true;
    }
}
