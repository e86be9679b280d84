using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy.Learning.Objectives;

/// <summary>
/// The direct method's partial classification loss: L = Σ_j ω_j ℓ(s(y_j), r_j) with ℓ the logistic loss -r ln σ(s) - (1 - r) ln(1 - σ(s)), over the actions shown
/// only. ω = 1, or min(M, 1/ρ_j)/M for regression that fits all actions as if they had been shown equally often.
/// </summary>
/// <param name="cap">M; 0 for ω = 1.</param>
public sealed class DirectObjective(double cap = 0) : ISlateObjective
{
    /// <summary>M.</summary>
    public double Cap { get; } = cap >= 0 ? cap : throw ObjectiveThrow.Wrong($"The cap on weights is {cap}; expected 0 (no weights) or a positive number.");

    /// <inheritdoc/>
    public bool ShownOnly => true;

    /// <inheritdoc/>
    public bool NeedsPrediction => false;

    /// <inheritdoc/>
    public double Gradient(scoped in ScoredDecision decision, scoped Span<float> gradients)
    {
        gradients.Clear();
        double loss = 0;
        for (int j = 0; j < decision.Length; j++)
        {
            if (decision.Places[j] < 0) continue;
            double weight = Cap > 0 ? Math.Min(Cap, Math.Exp(-decision.LogPropensities[j])) / Cap : 1;
            double s = decision.Scores[decision.Places[j]], r = decision.Rewards[j];
            loss += weight * (Math.Max(s, 0) - r * s + Math.Log(1 + Math.Exp(-Math.Abs(s))));
            gradients[decision.Places[j]] += (float)(weight * (1 / (1 + Math.Exp(-s)) - r));
        }
        return loss;
    }
}
