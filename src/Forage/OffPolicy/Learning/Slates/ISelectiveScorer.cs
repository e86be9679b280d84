namespace Forage.OffPolicy.Learning.Slates;

/// <summary>Scores some actions of a decision at a cost that does not depend on how many there are in all. Reads only.</summary>
public interface ISelectiveScorer
{
    /// <summary>Number of actions that can be scored.</summary>
    int ActionCount { get; }

    /// <summary>True if ln ρ is needed.</summary>
    bool NeedsPrior { get; }

    /// <summary>Scores <paramref name="actions"/>; empty for all.</summary>
    /// <param name="context">The decision.</param>
    /// <param name="actions">Actions to score; empty for 0, 1, 2, …</param>
    /// <param name="logPrior">ln ρ of each; empty if it is not needed.</param>
    /// <param name="scores">Receives the scores.</param>
    /// <param name="scratch">Working memory.</param>
    void Score(scoped in DecisionContext context, scoped ReadOnlySpan<int> actions, scoped ReadOnlySpan<float> logPrior, scoped Span<float> scores, PolicyScratch scratch);
}
