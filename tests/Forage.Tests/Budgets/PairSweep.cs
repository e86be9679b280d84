using Forage.Budgets.Elimination;

namespace Forage.Tests.Budgets;

/// <summary>
/// Which probabilities a potentially LP-perfect distribution can give with time and one more resource, exactly up to a grid of prices λ: a pair (j, k) with shares p and 1-p is LP-perfect for some µ in the box iff, for some λ ≥ 0, both
/// can reach a common r - λc of at least what every other policy surely has, and the consumption such µ allow brackets b (complementary slackness; at λ = 0 it need only stay below).
/// </summary>
internal static class PairSweep
{
    public static double[] Most(ConfidenceBox box, double rate, int grid)
    {
        int n = box.Policies;
        var most = new double[n];
        var prices = new SortedSet<double> { 0 };
        for (int i = 0; i < grid; i++) prices.Add(Math.Pow(10, -4 + 8.0 * i / grid));
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++) // where the surest of two change places
            {
                double price = (box.RewardLow[i] - box.RewardLow[j]) / (box.ConsumptionHigh[i] - box.ConsumptionHigh[j]);
                if (price > 0 && double.IsFinite(price)) prices.Add(price);
            }
        }
        foreach (double price in prices)
        {
            double sure = double.NegativeInfinity;
            for (int i = 0; i < n; i++) sure = Math.Max(sure, box.RewardLow[i] - price * box.ConsumptionHigh[i]);
            for (int j = 0; j < n; j++)
                for (int k = 0; k < n; k++) most[j] = Math.Max(most[j], Share(box, rate, price, sure, j, k));
        }
        return most;
    }

    // The greatest p; 0 if there is none.
    private static double Share(ConfidenceBox box, double rate, double price, double sure, int j, int k)
    {
        double common = Math.Min(box.RewardHigh[j] - price * box.ConsumptionLow[j], box.RewardHigh[k] - price * box.ConsumptionLow[k]);
        if (common < sure) return 0;
        (double low, double up) Range(int i) => price == 0
            ? (box.ConsumptionLow[i], double.PositiveInfinity)
            : (Math.Max(box.ConsumptionLow[i], (box.RewardLow[i] - common) / price), Math.Min(box.ConsumptionHigh[i], (box.RewardHigh[i] - sure) / price));
        var (lowJ, upJ) = Range(j);
        var (lowK, upK) = Range(k);
        if (j == k) return lowJ <= rate && rate <= upJ ? 1 : 0;
        // p lowJ + (1-p) lowK ≤ rate ≤ p upJ + (1-p) upK
        double least = 0, greatest = 1;
        Cut(lowJ - lowK, rate - lowK, ref least, ref greatest);
        if (price > 0) Cut(upK - upJ, upK - rate, ref least, ref greatest);
        return least <= greatest ? greatest : 0;
    }

    // slope p ≤ limit
    private static void Cut(double slope, double limit, ref double least, ref double greatest)
    {
        if (slope > 0) greatest = Math.Min(greatest, limit / slope);
        else if (slope < 0) least = Math.Max(least, limit / slope);
        else if (limit < 0) greatest = -1;
    }
}
