using Forage.Markets.Internals;

namespace Forage.Markets;

/// <summary>Equilibrium prices of Kelly traders: in closed form (paper 05, Theorems 1 and 4), and by clearing their orders, which must agree.</summary>
public static class KellyPrice
{
    /// <summary>Σ λ_i w_i p_i / Σ λ_i w_i, of two outcomes.</summary>
    /// <param name="beliefs">p_i, of the outcome.</param>
    /// <param name="wealth">w_i ≥ 0; any unit.</param>
    /// <param name="fractions">λ_i; all 1 if empty.</param>
    public static double Closed(ReadOnlySpan<double> beliefs, ReadOnlySpan<double> wealth, ReadOnlySpan<double> fractions = default)
    {
        Check(beliefs, wealth, fractions);
        double sum = 0, bet = 0;
        for (int i = 0; i < beliefs.Length; i++)
        {
            double w = wealth[i] * Of(fractions, i);
            bet += w;
            sum += w * beliefs[i];
        }
        if (!(bet > 0)) MarketsThrow.NobodyBets();
        return Math.Min(1, sum / bet);
    }

    /// <summary>q_k = Σ λ_i w_i p_ik / Σ λ_i w_i, of m outcomes.</summary>
    /// <param name="beliefs">Rows of m probabilities, one a trader.</param>
    /// <param name="wealth">w_i ≥ 0; any unit.</param>
    /// <param name="fractions">λ_i; all 1 if empty.</param>
    /// <param name="prices">Receives m prices.</param>
    public static void Closed(ReadOnlySpan<double> beliefs, ReadOnlySpan<double> wealth, ReadOnlySpan<double> fractions, Span<double> prices)
    {
        if (beliefs.Length != wealth.Length * prices.Length) MarketsThrow.BadLength("The matrix of beliefs", beliefs.Length, wealth.Length * prices.Length);
        Span<double> row = prices.Length <= 64 ? stackalloc double[prices.Length] : new double[prices.Length];
        prices.Clear();
        double bet = 0;
        for (int i = 0; i < wealth.Length; i++)
        {
            CheckTrader(i, wealth[i], Of(fractions, i));
            Beliefs.CopyRow(i, beliefs.Slice(i * prices.Length, prices.Length), row, 0);
            double w = wealth[i] * Of(fractions, i);
            bet += w;
            for (int k = 0; k < row.Length; k++) prices[k] += w * row[k];
        }
        if (!(bet > 0)) MarketsThrow.NobodyBets();
        for (int k = 0; k < prices.Length; k++) prices[k] /= bet;
    }

    /// <summary>
    /// The price at which the orders of <see cref="KellyBet.Shares"/> add up to nothing, by bisection: their sum falls as the price rises. 0 or 1 when all who bet are certain.
    /// </summary>
    public static double Clear(ReadOnlySpan<double> beliefs, ReadOnlySpan<double> wealth, ReadOnlySpan<double> fractions = default)
    {
        Check(beliefs, wealth, fractions);
        double low = 0, high = 1, bet = 0;
        for (int i = 0; i < beliefs.Length; i++) bet += wealth[i] * Of(fractions, i);
        if (!(bet > 0)) MarketsThrow.NobodyBets();
        while (true)
        {
            double middle = low + (high - low) / 2;
            if (middle <= low || middle >= high || high - low < 1e-300) return low == 0 ? 0 : high == 1 ? 1 : middle;
            double demand = ExcessDemand(beliefs, wealth, fractions, middle);
            if (demand == 0) return middle;
            if (demand > 0) low = middle;
            else high = middle;
        }
    }

    /// <summary>Σ of the traders' orders in shares at a price in (0, 1).</summary>
    public static double ExcessDemand(ReadOnlySpan<double> beliefs, ReadOnlySpan<double> wealth, ReadOnlySpan<double> fractions, double price)
    {
        var sum = new Compensated();
        for (int i = 0; i < beliefs.Length; i++) sum.Add(KellyBet.Shares(beliefs[i], price, wealth[i], Of(fractions, i)));
        return sum.Value;
    }

    private static double Of(ReadOnlySpan<double> fractions, int i) => fractions.IsEmpty ? 1 : fractions[i];

    private static void Check(ReadOnlySpan<double> beliefs, ReadOnlySpan<double> wealth, ReadOnlySpan<double> fractions)
    {
        if (wealth.Length != beliefs.Length) MarketsThrow.BadLength("The list of wealths", wealth.Length, beliefs.Length);
        if (!fractions.IsEmpty && fractions.Length != beliefs.Length) MarketsThrow.BadLength("The list of fractions", fractions.Length, beliefs.Length);
        for (int i = 0; i < beliefs.Length; i++)
        {
            if (!(beliefs[i] >= 0 && beliefs[i] <= 1)) MarketsThrow.BadBelief(i, 1, beliefs[i]);
            CheckTrader(i, wealth[i], Of(fractions, i));
        }
    }

    private static void CheckTrader(int i, double wealth, double fraction)
    {
        if (!(wealth >= 0 && double.IsFinite(wealth))) MarketsThrow.BadWealth(i, wealth);
        if (!(fraction >= 0 && fraction <= 1)) MarketsThrow.BadFraction(i, fraction);
    }
}
