using Forage.Markets.Internals;

namespace Forage.Markets.Learning;

/// <summary>Eq. 5 of paper 05: d_n = Σ_t γ^{n-t} 1{y_t} / Σ_t γ^{n-t}, to which prices among fractional Kelly traders come close (empirically; there is no theorem).</summary>
public static class DiscountedFrequency
{
    /// <summary>d_1 .. d_n.</summary>
    /// <param name="outcomes">y_1 .. y_n.</param>
    /// <param name="discount">γ in (0, 1]; 1 is the plain frequency.</param>
    public static double[] Of(ReadOnlySpan<bool> outcomes, double discount)
    {
        if (!(discount > 0 && discount <= 1)) MarketsThrow.BadOption("The discount", discount, "a number above 0 and at most 1");
        double[] d = new double[outcomes.Length];
        double sum = 0, mass = 0;
        for (int t = 0; t < d.Length; t++)
        {
            sum = discount * sum + (outcomes[t] ? 1 : 0);
            mass = discount * mass + 1;
            d[t] = sum / mass;
        }
        return d;
    }

    /// <summary>The γ whose frequency is closest to the prices, in mean squared distance after <paramref name="skip"/> rounds; by a grid and golden section.</summary>
    /// <param name="prices">Price after each outcome.</param>
    /// <param name="outcomes">y_1 .. y_n.</param>
    /// <param name="skip">Rounds left out at the start, when the prior still shows.</param>
    /// <returns>γ and the root of the mean squared distance.</returns>
    public static (double Discount, double Distance) Fit(ReadOnlySpan<double> prices, ReadOnlySpan<bool> outcomes, int skip = 0)
    {
        if (prices.Length != outcomes.Length) MarketsThrow.BadLength("The list of prices", prices.Length, outcomes.Length);
        if (skip < 0 || skip >= prices.Length) MarketsThrow.BadOption("The number of rounds left out", skip, "at least 0 and less than all");
        const int grid = 100;
        int best = grid;
        double least = double.MaxValue;
        for (int i = 1; i <= grid; i++)
        {
            double distance = Distance(prices, outcomes, skip, (double)i / grid);
            if (distance < least) (best, least) = (i, distance);
        }
        double low = Math.Max(1e-3, (best - 1.0) / grid), high = Math.Min(1, (best + 1.0) / grid), ratio = (Math.Sqrt(5) - 1) / 2;
        for (int step = 0; step < 60; step++)
        {
            double a = high - ratio * (high - low), b = low + ratio * (high - low);
            if (Distance(prices, outcomes, skip, a) < Distance(prices, outcomes, skip, b)) high = b;
            else low = a;
        }
        double found = (low + high) / 2, at = Distance(prices, outcomes, skip, found);
        return at <= least ? (found, at) : ((double)best / grid, least);
    }

    private static double Distance(ReadOnlySpan<double> prices, ReadOnlySpan<bool> outcomes, int skip, double discount)
    {
        double[] d = Of(outcomes, discount);
        double sum = 0;
        for (int t = skip; t < d.Length; t++) sum += (d[t] - prices[t]) * (d[t] - prices[t]);
        return Math.Sqrt(sum / (d.Length - skip));
    }
}
