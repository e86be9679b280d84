using System.Buffers;
using System.Runtime.CompilerServices;
using Forage.Features;

namespace Forage.Data.Internals;

/// <remarks>
/// Features as dsjson writes them: a member that is a number is a feature of that value, <c>true</c> one of value 1, a string one of value 1 per
/// (name, string); an object or an array under a name is the namespace of that name, wherever it stands; the numbers of an array are named by their
/// positions. <c>null</c>, <c>false</c>, 0 and members whose name begins with <c>_</c> are nothing, save for <c>_text</c>: its words are features.
/// </remarks>
internal ref partial struct JsonScanner
{
    private static readonly SearchValues<byte> s_valueStops = SearchValues.Create("\"\\ \t|:"u8);

    /// <summary>Reads the members of an object whose opening brace was taken, as features of the open group.</summary>
    /// <param name="ns">Hash of the group's namespace.</param>
    /// <param name="group">First byte of the namespace's name.</param>
    /// <param name="depth">How deep the object stands.</param>
    public bool TryMembers(uint ns, byte group, int depth)
    {
        if (Take((byte)'}')) return true;
        while (true)
        {
            if (_names is null && TakePlainMembers(ns)) return true;
            if (!TryKey(out var key) || !TryFeature(key, ns, group, depth)) return false;
            byte c = Peek();
            if (c is not ((byte)',' or (byte)'}')) return FailHere("',' or '}'");
            At++;
            if (c == (byte)'}') return true;
            Peek();
        }
    }

    /// <summary>Reads the value of the member <paramref name="key"/>, whose colon was taken, as features.</summary>
    public bool TryFeature(ReadOnlySpan<byte> key, uint ns, byte group, int depth)
    {
        if (key.Length > 0 && key[0] == (byte)'_')
        {
            if (key.SequenceEqual("_slot_id"u8)) return Fail("'_slot_id', an action set of its own for each slot, is not supported; expected one list of actions for all slots");
            return key.SequenceEqual("_text"u8) ? TryWords(ns) : TrySkip();
        }
        byte c = Peek();
        switch (c)
        {
            case (byte)'"':
                At++;
                return TryStringFeature(key, ns);
            case (byte)'{':
            case (byte)'[':
                At++;
                if (depth >= RecordLimits.Depth) return FailDepth();
                return TryNamespace(key, c == (byte)'[', group, depth + 1);
            case (byte)'t':
                if (!TakeLiteral("true"u8)) break;
                Add(NameHash(key, ns), 1, key, default);
                return true;
            case (byte)'f':
                if (!TakeLiteral("false"u8)) break;
                return true;
            case (byte)'n':
                if (!TakeLiteral("null"u8)) break;
                return true;
            default:
                var token = Scalar();
                if (!NumberParser.TryParse(token, out float value)) return token.IsEmpty ? FailHere("a value") : Fail(NumberParser.Explain(token));
                At += token.Length;
                Add(NameHash(key, ns), value, key, default);
                return true;
        }
        return FailHere("a value");
    }

    /// <summary>Reads the members or elements of the namespace <paramref name="name"/> as a group of its own within the open one.</summary>
    private bool TryNamespace(ReadOnlySpan<byte> name, bool array, byte outer, int depth)
    {
        byte inner = name.IsEmpty ? FeatureGroup.Default : name[0];
        uint hash = NameHash(name, 0);
        var outside = _namespace;
        if (_names is not null) _namespace = name.ToArray(); // the name may stand in scratch memory
        Sink.EndGroup();
        Sink.BeginGroup(inner);
        if (!(array ? TryArray(hash, inner, depth) : TryMembers(hash, inner, depth))) return false;
        Sink.EndGroup();
        Sink.BeginGroup(outer);
        _namespace = outside;
        return true;
    }

    private void Add(uint index, float value, ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        Sink.Add(index, value);
        if (value != 0) _names?.Add(index, _namespace, name, text);
    }

    private void AddElement(uint ns, uint position, float value)
    {
        Sink.Add(ns + position, value);
        if (_names is null || value == 0) return;
        Span<byte> name = stackalloc byte[10];
        position.TryFormat(name, out int length);
        _names.Add(ns + position, _namespace, name[..length], default);
    }

    /// <summary>Hash of a name or string as Vowpal Wabbit takes it: without the white space around it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint NameHash(ReadOnlySpan<byte> name, uint seed)
    {
        if (name.Length > 0 && (name[0] <= ' ' || name[^1] <= ' ')) name = Trimmed(name);
        return FeatureHasher.Feature(name, seed);
    }

    private static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> name)
    {
        while (name.Length > 0 && name[0] <= ' ') name = name[1..];
        while (name.Length > 0 && name[^1] <= ' ') name = name[..^1];
        return name;
    }

    /// <summary>Reads the elements of an array whose bracket was taken; the open group is its own.</summary>
    private bool TryArray(uint ns, byte group, int depth)
    {
        uint position = 0;
        bool first = true;
        while (TryNext(ref first, (byte)']'))
        {
            byte c = Peek();
            if (c == (byte)'{')
            {
                At++;
                if (depth >= RecordLimits.Depth) return FailDepth();
                if (!TryMembers(ns, group, depth + 1)) return false;
            }
            else if (c == (byte)'n' && TakeLiteral("null"u8)) continue;
            else
            {
                var token = Scalar();
                if (!NumberParser.TryParse(token, out float value))
                    return token.IsEmpty || token[0] is not ((byte)'-' or (byte)'+' or (byte)'.' or (>= (byte)'0' and <= (byte)'9' or (byte)'N' or (byte)'I' or (byte)'i'))
                        ? FailHere("a number or an object in an array of features") : Fail(NumberParser.Explain(token));
                At += token.Length;
                AddElement(ns, position++, value);
            }
        }
        return Error is null;
    }

    /// <summary>Reads a string whose quote was taken as the feature (key, string). Blank, tab, <c>|</c> and <c>:</c> in it become <c>_</c>, so that text can say the same.</summary>
    private bool TryStringFeature(ReadOnlySpan<byte> key, uint ns)
    {
        int start = At, n = _text[start..].IndexOfAny(s_valueStops);
        ReadOnlySpan<byte> value;
        if (n >= 0 && _text[start + n] == (byte)'"')
        {
            if (n > RecordLimits.NameBytes) return FailLength(start);
            At = start + n + 1;
            value = _text.Slice(start, n);
        }
        else
        {
            if (!TryStringRest(_scratch.Value, out var raw)) return false;
            value = Joinable(raw, _scratch.Value);
        }
        if (!_concatenate)
        {
            Add(NameHash(value, NameHash(key, ns)), 1, key, value);
            return true;
        }
        var joined = _scratch.Joined;
        joined.Clear();
        joined.Add(key);
        joined.Add(value);
        Add(NameHash(joined.Written, ns), 1, key, value);
        return true;
    }

    /// <summary>A copy of <paramref name="raw"/> with every byte that separates things in text replaced by <c>_</c>.</summary>
    public static ReadOnlySpan<byte> Joinable(ReadOnlySpan<byte> raw, ByteBuffer to)
    {
        if (!raw.Overlaps(to.Written))
        {
            to.Clear();
            to.Add(raw);
        }
        var copy = to.Bytes;
        for (int i = 0; i < copy.Length; i++)
            if (copy[i] is (byte)' ' or (byte)'\t' or (byte)'|' or (byte)':') copy[i] = (byte)'_';
        return copy;
    }

    /// <summary>Reads a string of words, each a feature of the open group.</summary>
    private bool TryWords(uint ns)
    {
        if (TakeNull()) return true;
        if (!TryString(_scratch.Value, out var raw)) return false;
        while (true)
        {
            while (raw.Length > 0 && raw[0] is (byte)' ' or (byte)'\t') raw = raw[1..];
            if (raw.IsEmpty) return true;
            int n = raw.IndexOfAny((byte)' ', (byte)'\t');
            var word = n < 0 ? raw : raw[..n];
            var name = word.IndexOfAny((byte)':', (byte)'|') < 0 ? word : Joinable(word, _scratch.Joined);
            Add(NameHash(name, ns), 1, name, default);
            raw = raw[word.Length..];
        }
    }

    /// <summary>Reads <c>[index, value, index, value, …]</c>, indices as they are, as features of the open group.</summary>
    public bool TryPairs()
    {
        if (!Take((byte)'[')) return FailHere("an array of indices and values");
        var text = _text;
        bool first = true;
        while (TryNext(ref first, (byte)']'))
        {
            Peek();
            int at = At;
            if (!SparseRow.TryReadIndex(text, ref at, out uint index)) return FailHere("an index, an integer below 2^32");
            At = at;
            if (!Take((byte)',')) return FailHere("',' and the value of the index");
            Peek();
            float value = 0;
            int used = AtEnd ? 0 : NumberParser.Scan(text[At..], out value);
            if (used == 0 || !IsScalarEnd(At + used)) return Scalar() is { IsEmpty: false } token ? Fail(NumberParser.Explain(token)) : FailHere("the value of the index");
            At += used;
            Sink.Add(index, value);
        }
        return Error is null;
    }

    private readonly bool IsScalarEnd(int at) => at >= _text.Length || _text[at] is (byte)',' or (byte)']' or (byte)'}' or (byte)' ' or (byte)'\t' or (byte)'\r';
}
