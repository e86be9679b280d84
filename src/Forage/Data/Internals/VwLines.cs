namespace Forage.Data.Internals;

/// <summary>Goes through the lines of a piece of VW text and finds each one's first bar; positions are within the piece.</summary>
internal ref struct VwLines(ReadOnlySpan<byte> text, long linesBefore)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private int _next;

    /// <summary>1-based number of the current line; of the last one at the end.</summary>
    public long Number { get; private set; } = linesBefore;

    /// <summary>First byte of the line, after a byte order mark.</summary>
    public int Start { get; private set; }

    /// <summary>End of the line, before its line break.</summary>
    public int End { get; private set; }

    /// <summary>Position of the first bar within the line, or the line's length.</summary>
    public int Bar { get; private set; }

    public readonly bool IsEmpty => Start >= End;

    public readonly ReadOnlySpan<byte> Current => _text[Start..End];

    /// <summary>Goes to the next line; false at the end.</summary>
    public bool Next()
    {
        if (_next >= _text.Length) return false;
        Number++;
        Start = _next;
        int length = _text[Start..].IndexOf((byte)'\n');
        End = length < 0 ? _text.Length : Start + length;
        _next = End + 1;
        if (End > Start && _text[End - 1] == (byte)'\r') End--;
        if (_text[Start..End].StartsWith("\uFEFF"u8)) Start += 3;
        int bar = _text[Start..End].IndexOf((byte)'|');
        Bar = bar < 0 ? End - Start : bar;
        return true;
    }
}
