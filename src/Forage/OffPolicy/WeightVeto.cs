using System.Globalization;
using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy;

/// <summary>
/// When not to believe a candidate's self-normalised value: its weights on decisions it has not been learnt from say that it has overfitted the propensities
/// (Swaminathan and Joachims 2015) or does what the log hardly ever did.
/// </summary>
/// <remarks>
/// A learner can raise Σ w (r - λ) without earning anything, by shunning what was logged (λ &gt; r: mean weight below 1) or by crowding onto it (λ &lt; r: above 1). SNIPS divides that out and shows
/// a good value all the same, so it must not choose among such candidates unchecked. For weights with E[w] = 1 only, that is not for truncated ones.
/// </remarks>
public sealed record WeightVeto
{
    /// <summary>Smallest mean weight believed. Default 0.9.</summary>
    public double LeastMean { get; init; } = 0.9;

    /// <summary>Largest mean weight believed. Default 1.15.</summary>
    public double MostMean { get; init; } = 1.15;

    /// <summary>Whether every position's mean weight has to be believed, not only their mean. Later positions vary more. Default false.</summary>
    public bool EachPosition { get; init; }

    /// <summary>Smallest effective sample size believed, in decisions. Default 100.</summary>
    public double LeastEffectiveSize { get; init; } = 100;

    /// <summary>Smallest effective sample size believed, as a share of the decisions. Default 0.</summary>
    public double LeastEffectiveShare { get; init; }

    /// <summary>Why the weights are not to be believed, in one sentence; null if nothing speaks against them.</summary>
    public string? Reason(SlateWeightStatistics weights)
    {
        Validate();
        if (weights.Whole.Count == 0) return "Vetoed: no decision was weighed.";
        if (Mean(weights.Whole.Mean, "the mean weight") is { } reason) return reason;
        for (int j = 0; EachPosition && j < weights.Length; j++)
            if (Mean(weights[j].Mean, $"the mean weight of position {j + 1}") is { } position) return position;
        var c = CultureInfo.InvariantCulture;
        double size = weights.Whole.EffectiveSampleSize, share = size / weights.Whole.Count;
        if (!(size >= LeastEffectiveSize))
            return string.Create(c, $"Vetoed: its weights make {weights.Whole.Count:N0} decisions worth {size:N1} (at least {LeastEffectiveSize:N0} are asked for), the largest being {weights.Whole.Largest:G3}: it does what the log hardly ever did.");
        if (!(share >= LeastEffectiveShare))
            return string.Create(c, $"Vetoed: its weights make {weights.Whole.Count:N0} decisions worth {100 * share:0.##} % of them (at least {100 * LeastEffectiveShare:0.##} % is asked for), the largest being {weights.Whole.Largest:G3}: it does what the log hardly ever did.");
        return null;
    }

    /// <summary>Whether nothing speaks against weights of which only this is known; <see cref="EachPosition"/> is not looked at.</summary>
    /// <param name="mean">Mean weight.</param>
    /// <param name="effectiveSize">(Σw)²/Σw².</param>
    /// <param name="count">Decisions.</param>
    public bool Believes(double mean, double effectiveSize, long count)
    {
        Validate();
        return count > 0 && mean >= LeastMean && mean <= MostMean && effectiveSize >= LeastEffectiveSize && effectiveSize >= LeastEffectiveShare * count;
    }

    private string? Mean(double mean, string what)
    {
        if (mean >= LeastMean && mean <= MostMean) return null;
        string how = mean < LeastMean ? "shuns what was logged" : "crowds onto what was logged";
        return string.Create(CultureInfo.InvariantCulture, $"Vetoed: {what} is {mean:0.###}, where 1 is expected and {LeastMean:0.###} to {MostMean:0.###} is believed: it {how}, so its propensities are overfitted.");
    }

    private void Validate()
    {
        if (!(LeastMean is >= 0 and < 1)) OffPolicyThrow.BadOption("LeastMean", LeastMean, "a number from 0 to below 1");
        if (!(MostMean > 1)) OffPolicyThrow.BadOption("MostMean", MostMean, "a number above 1");
        if (!(LeastEffectiveSize >= 0)) OffPolicyThrow.BadOption("LeastEffectiveSize", LeastEffectiveSize, "at least 0");
        if (!(LeastEffectiveShare is >= 0 and <= 1)) OffPolicyThrow.BadOption("LeastEffectiveShare", LeastEffectiveShare, "a share from 0 to 1");
    }
}
