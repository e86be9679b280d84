namespace Forage.Budgets;

/// <summary>
/// A bandit algorithm under budgets, over K actions and a finite set of contexts. Action 0 is the null action: it earns nothing and consumes nothing but time (paper 01, §3).
/// Whether an action may be taken is the ledger's business; the algorithm paces itself by what it observes.
/// </summary>
public interface IBudgetedBandit
{
    /// <summary>Number of actions K, the null action among them.</summary>
    int Actions { get; }

    /// <summary>The distribution of the coming round in this context.</summary>
    /// <param name="context">Context of the round, 0 ≤ x &lt; contexts.</param>
    /// <param name="pmf">K probabilities, written; they sum to one.</param>
    void Distribution(int context, Span<double> pmf);

    /// <summary>What the round showed.</summary>
    /// <param name="context">Context of the round.</param>
    /// <param name="action">Action that was drawn and taken.</param>
    /// <param name="probability">Probability it was drawn with.</param>
    /// <param name="reward">Its reward, in [0, 1].</param>
    /// <param name="consumption">What it consumed of each resource but time, in [0, 1].</param>
    void Observe(int context, int action, double probability, double reward, ReadOnlySpan<double> consumption);

    /// <summary>The ledger refused the action that was drawn: the round passed with nothing done. What is left only falls, so the action is held to be closed for the rest of the run.</summary>
    /// <param name="context">Context of the round.</param>
    /// <param name="action">The action that was refused.</param>
    void Skip(int context, int action);
}
