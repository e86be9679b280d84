namespace Forage.Quantiles.Kernel.Internals;

/// <summary>
/// Solves min ½ αᵀKα - yᵀα, lower_i ≤ α_i ≤ upper_i, Σ α_i = 0 by moving two coordinates at a time (Platt 1998): of those that may rise the one of least gradient, of those that may fall the one that promises the largest
/// decrease (Fan, Chen, Lin 2005). Stops when no pair violates optimality by more than the tolerance. With g = Kα - y, b is -g of the coordinates strictly inside their bounds.
/// </summary>
internal sealed class QuantileDual(float[] kernel, double[] y, float[]? weights, double q, double c, double tolerance)
{
    private readonly int _n = y.Length;

    /// <summary>α.</summary>
    public double[] Alpha { get; } = new double[y.Length];

    /// <summary>b.</summary>
    public double Bias { get; private set; }

    /// <summary>Steps taken.</summary>
    public int Steps { get; private set; }

    public void Solve(CancellationToken cancellation)
    {
        int n = _n;
        double[] g = Array.ConvertAll(y, t => -t), alpha = Alpha, lower = new double[n], upper = new double[n];
        for (int i = 0; i < n; i++)
        {
            double w = c * (weights is null ? 1 : weights[i]);
            (lower[i], upper[i]) = (w * (q - 1), w * q);
        }
        int most = 200 * n + 100_000;
        for (Steps = 0; Steps < most; Steps++)
        {
            if (Steps % 1000 == 0) cancellation.ThrowIfCancellationRequested();
            int up = -1;
            double least = double.PositiveInfinity;
            for (int i = 0; i < n; i++)
                if (g[i] < least && alpha[i] < upper[i]) (up, least) = (i, g[i]);
            if (up < 0) break;
            var row = kernel.AsSpan(up * n, n);
            int down = -1;
            double most2 = 0, largest = double.NegativeInfinity;
            for (int j = 0; j < n; j++)
            {
                if (alpha[j] <= lower[j]) continue;
                double gap = g[j] - least;
                if (gap > largest) largest = gap;
                if (gap <= 0) continue;
                double score = gap * gap / Math.Max(2 - 2 * (double)row[j], 1e-9);
                if (score > most2) (down, most2) = (j, score);
            }
            if (down < 0 || largest <= tolerance) break;
            double move = (g[down] - least) / Math.Max(2 - 2 * (double)row[down], 1e-9);
            move = Math.Min(move, Math.Min(upper[up] - alpha[up], alpha[down] - lower[down]));
            alpha[up] = move == upper[up] - alpha[up] ? upper[up] : alpha[up] + move;
            alpha[down] = move == alpha[down] - lower[down] ? lower[down] : alpha[down] - move;
            var other = kernel.AsSpan(down * n, n);
            for (int i = 0; i < n; i++) g[i] += move * (row[i] - (double)other[i]);
        }
        Bias = FindBias(g, lower, upper);
    }

    private double FindBias(double[] g, double[] lower, double[] upper)
    {
        double sum = 0, low = double.NegativeInfinity, high = double.PositiveInfinity;
        int free = 0;
        for (int i = 0; i < _n; i++)
        {
            bool canRise = Alpha[i] < upper[i], canFall = Alpha[i] > lower[i];
            if (canRise && canFall)
            {
                sum -= g[i];
                free++;
            }
            if (canRise) high = Math.Min(high, g[i]);
            if (canFall) low = Math.Max(low, g[i]);
        }
        // At the optimum -b lies between the largest gradient that may fall and the least that may rise.
        return free > 0 ? sum / free : double.IsInfinity(low) ? -high : double.IsInfinity(high) ? -low : -(low + high) / 2;
    }
}
