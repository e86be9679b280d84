namespace Forage.OffPolicy.Selective;

/// <summary>
/// An action selector Φ: the few actions of each decision that are looked at (Lopez, Dhillon, Jordan 2021). It must not look at what was chosen in
/// the decision or what came of it, and Φ(x) ⊂ supp ρ(·|x) is needed wherever weights are formed.
/// </summary>
public interface IActionSelector
{
    /// <summary>Φ(x): distinct eligible actions, in any order.</summary>
    /// <param name="context">The decision.</param>
    /// <param name="scratch">Where the result may live until <see cref="PolicyScratch.Clear"/>; nothing is allocated in steady state.</param>
    ReadOnlySpan<int> Select(scoped in DecisionContext context, PolicyScratch scratch);
}
