namespace Forage.Markets.Internals;

/// <summary>Solves a_k/q_k + G_k - T ln q_k = μ for all k, Σ q_k = 1.</summary>
internal static class Equilibrium
{
    /// <summary>Finds the prices.</summary>
    /// <param name="kelly">a_k ≥ 0.</param>
    /// <param name="geometric">G_k = Σ τ ln p_k.</param>
    /// <param name="tolerance">T = Σ τ ≥ 0.</param>
    /// <param name="prices">Receives q_k.</param>
    public static void Solve(ReadOnlySpan<double> kelly, ReadOnlySpan<double> geometric, double tolerance, Span<double> prices)
    {
        double bet = 0;
        for (int k = 0; k < kelly.Length; k++) bet += kelly[k];
        // At the largest μ at which some q_k alone would be 1, the sum is at least 1; from there up until it is below 1.
        double low = double.NegativeInfinity;
        for (int k = 0; k < kelly.Length; k++) low = Math.Max(low, kelly[k] + geometric[k]);
        double step = Math.Max(1e-3 * (bet + tolerance), 1e-300), high = low + step;
        while (Sum(kelly, geometric, tolerance, high, prices) > 1)
        {
            low = high;
            step *= 2;
            high = low + step;
        }
        while (true)
        {
            double middle = low + (high - low) / 2;
            if (middle <= low || middle >= high) break;
            if (Sum(kelly, geometric, tolerance, middle, prices) > 1) low = middle;
            else high = middle;
        }
        double sum = Sum(kelly, geometric, tolerance, high, prices);
        for (int k = 0; k < prices.Length; k++) prices[k] /= sum;
    }

    private static double Sum(ReadOnlySpan<double> kelly, ReadOnlySpan<double> geometric, double tolerance, double mu, Span<double> prices)
    {
        double sum = 0;
        for (int k = 0; k < prices.Length; k++) sum += prices[k] = Price(kelly[k], geometric[k], tolerance, mu);
        return sum;
    }

    // The root in q of a/q + G - T ln q = μ. With q = exp((G - μ)/T + z): z + ln z = ln(a/T) + (μ - G)/T, Lambert's W of its exponential.
    private static double Price(double a, double g, double tolerance, double mu)
    {
        if (tolerance == 0) return a == 0 ? 0 : a / mu;
        double alone = (g - mu) / tolerance;
        if (a == 0) return Math.Exp(alone);
        double z = LambertOfExp(Math.Log(a) - Math.Log(tolerance) - alone);
        return z > 1 ? a / (tolerance * z) : Math.Exp(alone + z);
    }

    /// <summary>W(e^y), the z ≥ 0 with z + ln z = y. Newton on this concave function from the left climbs to the root without passing it.</summary>
    internal static double LambertOfExp(double y)
    {
        double z = y > 1 ? y - Math.Log(y) : Math.Exp(y) / (1 + Math.Exp(y));
        if (z == 0) return 0;
        for (int i = 0; i < 50; i++)
        {
            double next = z * (1 + y - Math.Log(z)) / (1 + z);
            if (!(next > z)) break;
            z = next;
        }
        return z;
    }
}
