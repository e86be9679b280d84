namespace Forage.Training;

/// <summary>How quantiles are learnt. All but the last two are Quanting with different classifiers.</summary>
public enum QuantileMethod
{
    /// <summary>Boosted trees that serve all thresholds in one pass.</summary>
    Boosted,

    /// <summary>The same with one more feature: a kernel regression's opinion. Better where the target is smooth; slower.</summary>
    Smooth,

    /// <summary>Both, mixed for each quantile by their losses out of fold. The most accurate; as slow as both.</summary>
    Blend,

    /// <summary>A C4.5 decision tree a threshold: the paper's J48.</summary>
    Tree,

    /// <summary>Bagged decision trees, a bag a threshold.</summary>
    Bagged,

    /// <summary>A logistic regression a threshold.</summary>
    Logistic,

    /// <summary>The online linear learner, a slot a threshold.</summary>
    Online,

    /// <summary>The one-classifier trick: a single C4.5 decision tree with the threshold as a feature.</summary>
    OneTree,

    /// <summary>Linear quantile regression, exact.</summary>
    Linear,

    /// <summary>Kernel quantile regression, at most so many rows.</summary>
    Kernel,
}
