using System.Numerics;
using System.Runtime.CompilerServices;

namespace Forage.OffPolicy.Internals;

/// <summary>
/// Fixed bets, mixed: M(v) = (1/J) Σ_j Π_s (1 + β_j (x_s/v - 1)), β_j = 0.98 · 2^-j, on a grid of v. M(v) decreases in v, so wealth at v refutes all means up to v. A table of
/// log-wealth is the whole state, and tables of disjoint parts add up.
/// </summary>
/// <remarks>
/// Between grid points: each component's log-wealth is concave in 1/v, so interpolating it linearly in 1/v never overstates it and the bound
/// found there is valid too. Observations of 0 multiply by (1 - β_j) whatever v: they are only counted.
/// </remarks>
internal sealed class MixtureBound : IBettingBound
{
    public const int Levels = 13;

    private static readonly ConditionalWeakTable<double[], double[]> s_slopesOf = []; // grids are few and bounds many

    private readonly double[] _grid, _slopes;
    private readonly WealthTable _wealth;
    private long _zeros;

    public MixtureBound(double[] grid)
    {
        _grid = grid;
        _slopes = s_slopesOf.GetValue(grid, Slopes);
        _wealth = new WealthTable(_slopes.Length);
    }

    public static double Beta(int level) => Math.ScaleB(0.98, -level);

    public void Add(double x)
    {
        if (x == 0)
        {
            _zeros++;
            return;
        }
        int size = _grid.Length;
        double won = Math.Log(1 + Beta(0) * (x / _grid[0]));
        if (!_wealth.Reserve(-Math.Log(1 - Beta(0)), double.IsFinite(won) ? won : double.MaxValue))
        {
            for (int j = 0; j < Levels; j++)
                for (int k = 0; k < size; k++) _wealth.AddLog(j * size + k, Math.Log(x) + Math.Log((1 - Beta(j)) / x + _slopes[j * size + k]));
            return;
        }
        var products = _wealth.Products;
        var times = new Vector<double>(x);
        for (int j = 0; j < Levels; j++)
        {
            double keep = 1 - Beta(j);
            var keeps = new Vector<double>(keep);
            int i = j * size, end = i + size;
            for (; i <= end - Vector<double>.Count; i += Vector<double>.Count)
                (new Vector<double>(products, i) * (keeps + new Vector<double>(_slopes, i) * times)).CopyTo(products, i);
            for (; i < end; i++) products[i] *= keep + _slopes[i] * x;
        }
    }

    public double Lower(double logThreshold)
    {
        _wealth.Fold();
        int size = _grid.Length, k = -1;
        for (int beyond = size; beyond - k > 1;) // wealth decreases in v: the last grid point that reaches the threshold, by bisection
        {
            int at = (k + beyond) / 2;
            if (LogMixture(at, at, 0) >= logThreshold) k = at;
            else beyond = at;
        }
        if (k < 0) return 0;
        if (k == size - 1) return _grid[k];
        double low = 0, high = 1; // position between grid points k and k+1, in 1/v
        for (int i = 0; i < 30; i++)
        {
            double middle = (low + high) / 2;
            if (LogMixture(k, k + 1, middle) >= logThreshold) low = middle;
            else high = middle;
        }
        return 1 / ((1 - low) / _grid[k] + low / _grid[k + 1]);
    }

    /// <summary>ln M(v) at grid point <paramref name="k"/>.</summary>
    public double LogWealth(int k)
    {
        _wealth.Fold();
        return LogMixture(k, k, 0);
    }

    public void Merge(IBettingBound other)
    {
        var that = (MixtureBound)other;
        if (!that._grid.AsSpan().SequenceEqual(_grid)) throw new InvalidOperationException("Bounds over different grids.");
        _wealth.Merge(that._wealth);
        _zeros += that._zeros;
    }

    private static double[] Slopes(double[] grid)
    {
        var slopes = new double[Levels * grid.Length];
        for (int j = 0; j < Levels; j++)
            for (int k = 0; k < grid.Length; k++) slopes[j * grid.Length + k] = Beta(j) / grid[k];
        return slopes;
    }

    private double LogMixture(int k, int next, double share)
    {
        Span<double> logs = stackalloc double[Levels];
        double largest = double.NegativeInfinity;
        for (int j = 0; j < Levels; j++)
        {
            int row = j * _grid.Length;
            logs[j] = (1 - share) * _wealth.Logs[row + k] + share * _wealth.Logs[row + next] + _zeros * double.LogP1(-Beta(j));
            largest = Math.Max(largest, logs[j]);
        }
        double sum = 0;
        foreach (double log in logs) sum += Math.Exp(log - largest);
        return largest + Math.Log(sum / Levels);
    }
}
