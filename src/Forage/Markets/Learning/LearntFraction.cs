using Forage.Markets.Internals;

namespace Forage.Markets.Learning;

/// <summary>
/// A trader who learns her own Kelly fraction from two experts, herself and the market (paper 05, §9): λ' = λp/(λp + (1-λ)q), probabilities of what came true.
/// Then W_T/W_0 = λ_1 Π(p/q) + (1 - λ_1) at every time T. Hence W_T ≥ (1 - λ_1) W_0 always; her log loss is at most that of her own beliefs plus ln(1/λ_1), and at most that of the market plus ln(1/(1-λ_1)).
/// </summary>
/// <param name="first">λ_1 in [0, 1]: how much of the wealth may be lost.</param>
public sealed class LearntFraction(double first)
{
    private readonly double _first = first is >= 0 and <= 1 ? first : throw new ForageException(FormattableString.Invariant($"The first Kelly fraction is {first}: expected a number in [0, 1]."));
    private Compensated _odds, _wealth; // ln of Π p/q, ln W_T/W_0

    /// <summary>λ_t, used in the next round.</summary>
    public double Fraction
    {
        get
        {
            if (_first is 0 or 1) return _first;
            double logit = Math.Log(_first) - Math.Log(1 - _first) + _odds.Value;
            return logit >= 0 ? 1 / (1 + Math.Exp(-logit)) : Math.Exp(logit) / (1 + Math.Exp(logit));
        }
    }

    /// <summary>ln(W_T/W_0), summed over the bets as they were paid.</summary>
    public double LogWealth => _wealth.Value;

    /// <summary>ln Π(p/q): the wealth she would have with λ = 1 throughout.</summary>
    public double OwnLogWealth => _odds.Value;

    /// <summary>The belief she acts on, λp + (1-λ)q.</summary>
    public double Belief(double own, double price)
    {
        double fraction = Fraction;
        return fraction * own + (1 - fraction) * price;
    }

    /// <summary>An outcome came true that she gave p and the market q.</summary>
    /// <param name="own">p, in [0, 1].</param>
    /// <param name="price">q, in (0, 1].</param>
    public void Observe(double own, double price)
    {
        Beliefs.Check("The belief", own);
        if (!(price > 0 && price <= 1)) MarketsThrow.BadOption("The price of what came true", price, "a number above 0 and at most 1");
        if (own == 0 && _first == 1) throw new ForageException("An outcome came true that was given probability 0 with Kelly fraction 1: all is lost; begin with less than 1.");
        _wealth.Add(Math.Log(KellyBet.Factor(own, price, Fraction)));
        _odds.Add(Math.Log(own) - Math.Log(price));
    }
}
