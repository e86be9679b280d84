using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Bandits;

/// <summary>
/// Decides and learns online. A decision is a <see cref="DecisionContext"/>: a shared row and, if actions have features, a row an action. What is learnt
/// from is (context, action, probability, reward), so rewards may come late and in any order: keep the four together, as a log does. A decision whose
/// reward never comes is simply not learnt from.
/// </summary>
/// <remarks>For one thread at a time: deciding uses working memory of the bandit's own.</remarks>
public interface IContextualBandit : IDisposable
{
    /// <summary>Number of rounds learnt from.</summary>
    long Rounds { get; }

    /// <summary>The distribution the next draw would be made from; changes nothing.</summary>
    /// <param name="context">The decision.</param>
    /// <param name="pmf">One probability an action; they sum to 1, excluded actions have 0.</param>
    void Distribution(scoped in DecisionContext context, Span<double> pmf);

    /// <summary>Draws an action.</summary>
    /// <param name="context">The decision.</param>
    /// <param name="rng">Randomness; one draw is made.</param>
    /// <returns>The action and exactly the probability it was drawn with.</returns>
    Draw Decide(scoped in DecisionContext context, ref Rng rng);

    /// <summary>Learns from one round. A call that is refused has changed nothing.</summary>
    /// <param name="context">The decision, as it was.</param>
    /// <param name="action">The action taken.</param>
    /// <param name="probability">The probability it was drawn with.</param>
    /// <param name="reward">What came of it, within the range the bandit was made for.</param>
    /// <exception cref="ForageException">The action is out of range or excluded, the probability not in (0, 1], the reward not a number or out of range.</exception>
    void Learn(scoped in DecisionContext context, int action, double probability, double reward);
}
