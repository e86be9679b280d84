namespace Forage.OffPolicy.Learning.Objectives;

/// <summary>What is learnt from a logged decision: a loss L of the scores of the actions looked at, and its gradient. Pure; safe from several threads.</summary>
public interface ISlateObjective
{
    /// <summary>True if only the actions shown matter, so that no others need scoring.</summary>
    bool ShownOnly { get; }

    /// <summary>True if <see cref="ScoredDecision.Predicted"/> is needed.</summary>
    bool NeedsPrediction { get; }

    /// <summary>True if <see cref="ScoredDecision.Clusters"/> and <see cref="ScoredDecision.LogPrior"/> are needed.</summary>
    bool NeedsClusters => false;

    /// <summary>Writes dL/ds of every action looked at.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="gradients">Receives the gradients, one a score.</param>
    /// <returns>L.</returns>
    double Gradient(scoped in ScoredDecision decision, scoped Span<float> gradients);
}
