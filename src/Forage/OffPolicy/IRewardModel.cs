namespace Forage.OffPolicy;

/// <summary>
/// A model r̂(x, a) of the expected reward of showing action a in context x, at any position of a slate. The direct and doubly robust estimators
/// call it. To keep the latter unbiased it must not have been trained on the decisions it is evaluated on.
/// </summary>
public interface IRewardModel
{
    /// <summary>Predicts the reward of each of <paramref name="actions"/>.</summary>
    /// <param name="context">The decision.</param>
    /// <param name="actions">Actions asked for; empty means all, in order.</param>
    /// <param name="rewards">Receives one reward an action; may be longer.</param>
    /// <param name="scratch">Working memory; nothing is allocated in steady state.</param>
    void Predict(scoped in DecisionContext context, scoped ReadOnlySpan<int> actions, scoped Span<double> rewards, PolicyScratch scratch);
}
