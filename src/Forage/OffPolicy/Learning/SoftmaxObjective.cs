namespace Forage.OffPolicy.Learning;

/// <summary>What a <see cref="SoftmaxLearner"/> maximises; w_j = q_j(y_j)/ρ_j with q_j the policy at position j.</summary>
public enum SoftmaxObjective
{
    /// <summary>Σ_j (r_j/ρ_j) ln q_j(y_j): a concave lower bound (up to constants) of the inverse-propensity value.</summary>
    WeightedLikelihood,

    /// <summary>Σ_j w_j (r_j - λ): the Lagrangian of the self-normalised value, whose translation λ stops a policy from dodging the data.</summary>
    SelfNormalized,
}
