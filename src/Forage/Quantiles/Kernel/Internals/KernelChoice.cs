using Forage.Features;

namespace Forage.Quantiles.Kernel.Internals;

/// <summary>Chooses γ and C for each quantile by cross-validation on at most so many rows.</summary>
internal sealed class KernelChoice(float[] rows, int columns, double[] y, float[]? weights, KernelQuantileOptions options)
{
    /// <summary>The pair of least pinball loss for each quantile; of equals the first; the middle one where nothing can be held out, as of one row.</summary>
    public (double Gamma, double C)[] Best(double[] levels, double[] gammas, double[] cs, int threads, CancellationToken cancellation)
    {
        int[] order = [.. Enumerable.Range(0, y.Length)];
        new Rng(options.Seed).Fork(0x6C).Shuffle<int>(order);
        if (order.Length > options.RowsForChoice) order = order[..options.RowsForChoice];
        int n = order.Length, folds = Math.Min(options.Folds, n);
        float[] chosen = new float[n * columns];
        for (int i = 0; i < n; i++) rows.AsSpan(order[i] * columns, columns).CopyTo(chosen.AsSpan(i * columns));
        double[,,] losses = new double[levels.Length, gammas.Length, cs.Length];
        for (int a = 0; a < gammas.Length; a++)
        {
            float[] kernel = GaussianKernel.Matrix(chosen, columns, n, gammas[a], threads, cancellation);
            double[,,] parts = new double[folds, levels.Length, cs.Length];
            int gamma = a;
            ParallelWork.For(folds, threads, cancellation, f =>
            {
                int from = (int)((long)n * f / folds), to = (int)((long)n * (f + 1) / folds), kept = n - to + from;
                int[] train = [.. Enumerable.Range(0, from), .. Enumerable.Range(to, n - to)];
                float[] part = new float[kept * kept];
                for (int i = 0; i < kept; i++)
                    for (int j = 0; j < kept; j++) part[i * kept + j] = kernel[train[i] * n + train[j]];
                double[] targets = Array.ConvertAll(train, i => y[order[i]]);
                float[]? own = weights is null ? null : Array.ConvertAll(train, i => weights[order[i]]);
                for (int l = 0; l < levels.Length; l++)
                {
                    for (int c = 0; c < cs.Length; c++)
                    {
                        var solver = new QuantileDual(part, targets, own, levels[l], cs[c], 10 * options.Tolerance);
                        solver.Solve(cancellation);
                        for (int t = from; t < to; t++)
                        {
                            double fit = solver.Bias;
                            for (int i = 0; i < kept; i++) fit += solver.Alpha[i] * kernel[t * n + train[i]];
                            parts[f, l, c] += (weights?[order[t]] ?? 1) * PinballLoss.Of(y[order[t]], fit, levels[l]);
                        }
                    }
                }
            });
            for (int f = 0; f < folds; f++)
                for (int l = 0; l < levels.Length; l++)
                    for (int c = 0; c < cs.Length; c++) losses[l, gamma, c] += parts[f, l, c];
        }
        var best = new (double, double)[levels.Length];
        for (int l = 0; l < levels.Length; l++)
        {
            double least = double.PositiveInfinity;
            best[l] = (gammas[gammas.Length / 2], cs[cs.Length / 2]);
            for (int a = 0; a < gammas.Length; a++)
                for (int c = 0; c < cs.Length; c++)
                    if (losses[l, a, c] < least) (least, best[l]) = (losses[l, a, c], (gammas[a], cs[c]));
        }
        return best;
    }
}
