namespace Forage.Bandits;

/// <summary>Bandit algorithms over linear models.</summary>
public enum BanditKind
{
    /// <summary>The best action, but with probability ε_t any action.</summary>
    EpsilonGreedy,

    /// <summary>Uniform for a number of rounds, then always the best action.</summary>
    ExploreFirst,

    /// <summary>Uniform in some rounds, and only those are learnt from; the best action in the others (Langford, Zhang 2007).</summary>
    EpochGreedy,

    /// <summary>Actions in proportion to exp(λ · predicted reward).</summary>
    Softmax,

    /// <summary>Inverse gap weighting (Abe, Long 1999; Foster, Rakhlin 2020).</summary>
    SquareCb,

    /// <summary>Votes of models learnt from Poisson bootstrap samples (Oza, Russell 2001; paper 02, §6).</summary>
    Bagging,

    /// <summary>Votes of policies that are rewarded for differing from one another (paper 02, §6).</summary>
    OnlineCover,

    /// <summary>The actions that some regressor of small loss takes for the best (Foster, Agarwal, Dudík, Luo, Schapire 2018).</summary>
    RegCb,

    /// <summary>The action of highest upper confidence bound of ridge regression (Li, Chu, Langford, Schapire 2010).</summary>
    LinUcb,

    /// <summary>Each action as often as it is the best under the posterior of Bayesian linear regression (Thompson 1933; Agrawal, Goyal 2013).</summary>
    Thompson,
}
