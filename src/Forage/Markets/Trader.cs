using Forage.Markets.Internals;

namespace Forage.Markets;

/// <summary>A price taker in a <see cref="TraderMarket"/>.</summary>
/// <param name="Wealth">Money before the first round.</param>
public abstract record Trader(double Wealth)
{
    internal abstract void Validate(int number);

    /// <summary>Wealth after each outcome that she chooses at given prices: maximises her expected utility under Σ q_k x_k = w.</summary>
    /// <param name="belief">p, m probabilities.</param>
    /// <param name="prices">q, m positive prices that add up to 1.</param>
    /// <param name="wealth">w, what she has now.</param>
    /// <param name="payoff">Receives x; x_k - w is her order in shares of outcome k.</param>
    public abstract void Choose(ReadOnlySpan<double> belief, ReadOnlySpan<double> prices, double wealth, Span<double> payoff);
}

/// <summary>Utility ln x, a fraction λ of it: x_k = w(λ p_k/q_k + 1 - λ).</summary>
/// <param name="Wealth">Money before the first round, not negative.</param>
/// <param name="Fraction">λ in [0, 1].</param>
public sealed record KellyTrader(double Wealth, double Fraction = 1) : Trader(Wealth)
{
    internal override void Validate(int number)
    {
        if (!(Wealth >= 0 && double.IsFinite(Wealth))) MarketsThrow.BadWealth(number, Wealth);
        if (!(Fraction >= 0 && Fraction <= 1)) MarketsThrow.BadFraction(number, Fraction);
    }

    /// <inheritdoc/>
    public override void Choose(ReadOnlySpan<double> belief, ReadOnlySpan<double> prices, double wealth, Span<double> payoff) => KellyBet.Payoffs(belief, prices, wealth, Fraction, payoff);
}

/// <summary>
/// Constant absolute risk aversion, utility -exp(-x/τ) (paper 05, §10): x_k = w + τ(ln(p_k/q_k) + Σ_j q_j ln(q_j/p_j)), the same whatever she has; she may end with less than nothing. Beliefs must be positive.
/// </summary>
/// <param name="Wealth">Money before the first round.</param>
/// <param name="Tolerance">τ > 0, in units of wealth.</param>
public sealed record CaraTrader(double Wealth, double Tolerance) : Trader(Wealth)
{
    internal override void Validate(int number)
    {
        if (!double.IsFinite(Wealth)) MarketsThrow.BadWealth(number, Wealth);
        if (!(Tolerance > 0 && double.IsFinite(Tolerance))) MarketsThrow.BadTolerance(number, Tolerance);
    }

    /// <inheritdoc/>
    public override void Choose(ReadOnlySpan<double> belief, ReadOnlySpan<double> prices, double wealth, Span<double> payoff)
    {
        double divergence = 0;
        for (int k = 0; k < prices.Length; k++) divergence += prices[k] * Math.Log(prices[k] / belief[k]);
        for (int k = 0; k < prices.Length; k++) payoff[k] = wealth + Tolerance * (Math.Log(belief[k] / prices[k]) + divergence);
    }
}
