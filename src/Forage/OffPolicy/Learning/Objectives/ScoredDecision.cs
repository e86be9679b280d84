namespace Forage.OffPolicy.Learning.Objectives;

/// <summary>A decision as an objective sees it: scores of the actions looked at, what was shown at which of them, and what came of it. A view.</summary>
public readonly ref struct ScoredDecision
{
    /// <summary>Scores s of the actions looked at, Φ(x).</summary>
    public required ReadOnlySpan<float> Scores { get; init; }

    /// <summary>For each position j of the slate where y_j stands among <see cref="Scores"/>; -1 if it is not looked at.</summary>
    public required ReadOnlySpan<int> Places { get; init; }

    /// <summary>ln ρ_j, ρ_j = ρ(y_j | x, y_1..y_{j-1}) the propensity of each position.</summary>
    public required ReadOnlySpan<double> LogPropensities { get; init; }

    /// <summary>Rewards r_j in [0, 1].</summary>
    public required ReadOnlySpan<double> Rewards { get; init; }

    /// <summary>Predicted rewards r̂ of the actions looked at, for objectives that need them; else empty.</summary>
    public ReadOnlySpan<float> Predicted { get; init; }

    /// <summary>Cluster of each action looked at, for objectives that need them; else empty.</summary>
    public ReadOnlySpan<int> Clusters { get; init; }

    /// <summary>ln ρ(y|x) of each action looked at (first position), beside <see cref="Clusters"/>; else empty.</summary>
    public ReadOnlySpan<float> LogPrior { get; init; }

    /// <summary>Positions of the slate.</summary>
    public int Length => Places.Length;
}
