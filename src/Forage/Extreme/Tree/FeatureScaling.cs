namespace Forage.Extreme.Tree;

/// <summary>What is done to the features of an example before a model over many labels sees them; kept in the model, so that predicting repeats it.</summary>
public enum FeatureScaling
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>x / ‖x‖₂.</summary>
    L2,

    /// <summary>
    /// Counts to weights, then length 1: x_f = (1 + ln tf_f) · ln(N / df_f), divided by ‖x‖₂; N examples, df_f of them with feature f. Below 1, where the logarithm
    /// would turn negative, the value itself stands for 1 + ln tf.
    /// </summary>
    LogTfIdf,
}
