using Forage.Markets.Internals;

namespace Forage.Markets;

/// <summary>How a <see cref="KellyMarket"/> begins.</summary>
public sealed record KellyMarketOptions
{
    /// <summary>Wealth of each trader at the start, in any unit; null: all equal. A trader with none never matters.</summary>
    public IReadOnlyList<double>? Wealth { get; init; }

    /// <summary>Kelly fraction λ of each; null: all 1.</summary>
    public IReadOnlyList<double>? Fractions { get; init; }

    /// <summary>
    /// c in [0, 1/m): beliefs become c + (1 - m c) p, so that nobody is ever certain. 0 leaves them alone; then a belief of 0 in what comes true costs all wealth,
    /// for ever. Against the unclipped beliefs the bound grows by -ln(1 - m c) a round.
    /// </summary>
    public double Clip { get; init; }

    internal void Validate(int traders, int outcomes)
    {
        if (traders < 1) MarketsThrow.BadOption("The number of traders", traders, "at least 1");
        if (outcomes < 2) MarketsThrow.BadOption("The number of outcomes", outcomes, "at least 2");
        if (!(Clip >= 0 && Clip * outcomes < 1)) MarketsThrow.BadOption(nameof(Clip), Clip, "at least 0 and less than 1 over the number of outcomes");
        if (Wealth is not null && Wealth.Count != traders) MarketsThrow.BadLength(nameof(Wealth), Wealth.Count, traders);
        if (Fractions is not null && Fractions.Count != traders) MarketsThrow.BadLength(nameof(Fractions), Fractions.Count, traders);
        for (int i = 0; i < (Wealth?.Count ?? 0); i++)
            if (!(Wealth![i] >= 0 && double.IsFinite(Wealth[i]))) MarketsThrow.BadWealth(i, Wealth[i]);
        for (int i = 0; i < (Fractions?.Count ?? 0); i++)
            if (!(Fractions![i] >= 0 && Fractions[i] <= 1)) MarketsThrow.BadFraction(i, Fractions[i]);
    }
}
