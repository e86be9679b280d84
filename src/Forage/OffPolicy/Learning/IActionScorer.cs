namespace Forage.OffPolicy.Learning;

/// <summary>Scores every action of a decision; the higher the better. Reads only: several threads may score at once, each with its own scratch.</summary>
public interface IActionScorer
{
    /// <summary>Writes one score an action; -∞ marks an action never to be taken.</summary>
    /// <param name="context">The decision.</param>
    /// <param name="scores">Receives <see cref="DecisionContext.ActionCount"/> scores; what it gives excluded actions is not used.</param>
    /// <param name="scratch">Working memory.</param>
    void Score(scoped in DecisionContext context, scoped Span<float> scores, PolicyScratch scratch);
}
