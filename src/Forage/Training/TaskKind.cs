namespace Forage.Training;

/// <summary>What is learnt from examples; it decides how labels are read, which loss is the default and what a prediction is.</summary>
public enum TaskKind
{
    /// <summary>A number; squared loss unless told otherwise.</summary>
    Regress,

    /// <summary>One of two classes, labelled -1 and 1; logistic loss unless told otherwise.</summary>
    Classify,

    /// <summary>One of several classes, one against all; logistic loss unless told otherwise.</summary>
    Multiclass,

    /// <summary>A set of labels, each learnt by itself; logistic loss unless told otherwise.</summary>
    Multilabel,

    /// <summary>One or several quantiles of a number, from all examples at once; pinball loss.</summary>
    Quantile,
}
