using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy.Learning.Objectives;

/// <summary>
/// Importance-weighted value with a translated reward: F = w (r - λ), w = q_j(y_j)/ρ_j. Over Φ(x) = top p of the logging policy it is POXM's objective (Lopez, Dhillon,
/// Jordan 2021, Eq. 12), over all actions BanditNet's (their Eq. 2; Joachims, Swaminathan, de Rijke 2018).
/// </summary>
/// <remarks>
/// Beyond the papers: above a cap M the weight goes on logarithmically, F = M (1 + ln(w/M)) (r - λ), so that its slope stays at M (clipping that does not stop
/// teaching); and with K &gt; 1 the weight is that of being among K draws, (1 - (1 - q)^K)/ρ, whose slope K q (1 - q)^(K-1)/ρ no longer pushes what is certain to be shown
/// (Chen et al. 2019, top-K off-policy correction). With λ = 1 and r ∈ {0, 1} only failures teach.
/// </remarks>
public sealed class SelectiveObjective : SlateSoftmaxObjective
{
    private readonly double _logCap;

    /// <summary>The objective.</summary>
    /// <param name="translation">λ.</param>
    /// <param name="cap">M; infinite for the papers' objective.</param>
    /// <param name="topK">K; 1 for the papers' objective.</param>
    public SelectiveObjective(double translation, double cap = double.PositiveInfinity, int topK = 1)
    {
        if (!double.IsFinite(translation)) throw ObjectiveThrow.Wrong($"The translation λ is {translation}; expected a number.");
        if (!(cap > 0)) throw ObjectiveThrow.Wrong($"The cap on weights is {cap}; expected a positive number.");
        if (topK < 1) throw ObjectiveThrow.Wrong($"The number of draws K is {topK}; expected at least 1.");
        if (topK > 1 && !double.IsPositiveInfinity(cap)) throw ObjectiveThrow.Wrong($"A cap of {cap} and a top-{topK} correction were asked for; expected one of them.");
        (Translation, Cap, TopK, _logCap) = (translation, cap, topK, Math.Log(cap));
    }

    /// <summary>λ.</summary>
    public double Translation { get; }

    /// <summary>M.</summary>
    public double Cap { get; }

    /// <summary>K.</summary>
    public int TopK { get; }

    /// <inheritdoc/>
    protected override (double Value, double Slope) Position(double logQ, double logPropensity, double reward)
    {
        double gain = reward - Translation, logWeight = logQ - logPropensity;
        if (gain == 0) return (0, 0);
        if (TopK > 1)
        {
            double q = Math.Exp(logQ), rest = Math.Pow(1 - q, TopK - 1), inverse = Math.Exp(-logPropensity);
            return (gain * inverse * (1 - rest * (1 - q)), gain * inverse * TopK * q * rest);
        }
        if (logWeight > _logCap) return (gain * Cap * (1 + logWeight - _logCap), gain * Cap);
        double weight = Math.Exp(logWeight);
        return (gain * weight, gain * weight);
    }
}

/// <summary>Likelihood of what was rewarded, weighted by the inverse propensity: F = min(M, 1/ρ) r ln q. Concave in the scores.</summary>
/// <param name="cap">M &gt; 0.</param>
public sealed class WeightedLikelihoodObjective(double cap = 100) : SlateSoftmaxObjective
{
    /// <summary>M.</summary>
    public double Cap { get; } = cap > 0 ? cap : throw ObjectiveThrow.Wrong($"The cap on weights is {cap}; expected a positive number.");

    /// <inheritdoc/>
    protected override (double Value, double Slope) Position(double logQ, double logPropensity, double reward)
    {
        double weight = reward * Math.Min(Cap, Math.Exp(-logPropensity));
        return weight == 0 ? (0, 0) : (weight * logQ, weight);
    }
}

/// <summary>Logarithmic smoothing: F = ln(1 + τ w r)/τ, a lower bound of w r that large weights hardly move. Rewards ≥ 0. Sakhi et al. 2024.</summary>
/// <param name="smoothing">τ &gt; 0; towards 0 it is the plain importance-weighted value.</param>
public sealed class SmoothedObjective(double smoothing) : SlateSoftmaxObjective
{
    /// <summary>τ.</summary>
    public double Smoothing { get; } = smoothing > 0 && double.IsFinite(smoothing) ? smoothing
        : throw ObjectiveThrow.Wrong($"The smoothing τ is {smoothing}; expected a positive number.");

    /// <inheritdoc/>
    protected override (double Value, double Slope) Position(double logQ, double logPropensity, double reward)
    {
        double x = reward * Math.Exp(logQ - logPropensity);
        return (Math.Log(1 + Smoothing * x) / Smoothing, x / (1 + Smoothing * x));
    }
}
