using Forage.Bandits.Elimination.Internals;

namespace Forage.Bandits.Elimination;

/// <summary>How <see cref="PolicyElimination"/> works; as it stands, it is Algorithm 1 of Dudík et al. 2011.</summary>
public sealed record PolicyEliminationOptions
{
    /// <summary>δ in (0, 1): probability with which the guarantees may fail.</summary>
    public double Delta { get; init; } = 0.05;

    /// <summary>b_t is multiplied by this, &gt; 0; below 1 nothing is promised any more.</summary>
    public double RadiusMultiplier { get; init; } = 1;

    internal PolicyEliminationOptions Validated()
    {
        if (!(Delta is > 0 and < 1)) EliminationThrow.Wrong($"The probability of failure δ is {Delta}; expected one between 0 and 1.");
        if (!(RadiusMultiplier > 0 && double.IsFinite(RadiusMultiplier))) EliminationThrow.Wrong($"The radius is multiplied by {RadiusMultiplier}; expected a positive number.");
        return this;
    }

    /// <summary>ln(1/δ_t) with δ_t = δ/(4N t²).</summary>
    public double LogConfidence(long round, int count) => Math.Log(4 * count / Delta) + 2 * Math.Log(round);

    /// <summary>μ_t = min{1/(2K), √(ln(1/δ_t)/(2Kt))}.</summary>
    public double SmoothingAt(long round, int count, int actions) => Math.Min(0.5 / actions, Math.Sqrt(LogConfidence(round, count) / (2.0 * actions * round)));

    /// <summary>2 b_t = 4 √(2K ln(1/δ_t)/t): what an estimate may fall short of the best.</summary>
    public double RadiusAt(long round, int count, int actions) => RadiusMultiplier * 4 * Math.Sqrt(2.0 * actions * LogConfidence(round, count) / round);
}
