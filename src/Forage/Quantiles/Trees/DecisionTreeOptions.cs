using Forage.Quantiles.Internals;

namespace Forage.Quantiles.Trees;

/// <summary>How the split of a node is chosen.</summary>
public enum SplitCriterion
{
    /// <summary>C4.5: the largest gain ratio among splits of at least average gain.</summary>
    GainRatio,

    /// <summary>The largest information gain.</summary>
    Gain,
}

/// <summary>How a decision tree is grown. The defaults are those of J48, the C4.5 of WEKA, but for subtree raising, which is not done.</summary>
public sealed record DecisionTreeOptions
{
    /// <summary>How splits are chosen.</summary>
    public SplitCriterion Criterion { get; init; } = SplitCriterion.GainRatio;

    /// <summary>Least weight of a leaf; weights are scaled to a mean of 1.</summary>
    public double LeafWeight { get; init; } = 2;

    /// <summary>Charges a split log2(number of possible cuts)/weight bits, and asks more of a leaf in large nodes (a twentieth of the node's weight, at most 25), as C4.5 release 8 does.</summary>
    public bool Penalty { get; init; } = true;

    /// <summary>Confidence of pessimistic pruning, in (0, 0.5]; null: no pruning.</summary>
    public double? PruningConfidence { get; init; } = 0.25;

    /// <summary>Most questions from root to leaf.</summary>
    public int Depth { get; init; } = 60;

    /// <summary>Columns looked at in each node, drawn anew; null: all.</summary>
    public int? ColumnsOfNode { get; init; }

    /// <summary>Most bins a column.</summary>
    public int Bins { get; init; } = BinnedTable.MostBins;

    /// <summary>The options, checked.</summary>
    public DecisionTreeOptions Validated()
    {
        if (!(LeafWeight > 0 && double.IsFinite(LeafWeight))) QuantileThrow.Wrong($"The least weight of a leaf is {LeafWeight}; expected a positive number.");
        if (PruningConfidence is { } c && !(c is > 0 and <= 0.5)) QuantileThrow.Wrong($"The pruning confidence is {c}; expected a number above 0 up to 0.5.");
        if (Depth is < 0 or > 200) QuantileThrow.Wrong($"The depth of trees is {Depth}; expected 0 to 200.");
        if (ColumnsOfNode is < 1) QuantileThrow.Wrong($"The number of columns a node is {ColumnsOfNode}; expected at least 1.");
        if (Bins is < 2 or > BinnedTable.MostBins) QuantileThrow.Wrong($"The number of bins is {Bins}; expected 2 to {BinnedTable.MostBins}.");
        return this;
    }
}
