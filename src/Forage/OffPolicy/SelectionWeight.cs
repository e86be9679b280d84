namespace Forage.OffPolicy;

/// <summary>What a selection of actions Φ makes of a weight π/ρ: the two readings of "selective importance sampling" (Lopez, Dhillon, Jordan 2021).</summary>
public enum SelectionWeight
{
    /// <summary>
    /// w_j 1{y_j ∈ Φ(x)}, for single decisions π(y|x) 1{y ∈ Φ(x)}/ρ(y|x): estimates what π earns inside Φ. Theorem 1 holds: for rewards in [0, Δ] the bias is at most
    /// Δκ downwards. E[w_j] = Pr_π(y_j ∈ Φ) ≤ 1, so self-normalising is not for it.
    /// </summary>
    Truncated,

    /// <summary>
    /// The weights of π restricted to Φ(x) and renormalised: π(y|x, y ∈ Φ)/ρ(y|x), Eq. 7 as printed, and with <see cref="SlateWeighting.Pruned"/> Eqs. 10-11. E[w_j] = 1: it estimates another policy's value, that of
    /// the policy that learning within Φ deploys. Theorem 1 does <em>not</em> hold for it. A ranking policy becomes its ranking without what is outside Φ.
    /// </summary>
    Renormalized,
}
