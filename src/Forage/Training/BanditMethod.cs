namespace Forage.Training;

/// <summary>How a policy is learnt from logged decisions.</summary>
public enum BanditMethod
{
    /// <summary>Multi-task regression: the reward of the action shown, with weight 1/ρ (capped).</summary>
    Mtr,

    /// <summary>Direct method: the same without weights.</summary>
    Dm,

    /// <summary>Doubly robust: the direct method corrected by weighted residuals.</summary>
    Dr,

    /// <summary>Inverse propensity scores: a softmax policy by the weighted log-likelihood of rewarded actions.</summary>
    Ips,

    /// <summary>Self-normalised: the same objective with rewards moved by a constant, which bounds what weights alone can gain.</summary>
    Snips,
}
