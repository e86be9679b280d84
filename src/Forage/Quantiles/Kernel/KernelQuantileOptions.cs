using Forage.Quantiles.Internals;

namespace Forage.Quantiles.Kernel;

/// <summary>How kernel quantile regression is done.</summary>
public sealed record KernelQuantileOptions
{
    /// <summary>C, the weight of the loss against the function's norm; null: chosen by cross-validation for each quantile.</summary>
    public double? C { get; init; }

    /// <summary>γ of the Gaussian kernel exp(-γ|x - x'|²) over scaled features; null: chosen by cross-validation for each quantile.</summary>
    public double? Gamma { get; init; }

    /// <summary>Values of C to choose from.</summary>
    public IReadOnlyList<double> CGrid { get; init; } = [0.1, 1, 10, 100];

    /// <summary>Values of γ to choose from, in units of 1/d (features are scaled, so |x - x'|² is 2d on average).</summary>
    public IReadOnlyList<double> GammaGrid { get; init; } = [0.1, 0.3, 1, 3];

    /// <summary>Parts of cross-validation.</summary>
    public int Folds { get; init; } = 4;

    /// <summary>Most rows used for choosing.</summary>
    public int RowsForChoice { get; init; } = 1000;

    /// <summary>Most rows learnt from; of more a random part is taken, as the paper had to. Memory and time grow with the square.</summary>
    public int MostRows { get; init; } = 3000;

    /// <summary>Largest violation of optimality at the end, in standard deviations of the target.</summary>
    public double Tolerance { get; init; } = 1e-3;

    /// <summary>Seed of everything random.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The options, checked.</summary>
    public KernelQuantileOptions Validated()
    {
        if (C is { } c && !(c > 0 && double.IsFinite(c))) QuantileThrow.Wrong($"The weight C of the loss is {c}; expected a positive number.");
        if (Gamma is { } g && !(g > 0 && double.IsFinite(g))) QuantileThrow.Wrong($"The kernel's gamma is {g}; expected a positive number.");
        if (CGrid.Count == 0 || GammaGrid.Count == 0 || CGrid.Concat(GammaGrid).Any(v => !(v > 0 && double.IsFinite(v)))) QuantileThrow.Wrong($"The grids of C and gamma hold {CGrid.Count} and {GammaGrid.Count} values; expected positive numbers, at least one each.");
        if (Folds < 2) QuantileThrow.Wrong($"The number of folds is {Folds}; expected at least 2.");
        if (MostRows is < 2 or > 40_000) QuantileThrow.Wrong($"The number of rows for a kernel is {MostRows}; expected 2 to 40000.");
        if (RowsForChoice < 2 * Folds) QuantileThrow.Wrong($"The number of rows for choosing is {RowsForChoice}; expected at least two a fold.");
        if (!(Tolerance > 0)) QuantileThrow.Wrong($"The tolerance is {Tolerance}; expected a positive number.");
        return this;
    }
}
