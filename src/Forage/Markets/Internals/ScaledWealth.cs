namespace Forage.Markets.Internals;

/// <summary>
/// Wealth as u·2^e: u is multiplied freely, now and then its exponent is moved into e, exactly, so that nothing under- or overflows. Who is poorer than 2^-288 is carried in u as 2^-288, far below what rounding of any sum notices,
/// with the rest in e.
/// </summary>
internal static class ScaledWealth
{
    private const int Poorest = -288;

    /// <summary>Moves the exponent of u into e as far as it must be.</summary>
    public static void Fold(ref double u, ref long e)
    {
        if (u == 0) return;
        long bits = BitConverter.DoubleToInt64Bits(u);
        int exponent = (int)(bits >> 52) & 0x7FF;
        if (exponent is 0 or 0x7FF) exponent = Math.ILogB(u) + 1023; // a subnormal number
        long whole = e + exponent - 1023, kept = Math.Max(whole, Poorest);
        e = whole - kept;
        u = exponent == ((bits >> 52) & 0x7FF) ? BitConverter.Int64BitsToDouble(bits & ~(0x7FFL << 52) | (kept + 1023) << 52) : Math.ScaleB(u, (int)(kept - exponent + 1023));
    }

    /// <summary>Multiplies by 1 - λ + λ p/q however large or small that is, and folds.</summary>
    public static void Multiply(ref double u, ref long e, double p, double q, double fraction)
    {
        if (u == 0) return;
        int exponent = Math.ILogB(u);
        (u, e) = (Math.ScaleB(u, -exponent - 1), e + exponent + 1);
        double factor = 1 - fraction + fraction * (p / q);
        if (double.IsPositiveInfinity(factor)) (factor, e) = (fraction * (Math.ScaleB(p, -200) / q), e + 200);
        u *= factor;
        Fold(ref u, ref e);
    }
}
