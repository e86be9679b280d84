namespace Forage.Bandits.Internals;

/// <summary>The probability that each of several independent Gaussians is the largest.</summary>
internal sealed class LargestOfGaussians
{
    private const int Cells = 96;
    private const double Reach = 5;

    private double[] _before = [], _below = [];

    /// <summary>
    /// p_a ≈ Σ_cells (Φ_a(right) - Φ_a(left)) Π_{b≠a} Φ_b(middle), normalised; cells of equal width between the largest m - 5 s and the largest m + 5 s,
    /// the last one open; below them no score is the largest. Mass is conserved however narrow a Gaussian is. A mean of -∞ takes an action out.
    /// </summary>
    public void Probabilities(ReadOnlySpan<float> means, ReadOnlySpan<float> deviations, Span<double> pmf)
    {
        int n = means.Length;
        if (_before.Length < n) (_before, _below) = (new double[2 * n], new double[2 * n]);
        double low = double.NegativeInfinity, high = double.NegativeInfinity;
        for (int a = 0; a < n; a++)
        {
            low = Math.Max(low, means[a] - Reach * deviations[a]);
            high = Math.Max(high, means[a] + Reach * deviations[a]);
        }
        if (!(high > low))
        {
            Best.Share(means, pmf);
            return;
        }
        var before = _before.AsSpan(0, n); // Φ at the cell's left end
        var below = _below.AsSpan(0, n); // Φ at its middle
        for (int a = 0; a < n; a++) before[a] = Cumulative(low, means[a], deviations[a]);
        pmf.Clear();
        double width = (high - low) / Cells;
        for (int c = 0; c < Cells; c++)
        {
            double middle = low + (c + 0.5) * width, right = c == Cells - 1 ? double.PositiveInfinity : low + (c + 1) * width;
            double all = 1;
            int zeros = 0, zero = -1;
            for (int a = 0; a < n; a++)
            {
                below[a] = Cumulative(middle, means[a], deviations[a]);
                if (below[a] > 0) all *= below[a];
                else (zeros, zero) = (zeros + 1, a);
            }
            for (int a = 0; a < n; a++)
            {
                double at = Cumulative(right, means[a], deviations[a]), others = zeros == 0 ? all / below[a] : zeros == 1 && zero == a ? all : 0;
                if (!float.IsNegativeInfinity(means[a])) pmf[a] += (at - before[a]) * others;
                before[a] = at;
            }
        }
        double sum = 0;
        foreach (double p in pmf) sum += p;
        if (!(sum > 0))
        {
            Best.Share(means, pmf);
            return;
        }
        for (int a = 0; a < n; a++) pmf[a] /= sum;
    }

    private static double Cumulative(double z, float mean, float deviation)
    {
        if (float.IsNegativeInfinity(mean)) return 1;
        if (!(deviation > 0)) return z >= mean ? 1 : 0;
        return Normal((z - mean) / deviation);
    }

    /// <summary>Φ to 1.5e-7 (Abramowitz, Stegun 7.1.26).</summary>
    private static double Normal(double z)
    {
        if (z > 6) return 1;
        if (z < -6) return 0;
        double x = Math.Abs(z) / Math.Sqrt(2), t = 1 / (1 + 0.3275911 * x);
        double tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * Math.Exp(-x * x);
        return z > 0 ? 1 - 0.5 * tail : 0.5 * tail;
    }
}
