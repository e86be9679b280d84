namespace Forage.Bandits;

/// <summary>How a bandit turns the reward of one action, drawn with probability p, into something to regress on. y is the reward on the scale of the regressors.</summary>
public enum CostEstimator
{
    /// <summary>Importance-weighted regression: the action drawn learns y with importance 1/(p K); the others learn nothing (Bietti, Agarwal, Langford 2021, §2.3). The default.</summary>
    Mtr,

    /// <summary>Doubly robust: every action b learns f(b) + 1{b = a}(y - f(a))/p, f a reward model of its own (Dudík, Langford, Li 2011).</summary>
    Dr,

    /// <summary>Inverse propensity scores: every action b learns 1{b = a} y/p (Horvitz, Thompson 1952).</summary>
    Ips,

    /// <summary>Direct method: the action drawn learns y; probabilities do not matter.</summary>
    Dm,
}
