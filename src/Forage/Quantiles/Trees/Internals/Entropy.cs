using System.Runtime.CompilerServices;

namespace Forage.Quantiles.Trees.Internals;

/// <summary>Entropies in bits, times the weight they are over.</summary>
internal static class Entropy
{
    /// <summary>(a + b) H(a/(a + b)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Of(double a, double b) => Self(a + b) - Self(a) - Self(b);

    /// <summary>x log2 x; 0 at 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Self(double x) => x <= 0 ? 0 : x * Log2(x);

    /// <summary>log2 of a positive normal number to a relative error of 1e-9 and less: exponent and 2/ln 2 · artanh((m - 1)/(m + 1)) by its series, m in [√½, √2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Log2(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        long exponent = (bits - 0x3FE6A09E667F3BCD) >> 52; // √½
        double m = BitConverter.Int64BitsToDouble(bits - (exponent << 52)), s = (m - 1) / (m + 1), ss = s * s;
        const double Scale = 2 / 0.69314718055994530942;
        return exponent + Scale * s * (1 + ss * (1 / 3.0 + ss * (1 / 5.0 + ss * (1 / 7.0 + ss * (1 / 9.0 + ss * (1 / 11.0))))));
    }
}
