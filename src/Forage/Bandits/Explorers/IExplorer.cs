namespace Forage.Bandits.Explorers;

/// <summary>A rule from predicted rewards to a distribution. Pure: the same scores in the same round give the same distribution, and nothing is kept.</summary>
public interface IExplorer
{
    /// <summary>Writes the distribution to draw from.</summary>
    /// <param name="scores">Predicted reward of each action, as a rule in [0, 1]; -∞ for actions that cannot be chosen, of which there is at least one other.</param>
    /// <param name="round">Number of the round, from 1.</param>
    /// <param name="pmf">As many probabilities as scores; they sum to 1.</param>
    void Explore(ReadOnlySpan<float> scores, long round, Span<double> pmf);
}
