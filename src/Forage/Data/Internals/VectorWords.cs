using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Forage.Data.Internals;

/// <summary>
/// Eight features <c>name:value</c> at a time where every name has 1 to 8 bytes and every value is a plain decimal of 1 to 8: names are hashed and
/// numbers read in vector lanes. What it gives is bit for bit what <see cref="ShortWords"/> gives one by one; where it cannot, it says so.
/// </summary>
internal static class VectorWords
{
    /// <summary>Features a call takes.</summary>
    public const int Count = 8;

    /// <summary>True where the processor has what it takes.</summary>
    public static bool IsSupported => Avx2.IsSupported && Bmi2.X64.IsSupported;

    /// <summary>Tries the eight features between the 17 stops from <paramref name="stops"/> on (blank, colon, blank, colon, ...).</summary>
    /// <param name="bytes">The text.</param>
    /// <param name="stops">Positions of the stops.</param>
    /// <param name="hash">Hash of the namespace.</param>
    /// <param name="weight">Weight of the namespace.</param>
    /// <param name="index">Receives eight indices.</param>
    /// <param name="value">Receives eight values.</param>
    /// <param name="quoted">
    /// The stops are the quotes of JSON members <c>"name":value,</c>: a value begins one byte later and ends one byte earlier, and names that begin
    /// with <c>_</c>, or begin or end with white space, are of another kind. Colons and commas are the caller's to check.
    /// </param>
    /// <returns>False, with nothing of use written, if one of the eight is of another kind.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryEight(ref byte bytes, ref int stops, uint hash, float weight, ref uint index, ref float value, bool quoted = false)
    {
        // Lengths of the 16 words, name and value in turn.
        var between = quoted ? Vector256.Create(1, 3, 1, 3, 1, 3, 1, 3) : Vector256<int>.One;
        var first = Vector256.LoadUnsafe(ref stops, 1) - Vector256.LoadUnsafe(ref stops) - between;
        var second = Vector256.LoadUnsafe(ref stops, 9) - Vector256.LoadUnsafe(ref stops, 8) - between;
        var outside = (first - Vector256<int>.One).AsUInt32() | (second - Vector256<int>.One).AsUInt32();
        if (Vector256.GreaterThanAny(outside, Vector256.Create(7u))) return false;

        // Words and lengths of features 0 1 4 5 and 2 3 6 7: the order in which narrowing them to 32 bits is one shuffle.
        ref byte text = ref Unsafe.Add(ref bytes, 1);
        Vector256<ulong> namesA = Words(ref text, ref stops, 0, 2, 8, 10), namesB = Words(ref text, ref stops, 4, 6, 12, 14);
        ref byte values = ref quoted ? ref Unsafe.Add(ref text, 1) : ref text;
        Vector256<ulong> valuesA = Words(ref values, ref stops, 1, 3, 9, 11), valuesB = Words(ref values, ref stops, 5, 7, 13, 15);
        // Lanes of 64 bits: name length below, value length above; first holds features 0 1 | 2 3, second 4 5 | 6 7.
        var lengthsA = Avx2.Permute2x128(first, second, 0x20).AsUInt64();
        var lengthsB = Avx2.Permute2x128(first, second, 0x31).AsUInt64();
        var low = Vector256.Create(0xFFFFFFFFUL);

        if (!TryNumbers(valuesA, lengthsA >>> 32, out var numberA, out var pointA, out var signA) || !TryNumbers(valuesB, lengthsB >>> 32, out var numberB, out var pointB, out var signB)) return false;
        var number = Narrow(numberA, numberB).AsInt32();
        if (Vector256.GreaterThanAny(number, Vector256.Create((1 << 24) - 1))) return false;
        var power = Avx2.PermuteVar8x32(Vector256.Create(1e7f, 1e6f, 1e5f, 1e4f, 1e3f, 1e2f, 1e1f, 1f), Narrow(pointA, pointB).AsInt32());
        var x = Vector256.ConvertToSingle(number) / power;
        x = (x.AsUInt32() ^ (Narrow(signA, signB) & Vector256.Create(0x80000000u))).AsSingle() * Vector256.Create(weight);
        if (Vector256.EqualsAny(x, Vector256<float>.Zero) || Vector256.GreaterThanAny(Vector256.Abs(x), Vector256.Create(float.MaxValue))) return false;

        var nameBitsA = (lengthsA & low) << 3;
        var nameBitsB = (lengthsB & low) << 3;
        namesA &= Avx2.ShiftRightLogicalVariable(Vector256<ulong>.AllBitsSet, Vector256.Create(64UL) - nameBitsA);
        namesB &= Avx2.ShiftRightLogicalVariable(Vector256<ulong>.AllBitsSet, Vector256.Create(64UL) - nameBitsB);
        if (quoted && !(AreNames(namesA, nameBitsA) && AreNames(namesB, nameBitsB))) return false;
        var length = Narrow(lengthsA, lengthsB);
        var h = Hash(Narrow(namesA, namesB), Narrow(namesA >>> 32, namesB >>> 32), length, hash);
        var startsWithDigit = Vector256.LessThan((Narrow(namesA, namesB) & Vector256.Create(0xFFu)) - Vector256.Create((uint)'0'), Vector256.Create(10u));
        if (startsWithDigit != Vector256<uint>.Zero)
        {
            var integerA = Integers(namesA, nameBitsA, out var validA);
            var integerB = Integers(namesB, nameBitsB, out var validB);
            h = Vector256.ConditionalSelect(Narrow(validA, validB), Narrow(integerA, integerB) + Vector256.Create(hash), h);
        }
        h.StoreUnsafe(ref index);
        x.StoreUnsafe(ref value);
        return true;
    }

