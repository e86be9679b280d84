namespace Forage.Extreme.Tree;

/// <summary>Loss of a node's classifier with margin s, and with it the probability it stands for.</summary>
public enum NodeLoss
{
    /// <summary>ln(1 + exp(-y s)); the probability is 1 / (1 + exp(-s)).</summary>
    Logistic,

    /// <summary>max(0, 1 - y s)²; the probability is taken as exp(-max(0, 1 - s)²) (Prabhu et al., Parabel, 2018).</summary>
    SquaredHinge,
}
