namespace Forage.OffPolicy.Internals;

/// <summary>
/// A lower confidence sequence for the mean of observations X ≥ -b, with small variance compared to b: for each candidate mean d on a grid of [-1, 1] wealth
/// Π_s (1 + λ_s(d) (X_s - d)), λ_s(d) = clip((μ̂ - d)/(σ̂² + (μ̂ - d)²), 0, 0.9/(b + d)) from the mean and variance of what came before (approximate GRAPA).
/// </summary>
/// <remarks>
/// Each wealth is a nonnegative supermartingale if the mean is at most d. As wealths need not be ordered in d, the bound is the largest grid point up to which every
/// one was refuted at some time (see <see cref="PredictableBound"/>, which is for observations from 0 with caps on its bets that do not depend on a bound).
/// </remarks>
internal sealed class DifferenceBound
{
    private const int Points = 1024;
    private const double Cap = 0.9, PriorVariance = 0.25;

    private readonly double _below;
    private readonly double[] _grid = new double[Points], _log = new double[Points], _peak = new double[Points];
    private double _sum, _squares;
    private long _count;

    /// <summary>A bound for observations of at least -<paramref name="below"/>, <paramref name="below"/> &gt; 1.</summary>
    public DifferenceBound(double below)
    {
        if (!(below > 1)) throw new ArgumentOutOfRangeException(nameof(below), below, "above 1");
        _below = below;
        for (int k = 0; k < Points; k++)
        {
            double s = 2.0 * (k + 1) / Points - 1;
            _grid[k] = s * (0.05 + 0.95 * Math.Abs(s)); // finest near 0
        }
    }

    /// <summary>Takes in one observation.</summary>
    public void Add(double x)
    {
        x = Math.Max(x, -_below); // rounding
        double mean = _sum / (_count + 1), variance = (PriorVariance + _squares) / (_count + 1);
        for (int k = 0; k < Points; k++)
        {
            double gap = mean - _grid[k];
            if (gap <= 0) break; // nor for any larger d
            double bet = Math.Min(gap / (variance + gap * gap), Cap / (_below + _grid[k]));
            _log[k] += double.LogP1(bet * (x - _grid[k]));
            _peak[k] = Math.Max(_peak[k], _log[k]);
        }
        _count++;
        double delta = x - mean;
        _sum += x;
        _squares += Math.Abs(delta * (x - _sum / (_count + 1)));
    }

    /// <summary>The largest d refuted as an upper limit of the mean; -1 if none.</summary>
    public double Lower(double logThreshold)
    {
        int k = 0;
        while (k < Points && _peak[k] >= logThreshold) k++;
        return k == 0 ? -1 : _grid[k - 1];
    }
}
