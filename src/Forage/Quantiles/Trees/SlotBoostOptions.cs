using Forage.Quantiles.Internals;

namespace Forage.Quantiles.Trees;

/// <summary>How boosted trees over all thresholds are grown.</summary>
public sealed record SlotBoostOptions
{
    /// <summary>Most trees of a run.</summary>
    public int Rounds { get; init; } = 500;

    /// <summary>Share of a leaf's Newton step that is taken, in (0, 1].</summary>
    public double LearningRate { get; init; } = 0.2;

    /// <summary>Most leaves of a tree, at least 2.</summary>
    public int Leaves { get; init; } = 31;

    /// <summary>Fewest rows of a leaf.</summary>
    public int LeafRows { get; init; } = 10;

    /// <summary>Added to the curvature of a leaf, ≥ 0.</summary>
    public double L2 { get; init; } = 1;

    /// <summary>Share of the rows each tree learns from, drawn anew, in (0, 1].</summary>
    public double RowShare { get; init; } = 0.7;

    /// <summary>Share of the columns each tree may split, drawn anew, in (0, 1].</summary>
    public double ColumnShare { get; init; } = 1;

    /// <summary>
    /// Independent runs that are averaged. Of K ≥ 2 each leaves out one part of K of the rows and stops by its loss on that part; a single run leaves out a tenth. 0: one run over all rows that does not stop early.
    /// </summary>
    public int Folds { get; init; } = 4;

    /// <summary>Rounds without a better loss on the rows left out after which a run stops.</summary>
    public int Patience { get; init; } = 30;

    /// <summary>Most bins a column.</summary>
    public int Bins { get; init; } = 128;

    /// <summary>The options, checked.</summary>
    public SlotBoostOptions Validated()
    {
        if (Rounds is < 1 or > 100_000) QuantileThrow.Wrong($"The number of rounds is {Rounds}; expected 1 to 100000.");
        if (!(LearningRate is > 0 and <= 1)) QuantileThrow.Wrong($"The learning rate of boosting is {LearningRate}; expected a number above 0 up to 1.");
        if (Leaves is < 2 or > 4096) QuantileThrow.Wrong($"The number of leaves is {Leaves}; expected 2 to 4096.");
        if (LeafRows < 1) QuantileThrow.Wrong($"The fewest rows of a leaf are {LeafRows}; expected at least 1.");
        if (!(L2 >= 0 && double.IsFinite(L2))) QuantileThrow.Wrong($"The l2 penalty of leaves is {L2}; expected 0 or more.");
        if (!(RowShare is > 0 and <= 1)) QuantileThrow.Wrong($"The share of rows is {RowShare}; expected a number above 0 up to 1.");
        if (!(ColumnShare is > 0 and <= 1)) QuantileThrow.Wrong($"The share of columns is {ColumnShare}; expected a number above 0 up to 1.");
        if (Folds is < 0 or > 100) QuantileThrow.Wrong($"The number of folds is {Folds}; expected 0 to 100.");
        if (Patience < 1) QuantileThrow.Wrong($"The patience is {Patience}; expected at least 1 round.");
        if (Bins is < 2 or > BinnedTable.MostBins) QuantileThrow.Wrong($"The number of bins is {Bins}; expected 2 to {BinnedTable.MostBins}.");
        return this;
    }
}
