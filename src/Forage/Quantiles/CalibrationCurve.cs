namespace Forage.Quantiles;

/// <summary>Nominal against observed coverage of a model that predicts several quantiles, with what chance alone would explain: the numbers of a calibration plot.</summary>
/// <param name="Points">A point a level.</param>
public sealed record CalibrationCurve(IReadOnlyList<CalibrationPoint> Points)
{
    /// <summary>Binomial standard errors at which a point counts as off.</summary>
    public const double Wide = 3;

    /// <summary>The curve of scores on examples that were not learnt from.</summary>
    public static CalibrationCurve Of(IReadOnlyList<QuantileScore> scores) => new([.. scores.Select(s => new CalibrationPoint(s.Level, s.CoverageBelow, s.Coverage, s.StandardError))]);

    /// <summary>Largest distance of a level from its interval of coverages.</summary>
    public double Worst => Points.Max(p => p.Distance);

    /// <summary>Levels farther off than three standard errors.</summary>
    public int Off => Points.Count(p => p.Distance > Wide * p.StandardError);
}

/// <summary>A point of a <see cref="CalibrationCurve"/>.</summary>
/// <param name="Level">The quantile q.</param>
/// <param name="Below">Share of outcomes below the prediction.</param>
/// <param name="NotAbove">Share of outcomes below or at it.</param>
/// <param name="StandardError">√(q (1 - q)/n).</param>
public readonly record struct CalibrationPoint(double Level, double Below, double NotAbove, double StandardError)
{
    /// <summary>Distance of q from [Below, NotAbove].</summary>
    public double Distance => Math.Max(0, Math.Max(Below - Level, Level - NotAbove));
}
