using Forage.Markets.Internals;

namespace Forage.Markets;

/// <summary>
/// What a trader who maximises E ln(wealth) does at given prices (paper 05, §2 and §6). Prices are probabilities: a share costs its price and is worth 1 if
/// its outcome comes true. With fraction λ she invests λ times as much, which is full Kelly with the belief λp + (1-λ)q (Eq. 3).
/// </summary>
public static class KellyBet
{
    /// <summary>f* of two outcomes: (p - q)/(1 - q) of the wealth on the outcome if p ≥ q, else -(q - p)/q, the share bet against it.</summary>
    /// <param name="belief">p, her probability.</param>
    /// <param name="price">q in (0, 1).</param>
    /// <param name="fraction">λ in [0, 1].</param>
    public static double Fraction(double belief, double price, double fraction = 1)
    {
        Check(belief, price);
        return fraction * (belief >= price ? (belief - price) / (1 - price) : (belief - price) / price);
    }

    /// <summary>Eq. 1: the order λ(w/q)(p - q)/(1 - q) in shares of the outcome; positive buys, negative sells.</summary>
    public static double Shares(double belief, double price, double wealth, double fraction = 1)
    {
        Check(belief, price);
        return fraction * wealth * (belief - price) / (price * (1 - price));
    }

    /// <summary>What multiplies her wealth when an outcome of price q_y that she gave p_y comes true: λ p_y/q_y + 1 - λ. For any number of outcomes.</summary>
    public static double Factor(double belief, double price, double fraction = 1) => (1 - fraction) + fraction * (belief / price);

    /// <summary>
    /// Wealth after each of m outcomes, w(λ p_k/q_k + 1 - λ): she spends λ w p_k on outcome k. An outcome of price 0 that she believes in would make her infinitely rich.
    /// </summary>
    /// <param name="belief">p, m probabilities.</param>
    /// <param name="prices">q, m prices that add up to 1.</param>
    /// <param name="wealth">w.</param>
    /// <param name="fraction">λ.</param>
    /// <param name="payoff">Receives m wealths; Σ q_k of them is w.</param>
    public static void Payoffs(ReadOnlySpan<double> belief, ReadOnlySpan<double> prices, double wealth, double fraction, Span<double> payoff)
    {
        for (int k = 0; k < prices.Length; k++) payoff[k] = wealth * (belief[k] == 0 && prices[k] == 0 ? 1 - fraction : Factor(belief[k], prices[k], fraction));
    }

    private static void Check(double belief, double price)
    {
        Beliefs.Check("The belief", belief);
        if (!(price > 0 && price < 1)) MarketsThrow.BadOption("The price", price, "a number between 0 and 1, neither of them included");
    }
}
