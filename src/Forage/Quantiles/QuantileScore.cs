namespace Forage.Quantiles;

/// <summary>
/// How good predictions of one quantile are, counted as they come: mean pinball loss and coverage, the share of outcomes below the prediction, counted with &lt; and
/// with ≤ (with atoms, such as a capped target, the true quantile has coverage(&lt;) ≤ q ≤ coverage(≤)). Scores of parts add up.
/// </summary>
/// <param name="q">The quantile.</param>
public sealed class QuantileScore(double q)
{
    private double _loss, _weight, _below, _notAbove, _clipped;

    /// <summary>The quantile.</summary>
    public double Level { get; } = q;

    /// <summary>Predictions judged.</summary>
    public long Count { get; private set; }

    /// <summary>Their weight.</summary>
    public double Weight => _weight;

    /// <summary>Mean pinball loss, in units of the target.</summary>
    public double Loss => _loss / _weight;

    /// <summary>Share of outcomes below the prediction: y &lt; f.</summary>
    public double CoverageBelow => _below / _weight;

    /// <summary>Share of outcomes not above it: y ≤ f.</summary>
    public double Coverage => _notAbove / _weight;

    /// <summary>Share of outcomes outside the range of training targets, where no prediction of Quanting can be.</summary>
    public double OutsideRange => _clipped / _weight;

    /// <summary>Distance of q from the interval of the two coverages; 0 inside.</summary>
    public double Miscoverage => Math.Max(0, Math.Max(CoverageBelow - Level, Level - Coverage));

    /// <summary>√(q (1 - q)/n): the standard error of a coverage if q is right.</summary>
    public double StandardError => Math.Sqrt(Level * (1 - Level) / Count);

    /// <summary>Counts one prediction.</summary>
    /// <param name="y">The outcome.</param>
    /// <param name="f">The prediction.</param>
    /// <param name="outside">The outcome lies outside the range of training targets.</param>
    /// <param name="weight">Weight of the example.</param>
    public void Add(double y, double f, bool outside = false, double weight = 1)
    {
        Count++;
        _weight += weight;
        _loss += weight * PinballLoss.Of(y, f, Level);
        if (y < f) _below += weight;
        if (y <= f) _notAbove += weight;
        if (outside) _clipped += weight;
    }

    /// <summary>Adds what another score of the same quantile counted.</summary>
    public void Merge(QuantileScore other)
    {
        if (other.Level != Level) throw new ArgumentException($"A score of quantile {other.Level} does not add to one of {Level}.", nameof(other));
        Count += other.Count;
        _weight += other._weight;
        _loss += other._loss;
        _below += other._below;
        _notAbove += other._notAbove;
        _clipped += other._clipped;
    }
}
