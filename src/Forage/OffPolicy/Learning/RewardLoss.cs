namespace Forage.OffPolicy.Learning;

/// <summary>Loss by which a reward r in [0, 1] is regressed on a score s.</summary>
public enum RewardLoss
{
    /// <summary>-r ln σ(s) - (1 - r) ln(1 - σ(s)): the score is a log-odds, the prediction σ(s).</summary>
    Logistic,

    /// <summary>(s - r)²: the score is the prediction; any reward is allowed.</summary>
    Squared,
}
