namespace Forage.Markets.Internals;

/// <summary>Checks of beliefs: rows of probabilities, one a trader.</summary>
internal static class Beliefs
{
    /// <summary>How far a row may be from adding up to 1; it is divided by its sum.</summary>
    public const double Tolerance = 1e-6;

    /// <summary>Copies a trader's row, divided by its sum and mixed with <paramref name="clip"/> of each outcome: p ← clip + (1 - m·clip) p.</summary>
    public static void CopyRow(int trader, ReadOnlySpan<double> from, Span<double> to, double clip)
    {
        double sum = 0;
        for (int k = 0; k < from.Length; k++)
        {
            double p = from[k];
            if (!(p >= 0 && p <= 1 + Tolerance)) MarketsThrow.BadBelief(trader, k, p);
            sum += p;
        }
        if (!(Math.Abs(sum - 1) <= Tolerance)) MarketsThrow.BadSum(trader, sum);
        double scale = (1 - from.Length * clip) / sum;
        for (int k = 0; k < from.Length; k++) to[k] = clip + scale * from[k];
    }

    /// <summary>A probability of two outcomes.</summary>
    public static void Check(string what, double p)
    {
        if (!(p >= 0 && p <= 1)) MarketsThrow.BadProbability(what, p);
    }
}
