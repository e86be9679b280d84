namespace Forage.OffPolicy.Internals;

/// <summary>
/// A bound from running sums alone: with ξ = min(x, c)/v - 1 ≥ -1, ln(1 + λξ) ≥ λξ + (ln(1-λ) + λ) ξ² (Fan, Grama, Liu 2015), so
/// exp(λ Σξ + (ln(1-λ)+λ) Σξ²) never exceeds the wealth of the fixed bet λ on min(x, c), whose mean is at most that of x. Mixed over cuts c = 1, 4, 16, ... and
/// λ = 0.98 · 2^-j. Three numbers a cut, exact for every v, mergeable; a little looser than a table.
/// </summary>
/// <param name="limit">Largest possible mean.</param>
/// <param name="cuts">Number of cuts.</param>
/// <param name="firstCut">The smallest, c.</param>
internal sealed class SumsBound(double limit, int cuts = 8, double firstCut = 1) : IBettingBound
{
    private const int Levels = 14, Grid = 256;

    private readonly double[] _first = new double[cuts], _second = new double[cuts];
    private long _count;

    public void Add(double x)
    {
        _count++;
        if (x == 0) return;
        double cut = firstCut;
        for (int c = 0; c < cuts; c++, cut *= 4)
        {
            double y = Math.Min(x, cut);
            _first[c] += y;
            _second[c] += y * y;
        }
    }

    // The wealth this understates decreases in v, so the largest v at which it reaches the threshold will do, whatever happens below.
    public double Lower(double logThreshold)
    {
        double step = Math.Pow(1e-5, 1.0 / Grid), reached = 0, above = limit;
        for (int k = 0; k <= Grid; k++)
        {
            double v = limit * Math.Pow(step, k);
            if (LogWealth(v, logThreshold) >= logThreshold)
            {
                reached = v;
                break;
            }
            above = v;
        }
        if (reached == 0) return 0;
        for (int i = 0; i < 40 && reached < above; i++)
        {
            double middle = (reached + above) / 2;
            if (LogWealth(middle, logThreshold) >= logThreshold) reached = middle;
            else above = middle;
        }
        return reached;
    }

    public void Merge(IBettingBound other)
    {
        var that = (SumsBound)other;
        for (int c = 0; c < cuts; c++)
        {
            _first[c] += that._first[c];
            _second[c] += that._second[c];
        }
        _count += that._count;
    }

    // Exact where it reaches the threshold.
    private double LogWealth(double v, double logThreshold)
    {
        Span<double> logs = stackalloc double[cuts * Levels];
        double largest = double.NegativeInfinity;
        for (int c = 0; c < cuts; c++)
        {
            double xi = _first[c] / v - _count, squares = Math.Max(0, _second[c] / (v * v) - 2 * _first[c] / v + _count);
            for (int j = 0; j < Levels; j++)
            {
                double lambda = MixtureBound.Beta(j);
                double log = lambda * xi + (double.LogP1(-lambda) + lambda) * squares;
                logs[c * Levels + j] = log;
                largest = Math.Max(largest, log);
            }
        }
        if (largest < logThreshold) return largest; // a mean reaches the threshold only if its largest term does
        double sum = 0;
        foreach (double log in logs) sum += Math.Exp(log - largest);
        return largest + Math.Log(sum / logs.Length);
    }
}
