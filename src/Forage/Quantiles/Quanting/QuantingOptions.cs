using Forage.Quantiles.Internals;

namespace Forage.Quantiles.Quanting;

/// <summary>Where thresholds are put.</summary>
public enum ThresholdPlacement
{
    /// <summary>Between the smallest and the largest target at equal distances, in the middle of equal cells: the mesh error is half a cell.</summary>
    Uniform,

    /// <summary>At quantiles of the training targets: fine where there are many.</summary>
    Quantiles,

    /// <summary>Few at first; then cells are split that are wide and hold many predictions, made out of fold.</summary>
    Adaptive,
}

/// <summary>How the classifiers' answers make a prediction.</summary>
public enum QuantileReadout
{
    /// <summary>Algorithm 2 as printed: the sum of the widths of the cells whose classifier says yes.</summary>
    Votes,

    /// <summary>Algorithm 2 over all t: between two thresholds the classifiers' probability is taken as linear, so that a prediction can fall between thresholds.</summary>
    Interpolated,
}

/// <summary>How Quanting is done. Stored in its model.</summary>
public sealed record QuantingOptions
{
    /// <summary>Most classifiers a quantile, 1 to 4,096; the paper's 100.</summary>
    public int Classifiers { get; init; } = 100;

    /// <summary>Where thresholds are put.</summary>
    public ThresholdPlacement Placement { get; init; } = ThresholdPlacement.Quantiles;

    /// <summary>How a prediction is made.</summary>
    public QuantileReadout Readout { get; init; } = QuantileReadout.Interpolated;

    /// <summary>
    /// One set of classifiers for all quantiles, learnt with equal weights and read at P(y ≥ t | x) ≥ 1 - q; null: if the learner estimates probabilities. False: for each quantile its own, with weights q and 1 - q
    /// (Algorithm 1). The decisions of perfect classifiers are the same.
    /// </summary>
    public bool? Shared { get; init; }

    /// <summary>
    /// Read the classifiers at a probability other than 1 - q if out of fold fewer or more than a share q of the targets lie below the predictions, so that they do. Where the learner has such predictions
    /// (<see cref="IOutOfFoldLearner"/>); errors of the classifiers would else push coverage from q towards the middle.
    /// </summary>
    public bool Calibrate { get; init; } = true;

    /// <summary>Seed of everything random.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The options, checked.</summary>
    /// <exception cref="ForageException">The first that is out of range.</exception>
    public QuantingOptions Validated()
    {
        if (Classifiers is < 1 or > 4096) QuantileThrow.Wrong($"The number of classifiers is {Classifiers}; expected 1 to 4096.");
        return this;
    }
}
