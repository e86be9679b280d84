namespace Forage.Data.Internals;

/// <summary>Takes the fields of one line one after another: separated, or in quotes with quotes doubled inside (RFC 4180).</summary>
internal ref struct CsvFields
{
    private readonly ReadOnlySpan<byte> _line;
    private readonly byte _separator;
    private readonly ByteBuffer _unquoted;
    private int _next;
    private bool _ended;

    /// <summary>The fields of <paramref name="line"/>; a blank as separator stands for runs of blanks and tabs.</summary>
    public CsvFields(ReadOnlySpan<byte> line, byte separator, ByteBuffer unquoted)
    {
        _line = line;
        _separator = separator;
        _unquoted = unquoted;
        _next = separator == ' ' ? SparseRow.SkipBlanks(line, 0) : 0;
    }

    /// <summary>Where the field taken last begins.</summary>
    public int Start { get; private set; }

    /// <summary>What was expected; null as long as all is well.</summary>
    public string? Error { get; private set; }

    /// <summary>
    /// The next field, without quotes or the blanks around an unquoted one; valid until the next call. False at the end and on an error.
    /// </summary>
    public bool TryNext(out ReadOnlySpan<byte> field)
    {
        field = default;
        if (_ended) return false;
        Start = _next;
        var rest = _line[_next..];
        if (rest.Length > 0 && rest[0] == (byte)'"') return TryQuoted(out field);
        int n = _separator == ' ' ? rest.IndexOfAny((byte)' ', (byte)'\t') : rest.IndexOf(_separator);
        field = n < 0 ? rest : rest[..n];
        Advance(_next + field.Length);
        if (field.Length > 0 && (field[0] <= ' ' || field[^1] <= ' ')) field = field.Trim(" \t"u8);
        return field.Length <= RecordLimits.NameBytes || FailLength();
    }

    private bool TryQuoted(out ReadOnlySpan<byte> field)
    {
        field = default;
        int at = Start + 1;
        bool copied = false;
        while (true)
        {
            int n = _line[at..].IndexOf((byte)'"');
            if (n < 0) return Fail("a quoted field does not end on its line; expected a closing quote (a line break inside a field is not supported)");
            int close = at + n;
            bool doubled = close + 1 < _line.Length && _line[close + 1] == (byte)'"';
            if (doubled || copied)
            {
                if (!copied) _unquoted.Clear();
                copied = true;
                _unquoted.Add(_line[at..(doubled ? close + 1 : close)]);
            }
            at = close + 2;
            if (doubled) continue;
            field = copied ? _unquoted.Written : _line[(Start + 1)..close];
            int behind = _separator == '\t' ? close + 1 : SparseRow.SkipBlanks(_line, close + 1);
            if (behind < _line.Length && (_separator == ' ' ? behind == close + 1 : _line[behind] != _separator))
                return Fail("text behind a closing quote; expected the separator (a quote inside quotes is written twice)");
            Advance(behind);
            return field.Length <= RecordLimits.NameBytes || FailLength();
        }
    }

    /// <summary>Goes behind a field that ends at <paramref name="end"/>. A separator at the very end means that an empty field follows, a blank does not.</summary>
    private void Advance(int end)
    {
        if (_separator == ' ') end = SparseRow.SkipBlanks(_line, end);
        _ended = end == _line.Length;
        _next = _separator == ' ' || _ended ? end : end + 1;
    }

    private bool FailLength() => Fail($"a field of more than {RecordLimits.NameBytes} bytes; expected at most so many");

    private bool Fail(string expected)
    {
        Error = expected;
        _ended = true;
        return false;
    }
}
