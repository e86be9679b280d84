using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Forage.Features;

namespace Forage.Data.Internals;

/// <summary>
/// The part of a VW text line from its first bar on: <c>|ns:weight name:value name name:text :value |ns2 ...</c>. Common features (a name of letters
/// and digits up to 28 bytes, a plain decimal of up to 8) are read without a loop over their bytes; everything else takes the general way and means
/// the same.
/// </summary>
internal ref struct VwFeatures(IFeatureNames? names)
{
    /// <summary>Bytes that must follow for the fast way: a vector of 32, and a number's 8 that begin in it.</summary>
    private const int Window = 48;

    private static readonly double[] s_pow10 = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8];

    private uint _hash;
    private float _weight;
    private uint _anonymous;
    private ReadOnlySpan<byte> _namespace;

    /// <summary>Position of the first byte that is wrong, within the line.</summary>
    public int ErrorAt { get; private set; }

    /// <summary>What is wrong there.</summary>
    public string? Error { get; private set; }

    /// <summary>
    /// Reads the features of one line into the open row of <paramref name="writer"/>.
    /// </summary>
    /// <param name="text">The line and, where there is more, the text behind it (so that whole vectors may be loaded).</param>
    /// <param name="start">Position of the first bar.</param>
    /// <param name="end">End of the line.</param>
    /// <param name="writer">Where the features go.</param>
    /// <returns>False if the line is malformed; see <see cref="Error"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryParse(ReadOnlySpan<byte> text, int start, int end, RowWriter writer)
    {
        Error = null;
        writer.Reserve((end - start + 1) / 2 + 1, out var indices, out var values);
        ref uint index = ref MemoryMarshal.GetReference(indices);
        ref float value = ref MemoryMarshal.GetReference(values);
        ref byte bytes = ref MemoryMarshal.GetReference(text);
        int p = start, count = 0, lastWindow = text.Length - Window;
        bool open = false;
        while (p < end)
        {
            byte c = Unsafe.Add(ref bytes, p);
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
                if (!TryNamespace(text[..end], p + 1, out p, out byte group)) return false;
                writer.BeginGroup(group);
                open = true;
                continue;
            }
            if (p <= lastWindow && names is null)
            {
                var window = Vector256.LoadUnsafe(ref bytes, (nuint)p);
                uint stops = Vector256.ExtractMostSignificantBits(Vector256.LessThanOrEqual(window, Vector256.Create((byte)' '))
                    | Vector256.Equals(window, Vector256.Create((byte)':')) | Vector256.Equals(window, Vector256.Create((byte)'|')));
                int nameLength = BitOperations.TrailingZeroCount(stops);
                if (stops != 0 && nameLength != 0 && ((uint)(c - '0') > 9 || nameLength <= 8))
                {
                    byte stop = Unsafe.Add(ref bytes, p + nameLength);
                    if (stop is (byte)' ' or (byte)'\n' or (byte)'|')
                    {
                        Unsafe.Add(ref index, count) = Index(ref Unsafe.Add(ref bytes, p), nameLength, _hash);
                        Unsafe.Add(ref value, count) = _weight;
                        if (_weight != 0) count++;
                        p += nameLength;
                        continue;
                    }
                    stops &= stops - 1;
                    int valueEnd = BitOperations.TrailingZeroCount(stops);
                    int length = valueEnd - nameLength - 1;
                    if (stop == (byte)':' && (uint)(length - 1) < 8 && Unsafe.Add(ref bytes, p + valueEnd) is (byte)' ' or (byte)'\n' or (byte)'|'
                        && TryShortNumber(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref bytes, p + nameLength + 1)), length, out float number))
                    {
                        number *= _weight;
                        Unsafe.Add(ref index, count) = Index(ref Unsafe.Add(ref bytes, p), nameLength, _hash);
                        Unsafe.Add(ref value, count) = number;
                        if (number != 0) count++;
                        p += valueEnd;
                        continue;
                    }
                }
            }
            if (!TryGeneral(text[..end], ref p, out uint slowIndex, out float slowValue)) return false;
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Index(ref byte name, int length, uint seed)
    {
        if ((uint)(name - '0') > 9) return ShortHash(ref name, length, seed);
        return TryDigits(Unsafe.ReadUnaligned<ulong>(ref name), length, out ulong number) ? (uint)number + seed : ShortHash(ref name, length, seed);
    }

    /// <summary>Murmur3 of up to 31 bytes that are not an integer; reads up to 4 bytes beyond them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint ShortHash(ref byte name, int length, uint seed)
    {
        const uint c1 = 0xcc9e2d51, c2 = 0x1b873593;
        uint h = seed;
        int at = 0;
        for (; at + 4 <= length; at += 4)
        {
            uint k = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref name, at)) * c1;
            h ^= BitOperations.RotateLeft(k, 15) * c2;
            h = BitOperations.RotateLeft(h, 13) * 5 + 0xe6546b64;
        }
        uint tail = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref name, at)) & (uint)((1UL << (8 * (length & 3))) - 1);
        h ^= BitOperations.RotateLeft(tail * c1, 15) * c2;
        h ^= (uint)length;
        h = (h ^ (h >> 16)) * 0x85ebca6b;
        h = (h ^ (h >> 13)) * 0xc2b2ae35;
        return h ^ (h >> 16);
    }

    /// <summary>
    /// <c>[-]digits[.digits]</c> of <paramref name="length"/> ≤ 8 bytes standing in the low bytes of <paramref name="text"/>: the point is squeezed
    /// out, digits are moved to the top, neighbours added pairwise; then one division, as <see cref="NumberParser"/> does it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryShortNumber(ulong text, int length, out float value)
    {
        text &= ulong.MaxValue >> (64 - 8 * length);
        bool negative = (byte)text == (byte)'-';
        if (negative)
        {
            text >>= 8;
            length--;
        }
        int fraction = 0;
        ulong notPoint = text ^ 0x2E2E2E2E2E2E2E2E;
        ulong point = (notPoint - 0x0101010101010101) & ~notPoint & 0x8080808080808080;
        if (point != 0)
        {
            int at = BitOperations.TrailingZeroCount(point) >> 3;
            ulong before = (1UL << (8 * at)) - 1;
            text = (text & before) | ((text >> 8) & ~before);
            length--;
            fraction = length - at;
        }
        value = 0;
        if (length <= 0) return false;
        if (!TryDigits(text, length, out ulong digits)) return false;
        double d = (long)digits / s_pow10[fraction];
        value = (float)(negative ? -d : d);
        return true;
    }

    /// <summary>1 to 8 digits standing in the low bytes of <paramref name="text"/>; false if one of them is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryDigits(ulong text, int length, out ulong number)
    {
        ulong x = (text ^ 0x3030303030303030) & (ulong.MaxValue >> (64 - 8 * length));
        number = 0;
        if ((((x + 0x7676767676767676) | x) & 0x8080808080808080) != 0) return false;
        x <<= 8 * (8 - length);
        x = (x * 10 + (x >> 8)) & 0x00FF00FF00FF00FF;
        x = (x * 100 + (x >> 16)) & 0x0000FFFF0000FFFF;
        number = (x * 10_000 + (x >> 32)) & 0xFFFFFFFF;
        return true;
    }
}
