using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using Forage.Features;

namespace Forage.Data.Internals;

/// <summary>
/// A forward-only reader of one JSON text in UTF-8 that looks at every byte once and allocates nothing. Every <c>Try</c> method leaves
/// <see cref="At"/> behind what it read, or at the trouble with <see cref="Error"/> set. Raw control characters in strings and bytes that are not
/// UTF-8 are let through as they are.
/// </summary>
/// <remarks>Its part that reads features stands in <c>JsonScanner.Features.cs</c>.</remarks>
internal ref partial struct JsonScanner
{
    private static readonly SearchValues<byte> s_structure = SearchValues.Create("\"[]{}"u8);
    private static readonly SearchValues<byte> s_scalarEnd = SearchValues.Create(" \t\r\n,:[]{}\""u8);

    private readonly ReadOnlySpan<byte> _text;
    private readonly JsonScratch _scratch;
    private readonly bool _concatenate;
    private readonly IFeatureNames? _names;
    private ReadOnlySpan<byte> _namespace;
    private readonly ReadOnlySpan<int> _quotes;
    private int _quote;

    /// <summary>Where the features go. A group must be open while features are read.</summary>
    public FeatureSink Sink;

    /// <summary>Position of the next byte.</summary>
    public int At;

    /// <summary>What was expected and not found; null as long as all is well.</summary>
    public string? Error;

    /// <summary>A reader at the start of <paramref name="text"/>.</summary>
    /// <param name="text">The JSON text.</param>
    /// <param name="behind">How many bytes behind it may be read (and are not looked at).</param>
    /// <param name="scratch">Memory.</param>
    /// <param name="sink">Where features go.</param>
    /// <param name="strings">How string values become indices.</param>
    /// <param name="names">Receives feature names, if given.</param>
    public JsonScanner(ReadOnlySpan<byte> text, int behind, JsonScratch scratch, FeatureSink sink, StringHashing strings, IFeatureNames? names = null)
    {
        _text = text;
        _scratch = scratch;
        _concatenate = strings == StringHashing.Concatenated;
        _names = names;
        Sink = sink;
        if (names is null && VectorWords.IsSupported && behind >= QuoteList.Ahead && text.Length <= QuoteList.LongestLine && QuoteList.TryFind(text, scratch, out var quotes)) _quotes = quotes;
    }

    /// <summary>True at the end of the text.</summary>
    public readonly bool AtEnd => At >= _text.Length;

    /// <summary>The next byte that is no white space, without taking it; 0 at the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte Peek()
    {
        int i = At;
        if ((uint)i >= (uint)_text.Length) return 0;
        byte c = _text[i];
        return c > (byte)' ' ? c : PeekSlow();
    }

    /// <summary>Records what was expected, unless something is recorded already, and returns false.</summary>
    public bool Fail(string expected)
    {
        Error ??= expected;
        return false;
    }

    /// <summary>Records that <paramref name="expected"/> was expected where something else stands, and returns false.</summary>
    public bool FailHere(string expected)
    {
        Peek();
        if (AtEnd) return Fail($"the record ends where {expected} was expected");
        var rest = _text[At..];
        int n = rest.IndexOfAny(s_scalarEnd);
        return Fail($"'{NumberParser.Shown(n < 0 ? rest : rest[..Math.Max(n, 1)])}' where {expected} was expected");
    }

    /// <summary>Takes the byte <paramref name="c"/> if it is next; otherwise takes nothing and reports nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Take(byte c)
    {
        if (Peek() != c) return false;
        At++;
        return true;
    }

    /// <summary>
    /// Goes to the next member of an object or element of an array: call it with <paramref name="first"/> = true after the opening bracket. Returns
    /// false after <paramref name="close"/> was taken and also on an error.
    /// </summary>
    public bool TryNext(ref bool first, byte close)
    {
        byte c = Peek();
        if (c == close)
        {
            At++;
            return false;
        }
        if (first)
        {
            first = false;
            return true;
        }
        if (c == (byte)',')
        {
            At++;
            return true;
        }
        return FailHere(close == (byte)'}' ? "',' or '}'" : "',' or ']'");
    }

    /// <summary>Reads a member's name and the colon. Escapes are resolved into the scratch memory for names.</summary>
    public bool TryKey(out ReadOnlySpan<byte> key)
    {
        if (!Take((byte)'"'))
        {
            key = default;
            return FailHere("a name in quotes");
        }
        return TryStringRest(_scratch.Name, out key) && (Take((byte)':') || FailHere("':'"));
    }

    /// <summary>Reads a string; its escapes are resolved into <paramref name="unescaped"/>.</summary>
    public bool TryString(ByteBuffer unescaped, out ReadOnlySpan<byte> value)
    {
        if (Take((byte)'"')) return TryStringRest(unescaped, out value);
        value = default;
        return FailHere("a string");
    }

    /// <summary>Reads a finite number, exactly.</summary>
    public bool TryNumber(out double value)
    {
        Peek();
        if (TakePlainNumber(out value)) return true;
        var token = Scalar();
        if (NumberParser.TryParse(token, out value))
        {
            At += token.Length;
            return true;
        }
        return token.IsEmpty ? FailHere("a number") : Fail(NumberParser.Explain(token));
    }

    /// <summary>Reads an integer in [<paramref name="least"/>, <paramref name="most"/>].</summary>
    public bool TryInteger(int least, int most, string what, out int value)
    {
        int start = At;
        value = 0;
        if (!TryNumber(out double number)) return false;
        if (number >= least && number <= most && number == Math.Floor(number))
        {
            value = (int)number;
            return true;
        }
        At = start;
        return Fail($"{what} is {number:R}; expected an integer from {least} to {most}");
    }

    /// <summary>Takes <c>null</c> if it is next; otherwise takes nothing and reports nothing.</summary>
    public bool TakeNull() => Peek() == (byte)'n' && TakeLiteral("null"u8);

    /// <summary>Reads <c>true</c> or <c>false</c>.</summary>
    public bool TryBool(out bool value)
    {
        byte c = Peek();
        value = c == (byte)'t';
        return (value && TakeLiteral("true"u8)) || (c == (byte)'f' && TakeLiteral("false"u8)) || FailHere("true or false");
    }

    /// <summary>Steps over any value without looking into it more than its brackets and strings demand.</summary>
    public bool TrySkip()
    {
        byte c = Peek();
        if (c is (byte)'{' or (byte)'[') return TrySkipNested();
        if (c == (byte)'"')
        {
            At++;
            return TrySkipString();
        }
        int n = Scalar().Length;
        At += n;
        return n > 0 || FailHere("a value");
    }

    /// <summary>The number or literal at the current position, not taken.</summary>
    private readonly ReadOnlySpan<byte> Scalar()
    {
        if (AtEnd) return default;
        var rest = _text[At..];
        int n = rest.IndexOfAny(s_scalarEnd);
        return n < 0 ? rest : rest[..n];
    }

    private bool TakeLiteral(ReadOnlySpan<byte> literal)
    {
        if (!Scalar().SequenceEqual(literal)) return false;
        At += literal.Length;
        return true;
    }

    private bool TrySkipString()
    {
        while (true)
        {
            int n = At < _text.Length ? _text[At..].IndexOfAny((byte)'"', (byte)'\\') : -1;
            if (n < 0)
            {
                At = _text.Length;
                return FailHere("the end of a string");
            }
            At += n + 1;
            if (_text[At - 1] == (byte)'"') return true;
            At++;
        }
    }

    private bool TrySkipNested()
    {
        // One bit a level tells objects from arrays.
        ulong kinds = 0;
        int depth = 0;
        while (true)
        {
            int n = At < _text.Length ? _text[At..].IndexOfAny(s_structure) : -1;
            if (n < 0)
            {
                At = _text.Length;
                return FailHere((kinds & 1) != 0 ? "'}'" : "']'");
            }
            At += n + 1;
            byte c = _text[At - 1];
            if (c == (byte)'"')
            {
                if (!TrySkipString()) return false;
            }
            else if (c is (byte)'{' or (byte)'[')
            {
                if (++depth > RecordLimits.Depth) return FailDepth();
                kinds = kinds << 1 | (c == (byte)'{' ? 1u : 0u);
            }
            else
            {
                if ((c == (byte)'}') != ((kinds & 1) != 0))
                {
                    At--;
                    return FailHere((kinds & 1) != 0 ? "'}'" : "']'");
                }
                kinds >>= 1;
                if (--depth == 0) return true;
            }
        }
    }

    private bool FailDepth() => Fail($"more than {RecordLimits.Depth} brackets inside one another; expected at most so many");

    [MethodImpl(MethodImplOptions.NoInlining)]
    private byte PeekSlow()
    {
        while (At < _text.Length && _text[At] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') At++;
        return At < _text.Length ? _text[At] : (byte)0;
    }

    /// <summary>Reads the rest of a string whose opening quote was taken, and its closing quote.</summary>
    private bool TryStringRest(ByteBuffer unescaped, out ReadOnlySpan<byte> value)
    {
        int start = At, n = QuoteOrBackslash(start);
        if (n < 0)
        {
            value = default;
            At = _text.Length;
            return FailHere("the end of a string");
        }
        if (_text[start + n] != (byte)'"') return TryUnescape(unescaped, out value);
        value = _text.Slice(start, n);
        At = start + n + 1;
        return n <= RecordLimits.NameBytes || FailLength(start);
    }

    private bool FailLength(int start)
    {
        At = start;
        return Fail($"a string of more than {RecordLimits.NameBytes} bytes; expected at most so many");
    }

    /// <summary>Distance from <paramref name="at"/> to the next quote or backslash; -1 if there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int QuoteOrBackslash(int at)
    {
        var rest = _text[at..];
        if (rest.Length >= 8)
        {
            ulong found = EqualBytes(BinaryPrimitives.ReadUInt64LittleEndian(rest), '"') | EqualBytes(BinaryPrimitives.ReadUInt64LittleEndian(rest), '\\');
            if (found != 0) return BitOperations.TrailingZeroCount(found) >> 3;
        }
        return rest.IndexOfAny((byte)'"', (byte)'\\');
    }

    /// <summary>A word whose lowest set bit is the top bit of the first byte of <paramref name="word"/> that equals <paramref name="c"/>; 0 if none does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong EqualBytes(ulong word, char c)
    {
        ulong x = word ^ (0x0101010101010101UL * c);
        return (x - 0x0101010101010101UL) & ~x & 0x8080808080808080UL;
    }

    /// <summary>As <see cref="TryStringRest"/> for a string with escapes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryUnescape(ByteBuffer to, out ReadOnlySpan<byte> value)
    {
        value = default;
        int start = At;
        to.Clear();
        while (true)
        {
            int n = At < _text.Length ? _text[At..].IndexOfAny((byte)'"', (byte)'\\') : -1;
            if (n < 0)
            {
                At = _text.Length;
                return FailHere("the end of a string");
            }
            if (to.Count + n > RecordLimits.NameBytes) return FailLength(start);
            to.Add(_text.Slice(At, n));
            At += n;
            if (_text[At] == (byte)'"')
            {
                At++;
                value = to.Written;
                return true;
            }
            if (!TryEscape(to)) return false;
        }
    }

    private bool TryEscape(ByteBuffer to)
    {
        byte c = At + 1 < _text.Length ? _text[At + 1] : (byte)0;
        int plain = "\"\\/bfnrt"u8.IndexOf(c);
        if (plain >= 0)
        {
            to.Add("\"\\/\b\f\n\r\t"u8[plain]);
            At += 2;
            return true;
        }
        if (c != (byte)'u' || !TryHex(At + 2, out int unit)) return FailEscape();
        int used = 6;
        var rune = new Rune();
        if (char.IsSurrogate((char)unit))
        {
            if (At + 7 >= _text.Length || _text[At + 6] != (byte)'\\' || _text[At + 7] != (byte)'u' || !TryHex(At + 8, out int low)
                || !Rune.TryCreate((char)unit, (char)low, out rune)) return FailEscape();
            used = 12;
        }
        else rune = new Rune(unit);
        Span<byte> utf8 = stackalloc byte[4];
        to.Add(utf8[..rune.EncodeToUtf8(utf8)]);
        At += used;
        return true;
    }

    private bool FailEscape() => Fail($"'{NumberParser.Shown(_text.Slice(At, Math.Min(6, _text.Length - At)))}' is not an escape; expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX");

    private readonly bool TryHex(int at, out int value)
    {
        value = 0;
        if (at + 4 > _text.Length) return false;
        for (int i = at; i < at + 4; i++)
        {
            int c = _text[i] | 0x20, digit = c is >= '0' and <= '9' ? c - '0' : c is >= 'a' and <= 'f' ? c - 'a' + 10 : -1;
            if (digit < 0 || (digit < 10 && _text[i] != c)) return false;
            value = value << 4 | digit;
        }
        return true;
    }
}
