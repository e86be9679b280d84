using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Forage.Data.Internals;

/// <remarks>Members that are plain numbers under plain names, which nearly all are, are read a word at a time without a loop over their bytes.</remarks>
internal ref partial struct JsonScanner
{
    /// <summary>Bytes that must be left: quote, two words of name, quote, colon, blank, a word of number.</summary>
    private const int Ahead = 32;

    /// <summary>Longest name taken from quote to quote.</summary>
    private const uint LongestName = 48;

    /// <summary>
    /// Reads members <c>"name":number</c> (perhaps with a blank after colon and comma) as features as long as they come, of names of 1 to 15 bytes without
    /// escapes that begin neither with a digit nor with <c>_</c>. True if it took the object's closing brace.
    /// </summary>
    private bool TakePlainMembers(uint ns)
    {
        ref byte text = ref MemoryMarshal.GetReference(_text);
        if (!_quotes.IsEmpty) TakeQuotedMembers(ns);
        int at = At, last = _text.Length - Ahead;
        bool ended = false;
        while (at <= last)
        {
            ref byte quote = ref Unsafe.Add(ref text, at);
            if (quote != (byte)'"') break;
            ulong word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref quote, 1));
            ulong stop = EqualBytes(word, '"') | EqualBytes(word, '\\');
            int length = BitOperations.TrailingZeroCount(stop) >> 3;
            if (stop == 0)
            {
                ulong second = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref quote, 9));
                stop = EqualBytes(second, '"') | EqualBytes(second, '\\');
                if (stop == 0) break;
                length = 8 + (BitOperations.TrailingZeroCount(stop) >> 3);
            }
            if (Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref quote, length + 1)) != ('"' | ':' << 8)) break;
            if ((byte)word is <= (byte)'9' or (byte)'_' || Unsafe.Add(ref quote, length) <= (byte)' ') break;
            int from = length + 3;
            if (Unsafe.Add(ref quote, from) == (byte)' ') from++;
            ulong number = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref quote, from));
            ulong end = EqualBytes(number, ',') | EqualBytes(number, '}');
            int used = BitOperations.TrailingZeroCount(end) >> 3;
            float value;
            if (end == 0)
            {
                used = NumberParser.Scan(_text[(at + from)..], out value);
                if (used == 0 || at + from + used >= _text.Length) break;
            }
            else if (used == 0 || !ShortWords.TryShortNumber(number, used, out value)) break;
            byte close = Unsafe.Add(ref quote, from + used);
            if (close is not ((byte)',' or (byte)'}')) break;
            Sink.Add(length < 8 ? ShortHash(word, length, ns) : ShortWords.ShortHash(ref Unsafe.Add(ref quote, 1), length, ns), value);
            at += from + used + 1;
            if (close == (byte)'}')
            {
                ended = true;
                break;
            }
            if (at < _text.Length && Unsafe.Add(ref text, at) == (byte)' ') at++;
        }
        At = at;
        return ended;
    }

    /// <summary>
    /// As <see cref="TakePlainMembers"/> from quote to quote, without the wait for one member's end to find the next one's beginning: eight at a time in
    /// vector lanes, then one at a time. Leaves the last member of an object and whatever is not plain.
    /// </summary>
    private void TakeQuotedMembers(uint ns)
    {
        ref int quotes = ref MemoryMarshal.GetReference(_quotes);
        ref byte text = ref MemoryMarshal.GetReference(_text);
        int k = _quote, length = _text.Length;
        if (k > 0 && Unsafe.Add(ref quotes, k - 1) >= At) k = 0; // gone back to what was put off
        while (Unsafe.Add(ref quotes, k) < At) k++;
        _quote = k;
        if (Unsafe.Add(ref quotes, k) != At) return;
        TakeEights(ns, ref k);
        while (Unsafe.Add(ref quotes, k + 2) < length)
        {
            int start = Unsafe.Add(ref quotes, k) + 1, end = Unsafe.Add(ref quotes, k + 1), next = Unsafe.Add(ref quotes, k + 2);
            int name = end - start, size = next - end - 3;
            byte initial = Unsafe.Add(ref text, start);
            if ((uint)(name - 1) >= LongestName || Unsafe.Add(ref text, end + 1) != (byte)':' || initial is <= (byte)'9' or (byte)'_' || Unsafe.Add(ref text, end - 1) <= (byte)' ') break;
            ulong word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref text, end + 2));
            if (size < 0 && !_concatenate)
            {
                // "name":"value", where next opens the value.
                int close = Unsafe.Add(ref quotes, k + 3), following = Unsafe.Add(ref quotes, k + 4);
                if (following >= length || following != close + 2 || Unsafe.Add(ref text, close + 1) != (byte)',' || !IsPlainText(word >> 8, close - next - 1)) break;
                Sink.Add(ShortHash(word >> 8, close - next - 1, ShortWords.ShortHash(ref Unsafe.Add(ref text, start), name, ns)), 1);
                k += 4;
                TakeEights(ns, ref k);
                continue;
            }
            if ((uint)(size - 1) >= 7 || Unsafe.Add(ref text, next - 1) != (byte)',' || !ShortWords.TryShortNumber(word, size, out float value)) break;
            Sink.Add(ShortWords.ShortHash(ref Unsafe.Add(ref text, start), name, ns), value);
            k += 2;
        }
        _quote = k;
        At = Unsafe.Add(ref quotes, k);
    }

    /// <summary>Members with plain numbers from quote <paramref name="k"/> on, eight at a time as long as all eight are.</summary>
    private void TakeEights(uint ns, ref int k)
    {
        ref int quotes = ref MemoryMarshal.GetReference(_quotes);
        ref byte text = ref MemoryMarshal.GetReference(_text);
        while (k + 16 < _quotes.Length && Unsafe.Add(ref quotes, k + 16) < _text.Length)
        {
            int wrong = 0;
            for (int j = 0; j < 16; j += 2)
                wrong |= Unsafe.Add(ref text, Unsafe.Add(ref quotes, k + j + 1) + 1) ^ ':' | Unsafe.Add(ref text, Unsafe.Add(ref quotes, k + j + 2) - 1) ^ ',';
            if (wrong != 0) break;
            Sink.Reserve(VectorWords.Count, out var indices, out var values);
            if (!VectorWords.TryEight(ref text, ref Unsafe.Add(ref quotes, k), ns, 1, ref MemoryMarshal.GetReference(indices), ref MemoryMarshal.GetReference(values), quoted: true)) break;
            Sink.Advance(VectorWords.Count);
            k += 16;
        }
    }

    /// <summary>True if the first 1 to 7 bytes of <paramref name="word"/> begin with no digit and hold nothing that separates in text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsPlainText(ulong word, int length)
    {
        if ((uint)(length - 1) >= 7 || (byte)word <= (byte)'9') return false;
        word |= ulong.MaxValue << (8 * length);
        ulong low = (word - 0x2121212121212121) & ~word & 0x8080808080808080; // bytes up to the blank
        return (low | EqualBytes(word, ':') | EqualBytes(word, '|')) == 0;
    }

    /// <summary>Takes <c>digits[.digits]</c> of at most 15 digits before a comma or closing bracket, if that is next; the quotient of two exact doubles is the nearest.</summary>
    private bool TakePlainNumber(out double value)
    {
        long mantissa = 0;
        int i = At, point = -1;
        uint digit;
        for (; (uint)i < (uint)_text.Length; i++)
        {
            if ((digit = (uint)(_text[i] - '0')) <= 9) mantissa = mantissa * 10 + digit;
            else if (_text[i] == '.' && point < 0 && i > At) point = i;
            else break;
        }
        int length = i - At, fraction = point < 0 ? 0 : i - point - 1;
        value = fraction == 0 ? mantissa : mantissa / NumberParser.PowerOfTen(Math.Min(fraction, 16));
        if (length is 0 or > 15 || i >= _text.Length || _text[i] is not ((byte)',' or (byte)']' or (byte)'}')) return false;
        At = i;
        return true;
    }

    /// <summary>murmur3 of the first <paramref name="length"/> (0 to 7) bytes of <paramref name="word"/>, without a loop.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint ShortHash(ulong word, int length, uint seed)
    {
        const uint c1 = 0xcc9e2d51, c2 = 0x1b873593;
        word &= (1UL << (8 * length)) - 1;
        uint h = seed, tail = (uint)word;
        if (length >= 4)
        {
            h ^= BitOperations.RotateLeft((uint)word * c1, 15) * c2;
            h = BitOperations.RotateLeft(h, 13) * 5 + 0xe6546b64;
            tail = (uint)(word >> 32);
        }
        h ^= BitOperations.RotateLeft(tail * c1, 15) * c2; // a tail of zeros changes nothing
        h ^= (uint)length;
        h = (h ^ (h >> 16)) * 0x85ebca6b;
        h = (h ^ (h >> 13)) * 0xc2b2ae35;
        return h ^ (h >> 16);
    }
}
