using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Forage.Data.Internals;

/// <summary>
/// Decimal numbers as all text formats share them: <c>[+-] digits [. digits] [e [+-] digits]</c> with at least one digit before the exponent.
/// NaN, infinities, hexadecimal and numbers beyond the type's range are refused; what is too small becomes 0 or a denormal.
/// </summary>
/// <remarks>
/// Up to 19 significant digits make an integer m, and the value is m·10^k in double precision, rounded once more to float: at most 1 ulp from the
/// nearest float (in fact nearest but for about one literal in 2^28). Digits beyond the 19th are cut off, which changes less than 1e-18 of the value.
/// </remarks>
internal static class NumberParser
{
    private const int MaxDigits = 19;

    private static readonly double[] s_pow10 = [.. Enumerable.Range(0, 309).Select(k => double.Parse($"1e{k}", CultureInfo.InvariantCulture))];

    private static ReadOnlySpan<ulong> IntegerPow10 => [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

    /// <summary>Reads a number that is the whole of <paramref name="s"/>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> s, out float value)
    {
        int used = Scan(s, out value);
        return used == s.Length && used > 0;
    }

    /// <summary>Reads a number that is the whole of <paramref name="s"/>, correctly rounded to double.</summary>
    public static bool TryParse(ReadOnlySpan<byte> s, out double value)
    {
        value = 0;
        int used = ScanDecimal(s, out ulong mantissa, out int exponent, out bool negative, out bool cut);
        if (used != s.Length || used == 0) return false;
        if (!cut && mantissa <= 1UL << 53 && exponent is >= -22 and <= 22)
        {
            double d = exponent < 0 ? mantissa / s_pow10[-exponent] : mantissa * s_pow10[exponent];
            value = negative ? -d : d;
            return true;
        }
        return double.TryParse(s, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }

    /// <summary>
    /// Reads the longest number <paramref name="s"/> begins with and returns how many bytes it took; 0 if there is none or it is out of range
    /// (<see cref="Explain"/> says why).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Scan(ReadOnlySpan<byte> s, out float value)
    {
        // The common literal, [-]digits[.digits] of at most 19 digits in all; anything else goes the long way.
        int i = 0;
        bool negative = false;
        if (s.Length > 0 && s[0] == (byte)'-')
        {
            negative = true;
            i = 1;
        }
        int start = i;
        ulong mantissa = 0;
        uint digit;
        while ((uint)i < (uint)s.Length && (digit = (uint)(s[i] - '0')) <= 9)
        {
            mantissa = mantissa * 10 + digit;
            i++;
        }
        int digits = i - start, fraction = 0;
        if ((uint)i < (uint)s.Length && s[i] == (byte)'.')
        {
            int first = ++i;
            while (s.Length - i >= 8)
            {
                int n = EightDigits(BinaryPrimitives.ReadUInt64LittleEndian(s[i..]), out ulong part);
                mantissa = mantissa * IntegerPow10[n] + part;
                i += n;
                if (n < 8) goto counted;
            }
            while ((uint)i < (uint)s.Length && (digit = (uint)(s[i] - '0')) <= 9)
            {
                mantissa = mantissa * 10 + digit;
                i++;
            }
        counted:
            fraction = i - first;
            digits += fraction;
        }
        if (digits is 0 or > MaxDigits || ((uint)i < (uint)s.Length && (s[i] | 0x20) == 'e')) return ScanSlow(s, out value);
        double d = mantissa / s_pow10[fraction];
        value = (float)(negative ? -d : d);
        return i;
    }

    /// <summary>10^<paramref name="k"/> for k from 0 to 308, exact up to 22.</summary>
    public static double PowerOfTen(int k) => s_pow10[k];

    /// <summary>Why <paramref name="s"/> is not a number these formats accept, as "'text' is …; expected …".</summary>
    public static string Explain(ReadOnlySpan<byte> s)
    {
        string shown = Shown(s);
        if (s.IsEmpty) return "nothing where a number was expected";
        int used = ScanDecimal(s, out _, out _, out _, out _);
        if (used == s.Length) return $"'{shown}' is too large; expected a number of magnitude at most 3.4e38";
        var word = s[0] is (byte)'-' or (byte)'+' ? s[1..] : s;
        bool special = word.Length >= 3 && (Ascii.EqualsIgnoreCase(word[..3], "nan"u8) || Ascii.EqualsIgnoreCase(word[..3], "inf"u8));
        return special ? $"'{shown}' is not finite; expected a finite number" : $"'{shown}' is not a number; expected one such as 1, -0.5 or 2e-3";
    }

    /// <summary>At most the first 40 bytes of <paramref name="s"/> as text fit for a message.</summary>
    public static string Shown(ReadOnlySpan<byte> s)
    {
        string text = Encoding.UTF8.GetString(s[..Math.Min(s.Length, 40)]);
        var clean = new StringBuilder(text.Length + 1);
        foreach (char c in text) clean.Append(char.IsControl(c) ? '?' : c);
        if (s.Length > 40) clean.Append('…');
        return clean.ToString();
    }

    /// <summary>Value of the run of digits (up to 8) that eight bytes of text begin with, and its length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int EightDigits(ulong text, out ulong value)
    {
        // Digits become bytes 0..9; a byte above 9 gets its top bit set by adding 0x76 or has it already.
        ulong x = text ^ 0x3030303030303030;
        ulong others = ((x + 0x7676767676767676) | x) & 0x8080808080808080;
        int n = BitOperations.TrailingZeroCount(others) >> 3;
        if (n == 0)
        {
            value = 0;
            return 0;
        }
        // Put zeros before the digits, then add neighbours pairwise: 8 × 1 digit → 4 × 2 → 2 × 4 → 1 × 8.
        x <<= (8 - n) * 8;
        x = (x * 10 + (x >> 8)) & 0x00FF00FF00FF00FF;
        x = (x * 100 + (x >> 16)) & 0x0000FFFF0000FFFF;
        value = (x * 10_000 + (x >> 32)) & 0xFFFFFFFF;
        return n;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ScanSlow(ReadOnlySpan<byte> s, out float value)
    {
        value = 0;
        int used = ScanDecimal(s, out ulong mantissa, out int exponent, out bool negative, out _);
        if (used == 0) return 0;
        double d = mantissa;
        if (mantissa != 0)
        {
            if (exponent > 308) d = double.PositiveInfinity;
            else if (exponent >= 0) d *= s_pow10[exponent];
            else if (exponent >= -308) d /= s_pow10[-exponent];
            else d = 0; // below 10^19 · 10^-309, far under the smallest float
        }
        value = (float)(negative ? -d : d);
        return float.IsFinite(value) ? used : 0;
    }

    /// <summary>m·10^k with m of at most 19 significant digits; <paramref name="cut"/> tells that more digits were there.</summary>
    private static int ScanDecimal(ReadOnlySpan<byte> s, out ulong mantissa, out int exponent, out bool negative, out bool cut)
    {
        mantissa = 0;
        exponent = 0;
        negative = cut = false;
        int i = 0, significant = 0;
        bool any = false, point = false;
        if (s.Length > 0 && s[0] is (byte)'-' or (byte)'+') negative = s[i++] == (byte)'-';
        for (; i < s.Length; i++)
        {
            uint digit = (uint)(s[i] - '0');
            if (digit <= 9)
            {
                any = true;
                if (significant < MaxDigits)
                {
                    mantissa = mantissa * 10 + digit;
                    if (mantissa != 0) significant++;
                    if (point) exponent--;
                }
                else
                {
                    cut = true;
                    if (!point) exponent++;
                }
            }
            else if (s[i] == (byte)'.' && !point) point = true;
            else break;
        }
        if (!any) return 0;
        if (i >= s.Length || (s[i] | 0x20) != 'e') return i;
        int j = i + 1, power = 0;
        bool down = false;
        if (j < s.Length && s[j] is (byte)'-' or (byte)'+') down = s[j++] == (byte)'-';
        int firstPower = j;
        for (; j < s.Length && (uint)(s[j] - '0') <= 9; j++)
            if (power < 100_000_000) power = power * 10 + (s[j] - '0');
        if (j == firstPower) return i; // "1e" is the number 1 and a letter
        exponent += down ? -power : power;
        return j;
    }
}
