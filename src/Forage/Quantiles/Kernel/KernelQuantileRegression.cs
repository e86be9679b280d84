using Forage.Features;
using Forage.Quantiles.Internals;
using Forage.Quantiles.Kernel.Internals;

namespace Forage.Quantiles.Kernel;

/// <summary>
/// Kernel quantile regression (Takeuchi, Le, Sears, Smola 2006): f = Σ α_i k(x_i, ·) + b minimises C Σ w_i l_q(y_i, f(x_i)) + ½|f|², whose dual is min ½ αᵀKα - yᵀα with C w_i (q - 1) ≤ α_i ≤ C w_i q, Σ α_i = 0; Gaussian
/// kernel, features and target scaled to mean 0 and deviation 1 as in kernlab's <c>kqr</c>. Missing values count as the mean.
/// </summary>
public static class KernelQuantileRegression
{
    /// <summary>Learns. The result depends on the seed and not on the number of threads.</summary>
    public static KernelQuantileModel Train(QuantileSet set, ReadOnlySpan<double> levels, KernelQuantileOptions? options = null, int threads = 1, CancellationToken cancellation = default)
    {
        options = (options ?? new KernelQuantileOptions()).Validated();
        QuantileThrow.CheckLevels(levels);
        set = set.Validated();
        double lowest = set.Targets.Min(), highest = set.Targets.Max();
        int[] order = [.. Enumerable.Range(0, set.Count)];
        if (set.Count > options.MostRows)
        {
            new Rng(options.Seed).Fork(0x6B).Shuffle<int>(order);
            order = [.. order.AsSpan(0, options.MostRows).ToArray().Order()];
            set = set.Select(order);
        }
        double mean = set.Targets.Average(), deviation = set.Count > 1 ? Math.Sqrt(set.Targets.Sum(y => (y - mean) * (y - mean)) / (set.Count - 1)) : 0;
        if (!(deviation > 0)) deviation = 1;
        var scales = ColumnScales.Of(set.Table);
        float[] rows = scales.Rows(set.Table);
        double[] y = Array.ConvertAll(set.Targets, t => (t - mean) / deviation), qs = levels.ToArray();
        int d = Math.Max(1, set.Table.Columns);
        double[] c = new double[qs.Length], gamma = new double[qs.Length], bias = new double[qs.Length];
        float[][] alphas = new float[qs.Length][];
        if (options.C is null || options.Gamma is null)
        {
            var choice = new KernelChoice(rows, set.Table.Columns, y, set.Weights, options);
            var chosen = choice.Best(qs, [.. options.Gamma is { } g ? [g] : options.GammaGrid.Select(v => v / d)], [.. options.C is { } one ? [one] : options.CGrid], threads, cancellation);
            for (int l = 0; l < qs.Length; l++) (gamma[l], c[l]) = chosen[l];
        }
        else
        {
            Array.Fill(c, options.C.Value);
            Array.Fill(gamma, options.Gamma.Value);
        }
        foreach (double g in gamma.Distinct())
        {
            float[] kernel = GaussianKernel.Matrix(rows, set.Table.Columns, set.Count, g, threads, cancellation);
            int[] mine = [.. Enumerable.Range(0, qs.Length).Where(l => gamma[l] == g)];
            ParallelWork.For(mine.Length, threads, cancellation, j =>
            {
                int l = mine[j];
                var solver = new QuantileDual(kernel, y, set.Weights, qs[l], c[l], options.Tolerance);
                solver.Solve(cancellation);
                (alphas[l], bias[l]) = (Array.ConvertAll(solver.Alpha, a => (float)a), solver.Bias);
            });
        }
        return new KernelQuantileModel(qs, scales, rows, alphas, bias, c, gamma, mean, deviation, lowest, highest);
    }
}
