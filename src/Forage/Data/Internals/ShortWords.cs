using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Forage.Data.Internals;

/// <summary>Hashes and plain decimals of a few bytes, without a loop over the bytes.</summary>
internal static class ShortWords
{
    private static ReadOnlySpan<float> Pow10 => [1, 1e1f, 1e2f, 1e3f, 1e4f, 1e5f, 1e6f, 1e7f];

    /// <summary>Murmur3 of a short name that are not an integer; reads up to 4 bytes beyond them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint ShortHash(ref byte name, int length, uint seed)
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
    /// <c>[-]digits[.digits]</c> of <paramref name="length"/> ≤ 7 bytes standing in the low bytes of <paramref name="text"/>. They are moved to the
    /// top with zeros below; what is below the point moves up over it; then neighbours are added pairwise and one division sets the point, as
    /// <see cref="NumberParser"/> does it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryShortNumber(ulong text, int length, out float value)
    {
        const ulong zeros = 0x3030303030303030;
        bool negative = (byte)text == (byte)'-';
        if (negative)
        {
            text >>= 8;
            length--;
        }
        ulong x = text << (-8 * length) | zeros >> (8 * length);
        ulong notPoint = x ^ 0x2E2E2E2E2E2E2E2E;
        ulong point = (notPoint - 0x0101010101010101) & ~notPoint & 0x8080808080808080;
        int fraction = 0;
        if (point != 0)
        {
            int bit = BitOperations.TrailingZeroCount(point) - 7;
            ulong below = (1UL << bit) - 1;
            x = (x & ~below & ~(0xFFUL << bit)) | (x & below) << 8 | 0x30;
            fraction = 7 - (bit >> 3);
            length--;
        }
        x ^= zeros;
        value = 0;
        if (length <= 0 || (((x + 0x7676767676767676) | x) & 0x8080808080808080) != 0) return false;
        // Below 2^24 and up to 10^7 both are exact floats, so this is the nearest float, as it is by way of double.
        value = (int)Pairs(x) / Unsafe.Add(ref MemoryMarshal.GetReference(Pow10), fraction);
        if (negative) value = -value;
        return true;
    }

    /// <summary>1 to 8 digits standing in the low bytes of <paramref name="text"/>; false if one of them is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryDigits(ulong text, int length, out uint number)
    {
        ulong x = (text ^ 0x3030303030303030) << (64 - 8 * length);
        number = Pairs(x);
        return (((x + 0x7676767676767676) | x) & 0x8080808080808080) == 0;
    }

    /// <summary>The number that eight bytes of 0..9, the first in the lowest byte, spell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Pairs(ulong x)
    {
        x = (x * 10 + (x >> 8)) & 0x00FF00FF00FF00FF;
        x = (x * 100 + (x >> 16)) & 0x0000FFFF0000FFFF;
        return (uint)(x * 10_000 + (x >> 32));
    }
}
