using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Forage.Data.Internals;

/// <remarks>Members that are plain numbers under plain names, which nearly all are, are read a word at a time without a loop over their bytes.</remarks>
internal ref partial struct JsonScanner
{
    /// <summary>Bytes that must be left: quote, two words of name, quote, colon, blank, a word of number.</summary>
    private const int Ahead = 32;

    /// <summary>
    /// Reads members <c>"name":number</c> (perhaps with a blank after colon and comma) as features as long as they come, of names of 1 to 15 bytes without
    /// escapes that begin neither with a digit nor with <c>_</c>. True if it took the object's closing brace.
    /// </summary>
    private bool TakePlainMembers(uint ns)
    {
        ref byte text = ref MemoryMarshal.GetReference(_text);
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