    /// <summary>True if no name begins with <c>_</c> or white space or ends with white space.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AreNames(Vector256<ulong> names, Vector256<ulong> bits)
    {
        var begin = names & Vector256.Create(0xFFUL);
        var end = Avx2.ShiftRightLogicalVariable(names, bits - Vector256.Create(8UL));
        var white = Vector256.LessThanOrEqual(Vector256.Min(begin.AsUInt32(), end.AsUInt32()).AsUInt64(), Vector256.Create((ulong)' '));
        return (white | Vector256.Equals(begin, Vector256.Create((ulong)'_'))) == Vector256<ulong>.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Words(ref byte text, ref int stops, int a, int b, int c, int d) => Vector256.Create(
        Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref text, Unsafe.Add(ref stops, a))), Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref text, Unsafe.Add(ref stops, b))),
        Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref text, Unsafe.Add(ref stops, c))), Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref text, Unsafe.Add(ref stops, d))));

    /// <summary>Low halves: lanes a0 a1 b0 b1 | a2 a3 b2 b3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Narrow(Vector256<ulong> a, Vector256<ulong> b) => Avx.Shuffle(a.AsSingle(), b.AsSingle(), 0b10_00_10_00).AsUInt32();

    /// <summary>Four decimals: their digits as an integer, the byte of the point (7 if there is none), all ones where negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryNumbers(Vector256<ulong> word, Vector256<ulong> length, out Vector256<ulong> number, out Vector256<ulong> point, out Vector256<ulong> sign)
    {
        var zeros = Vector256.Create((byte)'0').AsUInt64();
        var bits = length << 3;
        sign = Vector256.Equals(word & Vector256.Create(0xFFUL), Vector256.Create((ulong)'-'));
        word ^= sign & Vector256.Create((ulong)('-' ^ '0'));
        // To the top, zeros before.
        var x = Avx2.ShiftLeftLogicalVariable(word, Vector256.Create(64UL) - bits) | Avx2.ShiftRightLogicalVariable(zeros, bits);
        // What stands before the point moves up over it.
        var dot = Vector256.Equals(x.AsByte(), Vector256.Create((byte)'.')).AsUInt64();
        var none = Vector256.Equals(dot, Vector256<ulong>.Zero);
        var lowest = dot & (Vector256<ulong>.Zero - dot);
        var below = Vector256.AndNot(lowest - Vector256<ulong>.One, none);
        var dotByte = (lowest << 8) - lowest;
        x = Vector256.AndNot(x, below | dotByte) | (x & below) << 8 | Vector256.AndNot(Vector256.Create((ulong)'0'), none);
        var digits = (x ^ zeros).AsByte();
        point = Avx2.SumAbsoluteDifferences((below & Vector256.Create((byte)1).AsUInt64()).AsByte(), Vector256<byte>.Zero).AsUInt64() | (none & Vector256.Create(7UL));
        number = Pairs(digits);
        var tooShort = sign & Vector256.Equals(length, Vector256<ulong>.One);
        return (Vector256.GreaterThan(digits, Vector256.Create((byte)9)).AsUInt64() | tooShort | LoneDot(none, length)) == Vector256<ulong>.Zero;
    }

    /// <summary>All ones where a word is a point and nothing else (perhaps after a minus, which the sum of digits cannot tell: taken one by one).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> LoneDot(Vector256<ulong> none, Vector256<ulong> length) => Vector256.AndNot(Vector256.LessThan(length, Vector256.Create(3UL)), none);

    /// <summary>Four names as integers where all their bytes are digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Integers(Vector256<ulong> word, Vector256<ulong> bits, out Vector256<ulong> valid)
    {
        var zeros = Vector256.Create((byte)'0').AsUInt64();
        var x = Avx2.ShiftLeftLogicalVariable(word, Vector256.Create(64UL) - bits) | Avx2.ShiftRightLogicalVariable(zeros, bits);
        var digits = (x ^ zeros).AsByte();
        valid = Vector256.Equals(Vector256.GreaterThan(digits, Vector256.Create((byte)9)).AsUInt64(), Vector256<ulong>.Zero);
        return Pairs(digits);
    }

    /// <summary>The number that eight bytes of 0..9 spell, the first in the lowest byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Pairs(Vector256<byte> digits)
    {
        var two = Avx2.MultiplyAddAdjacent(digits, Vector256.Create((short)0x010A).AsSByte());
        var four = Avx2.MultiplyAddAdjacent(two, Vector256.Create(0x00010064).AsInt16()).AsUInt32();
        return Avx2.Multiply(four, Vector256.Create(10_000u)) + (four.AsUInt64() >>> 32);
    }

    /// <summary>Murmur3 of names of 1 to 8 bytes: the first four, the rest, the length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Hash(Vector256<uint> head, Vector256<uint> rest, Vector256<uint> length, uint seed)
    {
        var h = Vector256.Create(seed) ^ Scramble(head);
        h = Vector256.ConditionalSelect(Vector256.GreaterThan(length, Vector256.Create(3u)), Step(h), h);
        h ^= Scramble(rest);
        h = Vector256.ConditionalSelect(Vector256.Equals(length, Vector256.Create(8u)), Step(h), h);
        h ^= length;
        h = (h ^ (h >>> 16)) * Vector256.Create(0x85ebca6bu);
        h = (h ^ (h >>> 13)) * Vector256.Create(0xc2b2ae35u);
        return h ^ (h >>> 16);

        static Vector256<uint> Scramble(Vector256<uint> k)
        {
            k *= Vector256.Create(0xcc9e2d51u);
            return (k << 15 | k >>> 17) * Vector256.Create(0x1b873593u);
        }

        static Vector256<uint> Step(Vector256<uint> h)
        {
            h = h << 13 | h >>> 19;
            return (h << 2) + h + Vector256.Create(0xe6546b64u);
        }
    }
}
