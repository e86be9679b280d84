namespace Forage.Linear;

/// <summary>Loss of the online linear learner, of prediction p and label y.</summary>
public enum LossKind
{
    /// <summary>(p - y)².</summary>
    Squared,

    /// <summary>ln(1 + exp(-y p)), y = ±1; p is a log-odds.</summary>
    Logistic,

    /// <summary>max(0, 1 - y p), y = ±1.</summary>
    Hinge,

    /// <summary>Pinball loss: τ (y - p) above, (1 - τ)(p - y) below.</summary>
    Quantile,

    /// <summary>Poisson deviance 2 (y (ln y - p) - (y - exp p)); p is a log-rate, y ≥ 0. Steps follow half of it.</summary>
    Poisson,
}
