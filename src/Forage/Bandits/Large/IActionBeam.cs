using Forage.Features;

namespace Forage.Bandits.Large;

/// <summary>
/// What finds the promising among very many actions without scoring all: a label tree searched by a beam, an index of vectors. It reads only, and may be asked from several threads,
/// each with memory of its own.
/// </summary>
public interface IActionBeam
{
    /// <summary>Number of actions.</summary>
    int Actions { get; }

    /// <summary>Writes up to <paramref name="actions"/>.Length different actions with their predicted rewards, best first, and returns how many.</summary>
    /// <param name="context">Features of the decision.</param>
    /// <param name="actions">Receives the actions.</param>
    /// <param name="scores">Receives their predicted rewards in [0, 1]; as long as <paramref name="actions"/>.</param>
    int Search(in FeatureRow context, Span<int> actions, Span<float> scores);
}
