namespace Forage.Bandits.Elimination.Internals;

/// <summary>
/// The exact minimum of L along an exchange: the root of g(s) = Σ_x w_x [1/(gaining_x + σs) - 1/(losing_x - σs)], which falls in s, by Newton's method kept inside a
/// shrinking bracket.
/// </summary>
internal static class LineSearch
{
    private const double Relative = 1e-13;

    /// <summary>How much to move; 0 if g(0) is not positive, all there is if g is positive to the end.</summary>
    /// <param name="weights">w_x of the contexts in which the two policies differ.</param>
    /// <param name="gaining">P' there of the action that gains.</param>
    /// <param name="losing">P' there of the action that loses; more than σ·<paramref name="available"/>.</param>
    /// <param name="share">σ = 1-κ.</param>
    /// <param name="available">Most that may be moved.</param>
    public static double Best(ReadOnlySpan<double> weights, ReadOnlySpan<double> gaining, ReadOnlySpan<double> losing, double share, double available)
    {
        var (slope, _, scale) = At(0, weights, gaining, losing, share);
        if (!(slope > Relative * scale)) return 0;
        if (At(available, weights, gaining, losing, share).Slope >= 0) return available;
        double low = 0, high = available, s = 0;
        for (int step = 0; step < 100; step++)
        {
            var (g, derivative, size) = At(s, weights, gaining, losing, share);
            if (Math.Abs(g) <= Relative * size) break;
            if (g > 0) low = s;
            else high = s;
            s -= g / derivative;
            if (!(s > low && s < high)) s = low + (high - low) / 2;
            if (s == low || s == high) break;
        }
        return s;
    }

    private static (double Slope, double Derivative, double Size) At(double s, ReadOnlySpan<double> weights, ReadOnlySpan<double> gaining, ReadOnlySpan<double> losing, double share)
    {
        double slope = 0, derivative = 0, size = 0;
        for (int x = 0; x < weights.Length; x++)
        {
            double up = 1 / (gaining[x] + share * s), down = 1 / (losing[x] - share * s);
            slope += weights[x] * (up - down);
            size += weights[x] * (up + down);
            derivative -= weights[x] * share * (up * up + down * down);
        }
        return (slope, derivative, size);
    }
}
