using System.Numerics;
using System.Runtime.CompilerServices;

namespace Forage.OffPolicy.Internals;

/// <summary>
/// Bets that learn: for each v on a grid wealth Π_s (1 + λ_s(v) (x_s - v)) with λ_s(v) = clip((μ̂ - v)/(σ̂² + (μ̂ - v)²), 0, c/v) from the mean and variance of what came
/// before (approximate GRAPA, Waudby-Smith and Ramdas 2024, eq. 52). Three quarters of the capital are bet so; the last goes to a <see cref="MixtureBound"/> on every eighth grid
/// point, which serves where the grid is too coarse for what is known. The bets depend on the order: parts cannot be merged.
/// </summary>
/// <remarks>
/// Under a mean of at most v each wealth is a nonnegative supermartingale. They need not be ordered in v, so the bound is the largest v below which <em>every</em> grid
/// point was refuted at some time, be it by the mixture: an error then needs one fixed grid point, the first above the true mean, to be refuted (or the mixture to
/// refute the true mean), and no union bound is due.
/// </remarks>
internal sealed class PredictableBound : IBettingBound
{
    private const double Cap = 0.5, Share = 0.75;
    private const double Largest = 1e150; // the statistics saturate here, so that their squares stay finite

    private static readonly ConditionalWeakTable<double[], double[]> s_thinned = [];

    private readonly double[] _grid, _caps;
    private readonly MixtureBound _mixture;
    private readonly double _priorMean, _priorVariance;
    private readonly WealthTable _wealth;
    private double _sum, _squares;
    private long _count;

    /// <summary>For a mean in [0, the grid's last], starting from its middle.</summary>
    public PredictableBound(double[] grid) : this(grid, grid[^1] / 2, grid[^1] / 2) { }

    /// <param name="grid">Candidate means.</param>
    /// <param name="prior">One pseudo-observation to start the mean from.</param>
    /// <param name="deviation">Its standard deviation.</param>
    public PredictableBound(double[] grid, double prior, double deviation)
    {
        _grid = grid;
        (_priorMean, _priorVariance) = (prior, deviation * deviation);
        _caps = new double[grid.Length];
        for (int k = 0; k < grid.Length; k++) _caps[k] = Cap / grid[k];
        _wealth = new WealthTable(grid.Length, trackPeaks: true);
        _mixture = new MixtureBound(s_thinned.GetValue(grid, static g => [.. g.Where((_, k) => (g.Length - 1 - k) % 8 == 0)]));
    }

    public void Add(double x)
    {
        double mean = (_priorMean + _sum) / (_count + 1), variance = (_priorVariance + _squares) / (_count + 1);
        double won = Math.Log(1 + Cap * (x / _grid[0]));
        if (!_wealth.Reserve(-Math.Log(1 - Cap), double.IsFinite(won) ? won : double.MaxValue))
        {
            for (int k = 0; k < _grid.Length; k++)
            {
                double bet = Bet(mean, variance, k);
                if (bet > 0) _wealth.AddLog(k, Math.Log(x) + Math.Log((1 - bet * _grid[k]) / x + bet));
            }
        }
        else
        {
            Multiply(x, mean, variance);
            _wealth.RecordPeaks();
        }
        _mixture.Add(x);
        _count++;
        double delta = x - mean;
        _sum = Math.Min(_sum + x, Largest);
        double after = (_priorMean + _sum) / (_count + 1);
        _squares = Math.Min(_squares + Math.Abs(delta) * Math.Abs(x - after), Largest * Largest);
    }

    public double Lower(double logThreshold)
    {
        _wealth.Fold();
        double reached = _mixture.Lower(logThreshold - Math.Log(1 - Share)), needed = logThreshold - Math.Log(Share);
        int k = 0;
        while (k < _grid.Length && (_grid[k] <= reached || _wealth.Peaks[k] >= needed)) k++;
        return k == 0 ? reached : Math.Max(reached, _grid[k - 1]);
    }

    public void Merge(IBettingBound other) => throw new InvalidOperationException("Predictable bets cannot be merged.");

    private double Bet(double mean, double variance, int k)
    {
        double gap = mean - _grid[k];
        return Math.Clamp(gap / (variance + gap * gap), 0, _caps[k]);
    }

    private void Multiply(double x, double mean, double variance)
    {
        var products = _wealth.Products;
        var (means, variances, xs) = (new Vector<double>(mean), new Vector<double>(variance), new Vector<double>(x));
        int i = 0;
        for (; i <= _grid.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            var v = new Vector<double>(_grid, i);
            var gap = means - v;
            var bet = Vector.Min(Vector.Max(gap / (variances + gap * gap), Vector<double>.Zero), new Vector<double>(_caps, i));
            (new Vector<double>(products, i) * (Vector<double>.One + bet * (xs - v))).CopyTo(products, i);
        }
        for (; i < _grid.Length; i++) products[i] *= 1 + Bet(mean, variance, i) * (x - _grid[i]);
    }
}
