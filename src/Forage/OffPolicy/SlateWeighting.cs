namespace Forage.OffPolicy;

/// <summary>Which importance weight goes with the reward of position j of a slate. All are the same for single decisions.</summary>
public enum SlateWeighting
{
    /// <summary>w_j = Π_{i≤j} π(y_i|x,y_{&lt;i})/ρ(y_i|x,y_{&lt;i}): unbiased whatever the rewards depend on up to position j.</summary>
    Prefix,

    /// <summary>The product over the whole slate for every position: unbiased even if a reward depends on later positions; the most variable.</summary>
    WholeSlate,

    /// <summary>
    /// w_j = P_π(y_j ∈ Y)/P_ρ(y_j ∈ Y): unbiased if the reward of an action depends on context and action only, not on its place or company; by far
    /// the least variable of the unbiased ones. Needs the logging distribution (logged, or given as a policy) and Plackett-Luce or ranked slates.
    /// </summary>
    Inclusion,

    /// <summary>
    /// w_j = π(y_j|x,y_{&lt;j})/ρ(y_j|x,y_{&lt;j}) alone, as in learning objectives for slates: <em>biased</em> for V(π), since prefixes are the logging policy's. For
    /// comparing policies and choosing hyper-parameters only.
    /// </summary>
    Pruned,
}
