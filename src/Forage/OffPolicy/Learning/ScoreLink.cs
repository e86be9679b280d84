namespace Forage.OffPolicy.Learning;

/// <summary>How scores become a distribution.</summary>
public enum ScoreLink
{
    /// <summary>p ∝ exp(s/T).</summary>
    Softmax,

    /// <summary>p ∝ σ(s)^(1/T): marginals of independent labels, normalised to sum to 1 as multilabel logging needs.</summary>
    Marginals,
}
