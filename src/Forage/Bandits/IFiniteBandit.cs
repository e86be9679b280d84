namespace Forage.Bandits;

/// <summary>
/// A bandit algorithm over K actions and a finite set of contexts, numbered from 0: each round a context comes, the algorithm
/// says with which probability it would play each action, one is drawn, and only that action's reward is seen.
/// </summary>
public interface IFiniteBandit
{
    /// <summary>Number of actions K.</summary>
    int Actions { get; }

    /// <summary>The distribution of the coming round in this context: exactly what the action is to be drawn with.</summary>
    /// <param name="context">Context of the round, 0 ≤ x &lt; contexts.</param>
    /// <param name="pmf">K probabilities, written; they sum to one.</param>
    void Distribution(int context, Span<double> pmf);

    /// <summary>What the round showed.</summary>
    /// <param name="context">Context of the round.</param>
    /// <param name="action">Action played.</param>
    /// <param name="probability">Probability it was drawn with, as <see cref="Distribution"/> said.</param>
    /// <param name="reward">Its reward, in [0, 1].</param>
    void Observe(int context, int action, double probability, double reward);
}
