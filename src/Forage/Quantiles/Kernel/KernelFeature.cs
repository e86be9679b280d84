using Forage.Features;
using Forage.Quantiles.Internals;
using Forage.Quantiles.Kernel.Internals;
using Forage.Quantiles.Quanting;

namespace Forage.Quantiles.Kernel;

/// <summary>
/// Gives a learner of classifiers one more feature: where the target stands among the thresholds, as a Gaussian kernel's ridge regression sees it without looking at the row itself or at its fold. Trees, which see steps only, then need not
/// build smooth functions of many features out of them.
/// </summary>
/// <remarks>
/// The regression is learnt from at most <paramref name="mostRows"/> rows; these have exact predictions of five folds, each by the other four, others its predictions. (Leaving out one row alone would tell its target: among rows of equal features the prediction
/// falls as the target rises, and trees would read it off.) γ and λ are those of least leave-one-out error on a part of the rows. A missing value
/// counts as the mean.
/// </remarks>
/// <param name="inner">Learns the classifiers.</param>
/// <param name="mostRows">Rows of the regression, 2 to 8,000; memory grows with the square and time with the cube.</param>
public sealed class KernelFeature(IOutOfFoldLearner inner, int mostRows = 3000) : IOutOfFoldLearner
{
    private const int RowsForChoice = 500, Folds = 5;

    private static readonly double[] s_gammas = [0.03, 0.1, 0.3, 1]; // in units of 1/d
    private static readonly double[] s_lambdas = [0.003, 0.01, 0.03, 0.1, 0.3, 1];

    /// <inheritdoc/>
    public bool EstimatesProbabilities => inner.EstimatesProbabilities;

    /// <inheritdoc/>
    public IThresholdModel Learn(ThresholdSample sample, Rng rng, int threads = 1, Action<double>? progress = null, CancellationToken cancellation = default)
        => LearnOutOfFold(sample, rng, threads, progress, cancellation).Model;

    /// <inheritdoc/>
    public (IThresholdModel Model, float[]? Scores) LearnOutOfFold(ThresholdSample sample, Rng rng, int threads = 1, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        if (mostRows is < 2 or > 8000) QuantileThrow.Wrong($"The number of rows for a kernel feature is {mostRows}; expected 2 to 8000.");
        int d = sample.Table.Columns, all = sample.Count;
        var scales = ColumnScales.Of(sample.Table);
        float[] rows = scales.Rows(sample.Table);
        double[] y = Array.ConvertAll(sample.Ranks, r => (double)r);
        double mean = y.Average(), deviation = Math.Sqrt(y.Average(v => (v - mean) * (v - mean)));
        for (int i = 0; i < all; i++) y[i] = deviation > 0 ? (y[i] - mean) / deviation : 0;
        int[] order = [.. Enumerable.Range(0, all)];
        rng.Fork(0).Shuffle<int>(order);
        var (gamma, lambda) = Choose(rows, d, y, order.AsSpan(0, Math.Min(all, RowsForChoice)), threads, cancellation);
        int[] chosen = order[..Math.Min(all, mostRows)];
        float[] centres = Gather(rows, d, chosen);
        var ridge = new KernelRidge(GaussianKernel.Matrix(centres, d, chosen.Length, gamma, threads, cancellation), Array.ConvertAll(chosen, i => y[i]), lambda, Math.Min(Folds, chosen.Length));
        var feature = new KernelFeatureMap(scales, centres, Array.ConvertAll(ridge.Alpha, a => (float)a), (float)gamma);
        float[] values = new float[all];
        for (int j = 0; j < chosen.Length; j++) values[chosen[j]] = (float)ridge.OutOfFold[j];
        int[] others = order[chosen.Length..];
        ParallelWork.For((others.Length + 255) / 256, threads, cancellation, b =>
        {
            for (int j = 256 * b; j < Math.Min(others.Length, 256 * (b + 1)); j++) values[others[j]] = feature.OfScaled(rows.AsSpan(others[j] * d, d));
        });
        var table = new NumericTable(all, d + 1);
        for (int c = 0; c < d; c++) sample.Table.Column(c).CopyTo(table.Column(c));
        values.CopyTo(table.Column(d));
        var (model, scores) = inner.LearnOutOfFold(sample with { Table = table }, rng.Fork(1), threads, progress, cancellation);
        return (new KernelFeatureModel(feature, model), scores);
    }

    private static (double Gamma, double Lambda) Choose(float[] rows, int d, double[] y, ReadOnlySpan<int> part, int threads, CancellationToken cancellation)
    {
        float[] own = Gather(rows, d, part);
        double[] targets = Array.ConvertAll(part.ToArray(), i => y[i]), errors = new double[s_gammas.Length * s_lambdas.Length];
        ParallelWork.For(errors.Length, threads, cancellation, e =>
        {
            float[] kernel = GaussianKernel.Matrix(own, d, targets.Length, s_gammas[e / s_lambdas.Length] / Math.Max(1, d), 1, cancellation);
            double[] out1 = new KernelRidge(kernel, targets, s_lambdas[e % s_lambdas.Length]).OutOfFold;
            for (int i = 0; i < targets.Length; i++) errors[e] += (targets[i] - out1[i]) * (targets[i] - out1[i]);
        });
        int best = Array.IndexOf(errors, errors.Min());
        return (s_gammas[best / s_lambdas.Length] / Math.Max(1, d), s_lambdas[best % s_lambdas.Length]);
    }

    private static float[] Gather(float[] rows, int d, ReadOnlySpan<int> which)
    {
        float[] to = new float[which.Length * d];
        for (int j = 0; j < which.Length; j++) rows.AsSpan(which[j] * d, d).CopyTo(to.AsSpan(j * d));
        return to;
    }
}
