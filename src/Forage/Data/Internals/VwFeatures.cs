using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Forage.Features;

namespace Forage.Data.Internals;

/// <summary>
/// The part of a VW text line from its first bar on: <c>|ns:weight name:value name name:text :value |ns2 ...</c>. Common features (a name of up to
/// 48 bytes, a plain decimal of up to 8) are read without a loop over their bytes; everything else takes the general way and means
/// the same.
/// </summary>
internal ref struct VwFeatures(IFeatureNames? names, ParseScratch scratch)
{
    /// <summary>Bytes that must follow a line for the fast way: vectors and words are loaded beyond its end.</summary>
    private const int Ahead = 64;

    private const uint LongestFast = 48;

    private uint _hash;
    private float _weight;
    private uint _anonymous;
    private ReadOnlySpan<byte> _namespace;

    /// <summary>Position of the first byte that is wrong, within the line.</summary>
    public int ErrorAt { get; private set; }

    /// <summary>What is wrong there.</summary>
    public string? Error { get; private set; }

    /// <summary>Reads the features of one line into the open row of <paramref name="writer"/>.</summary>
    /// <param name="text">The line and, where there is more, the text behind it (so that whole vectors may be loaded).</param>
    /// <param name="start">Position of the first bar.</param>
    /// <param name="end">End of the line.</param>
    /// <param name="writer">Where the features go.</param>
    /// <returns>False if the line is malformed; see <see cref="Error"/>.</returns>
    public bool TryParse(ReadOnlySpan<byte> text, int start, int end, RowWriter writer)
    {
        Error = null;
        writer.Reserve((end - start + 1) / 2 + 1, out var indices, out var values);
        return names is null && text.Length - end >= Ahead
            ? TryFast(text, start, end, writer, ref MemoryMarshal.GetReference(indices), ref MemoryMarshal.GetReference(values))
            : TrySlow(text[..end], start, writer, ref MemoryMarshal.GetReference(indices), ref MemoryMarshal.GetReference(values));
    }

    /// <summary>First all stops (blanks, colons, bars, control bytes) by vectors, then feature by feature from stop to stop.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TryFast(ReadOnlySpan<byte> text, int start, int end, RowWriter writer, ref uint index, ref float value)
    {
        ref byte bytes = ref MemoryMarshal.GetReference(text);
        var stops = new StopList(scratch, end - start);
        stops.Find(ref bytes, start, end);
        int count = 0, k = 0;
        uint hash = 0;
        float weight = 1;
        bool open = false;
        // Everything before stop k is done; the line's end is the last stop that counts.
        for (int at; (at = stops[k]) < end;)
        {
            byte c = Unsafe.Add(ref bytes, at);
            int next = at + 1;
            if (c == (byte)'|')
            {
                if (open)
                {
                    writer.Commit(count);
                    writer.EndGroup();
                    index = ref Unsafe.Add(ref index, count);
                    value = ref Unsafe.Add(ref value, count);
                    count = 0;
                }
                if (!TryNamespace(text[..end], next, out next, out byte group)) return false;
                (hash, weight) = (_hash, _weight);
                writer.BeginGroup(group);
                open = true;
                while (stops[k] < next) k++;
                continue;
            }
            if (c == (byte)' ')
            {
                int done = Run(ref bytes, stops, k, hash, weight, ref Unsafe.Add(ref index, count), ref Unsafe.Add(ref value, count), out int added);
                count += added;
                if (done > 0)
                {
                    k += done;
                    continue;
                }
            }
            if (c is (byte)' ' or (byte)'\t' && stops[k + 1] == next)
            {
                k++;
                continue;
            }
            int p = c is (byte)' ' or (byte)'\t' ? next : at;
            if (!TryGeneral(text[..end], ref p, out uint slowIndex, out float slowValue)) return false;
            if (slowValue != 0)
            {
                Unsafe.Add(ref index, count) = slowIndex;
                Unsafe.Add(ref value, count++) = slowValue;
            }
            while (stops[k] < p) k++;
        }
        if (open)
        {
            writer.Commit(count);
            writer.EndGroup();
        }
        return true;
    }

    /// <summary>
    /// The common case: a run of blank, name, perhaps a colon and a plain decimal, eight at a time where all eight have both. Ends before anything else.
    /// </summary>
    /// <returns>Number of stops it went past.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Run(ref byte bytes, StopList list, int start, uint hash, float weight, ref uint index, ref float value, out int added)
    {
        ref int stops = ref list[0];
        int k = start, count = 0;
        while (true)
        {
            while (VectorWords.IsSupported && list.AlternatesFrom(k) && Unsafe.Add(ref bytes, Unsafe.Add(ref stops, k + 16)) is (byte)' ' or (byte)'\n' or (byte)'|'
                && VectorWords.TryEight(ref bytes, ref Unsafe.Add(ref stops, k), hash, weight, ref Unsafe.Add(ref index, count), ref Unsafe.Add(ref value, count)))
            {
                k += 2 * VectorWords.Count;
                count += VectorWords.Count;
            }
            int at = Unsafe.Add(ref stops, k), nameEnd = Unsafe.Add(ref stops, k + 1);
            if (Unsafe.Add(ref bytes, at) != (byte)' ') break;
            ref byte name = ref Unsafe.Add(ref bytes, at + 1);
            int nameLength = nameEnd - at - 1;
            if ((uint)(nameLength - 1) >= LongestFast) break;
            uint h;
            if ((uint)(name - '0') <= 9)
            {
                if (nameLength > 8 || !ShortWords.TryDigits(Unsafe.ReadUnaligned<ulong>(ref name), nameLength, out uint number)) break;
                h = number + hash;
            }
            else
            {
                h = ShortWords.ShortHash(ref name, nameLength, hash);
            }
            float x = weight;
            byte after = Unsafe.Add(ref bytes, nameEnd);
            int step = 1;
            if (after == (byte)':')
            {
                int valueEnd = Unsafe.Add(ref stops, k + 2);
                int length = valueEnd - nameEnd - 1;
                after = Unsafe.Add(ref bytes, valueEnd);
                ref byte digits = ref Unsafe.Add(ref bytes, nameEnd + 1);
                float number;
                if ((uint)(length - 1) < 7)
                {
                    if (!ShortWords.TryShortNumber(Unsafe.ReadUnaligned<ulong>(ref digits), length, out number)) break;
                }
                else if (length <= 0 || !NumberParser.TryParse(MemoryMarshal.CreateReadOnlySpan(ref digits, length), out number))
                {
                    break;
                }
                x *= number;
                step = 2;
            }
            if (after != (byte)' ' && after != (byte)'\n' && after != (byte)'|') break;
            if (!float.IsFinite(x)) break;
            k += step;
            if (x == 0) continue;
            Unsafe.Add(ref index, count) = h;
            Unsafe.Add(ref value, count) = x;
            count++;
        }
        added = count;
        return k - start;
    }

    /// <summary>The same, byte by byte.</summary>
    private bool TrySlow(ReadOnlySpan<byte> line, int start, RowWriter writer, ref uint index, ref float value)
    {
        int p = start, count = 0;
        bool open = false;
        while (p < line.Length)
        {
            byte c = line[p];
            if (c is (byte)' ' or (byte)'\t')
            {
                p++;
                continue;
            }
            if (c == (byte)'|')
            {
                if (open)
                {
                    writer.Commit(count);
                    writer.EndGroup();
                    index = ref Unsafe.Add(ref index, count);
                    value = ref Unsafe.Add(ref value, count);
                    count = 0;
                }
                if (!TryNamespace(line, p + 1, out p, out byte group)) return false;
                writer.BeginGroup(group);
                open = true;
                continue;
            }
            if (!TryGeneral(line, ref p, out uint slowIndex, out float slowValue)) return false;
            if (slowValue == 0) continue;
            Unsafe.Add(ref index, count) = slowIndex;
            Unsafe.Add(ref value, count++) = slowValue;
        }
        if (open)
        {
            writer.Commit(count);
            writer.EndGroup();
        }
        return true;
    }

    private bool TryNamespace(ReadOnlySpan<byte> line, int start, out int next, out byte group)
    {
        (_weight, _anonymous, _hash, group, next) = (1, 0, 0, FeatureGroup.Default, start);
        _namespace = default;
        if (start >= line.Length || line[start] is (byte)' ' or (byte)'\t' or (byte)'|') return true;
        int nameEnd = NameEnd(line, start);
        if (nameEnd == start) return Fail(start, "':' where the name of a namespace or a blank was expected");
        if (nameEnd - start > RecordLimits.NameBytes) return Fail(start, $"a namespace of {nameEnd - start} bytes; expected at most {RecordLimits.NameBytes}");
        _namespace = line[start..nameEnd];
        _hash = FeatureHasher.Namespace(_namespace);
        group = line[start];
        next = nameEnd;
        if (nameEnd >= line.Length || line[nameEnd] != (byte)':') return true;
        var weight = line[(nameEnd + 1)..];
        int used = NumberParser.Scan(weight, out _weight);
        next = nameEnd + 1 + used;
        if (used > 0 && IsDelimiter(line, next)) return true;
        return Fail(nameEnd + 1, $"{NumberParser.Explain(Word(weight))} as the weight of a namespace");
    }

    private bool TryGeneral(ReadOnlySpan<byte> line, ref int p, out uint index, out float value)
    {
        int nameEnd = NameEnd(line, p);
        var name = line[p..nameEnd];
        (index, value) = (0, _weight);
        if (name.IsEmpty && line[p] == (byte)'\r') return Fail(p, "a carriage return within a line; expected one only at its end");
        if (name.Length > RecordLimits.NameBytes) return Fail(p, $"a feature name of {name.Length} bytes; expected at most {RecordLimits.NameBytes}");
        if (nameEnd >= line.Length || line[nameEnd] != (byte)':')
        {
            index = FeatureHasher.Feature(name, _hash);
            names?.Add(index, _namespace, name, default);
            p = nameEnd;
            return true;
        }
        int at = nameEnd + 1;
        int used = NumberParser.Scan(line[at..], out float number);
        if (used > 0)
        {
            if (!IsDelimiter(line, at + used)) return Fail(at, $"{NumberParser.Explain(Word(line[at..]))} as a feature's value");
            value = number * _weight;
            index = name.IsEmpty ? _hash + _anonymous++ : FeatureHasher.Feature(name, _hash);
            if (!name.IsEmpty) names?.Add(index, _namespace, name, default);
            p = at + used;
            return float.IsFinite(value) || Fail(at, $"the value {number} times the namespace's weight {_weight} is too large");
        }
        var word = Word(line[at..]);
        if (word.IsEmpty) return Fail(at, "nothing where the value of a feature was expected");
        if (LooksNumeric(word)) return Fail(at, $"{NumberParser.Explain(word)} as a feature's value");
        if (word.Length > RecordLimits.NameBytes) return Fail(at, $"a feature value of {word.Length} bytes; expected at most {RecordLimits.NameBytes}");
        value = 1;
        index = FeatureHasher.Chain(name, word, _hash);
        names?.Add(index, _namespace, name, word);
        p = at + word.Length;
        return true;
    }

    private bool Fail(int at, string message)
    {
        (ErrorAt, Error) = (at, message);
        return false;
    }

    private static int NameEnd(ReadOnlySpan<byte> line, int start)
    {
        int n = line[start..].IndexOfAny(" \t:|\r"u8);
        return n < 0 ? line.Length : start + n;
    }

    private static bool IsDelimiter(ReadOnlySpan<byte> line, int at) => at >= line.Length || line[at] is (byte)' ' or (byte)'\t' or (byte)'|' or (byte)'\r';

    private static ReadOnlySpan<byte> Word(ReadOnlySpan<byte> rest)
    {
        int n = rest.IndexOfAny(" \t\r"u8);
        return n < 0 ? rest : rest[..n];
    }

    /// <summary>"nan", "inf", "-1e99", "5x": meant as numbers and not fit to be one.</summary>
    private static bool LooksNumeric(ReadOnlySpan<byte> word)
    {
        var rest = word[0] is (byte)'-' or (byte)'+' ? word[1..] : word;
        if (rest.IsEmpty) return false;
        if ((uint)(rest[0] - '0') <= 9 || rest[0] == (byte)'.') return NumberParser.Scan(word, out _) > 0 || rest.IndexOfAnyExcept("0123456789.eE+-"u8) < 0;
        return Same(rest, "nan"u8) || Same(rest, "inf"u8) || Same(rest, "infinity"u8);

        static bool Same(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => System.Text.Ascii.EqualsIgnoreCase(a, b);
    }
}
