using Forage.Features;
using Forage.Linear;
using Forage.Quantiles.Internals;
using Forage.Quantiles.Quanting;

namespace Forage.Quantiles.Linear;

/// <summary>
/// The online linear learner with a slot a threshold: one pass over a row's features updates the logistic regressions of all thresholds. Features are scaled to mean 0 and deviation 1 (a missing value is 0), and, if
/// <paramref name="map"/> says so, made into random Fourier features, which makes the classifiers those of a Gaussian kernel.
/// </summary>
/// <param name="passes">Passes over the rows, each in a new order.</param>
/// <param name="learningRate">Learning rate at first; from pass to pass it falls by one factor, to a hundredth in the end.</param>
/// <param name="l2">l2 penalty.</param>
/// <param name="map">Random Fourier features; null for the features themselves.</param>
public sealed class OnlineSlots(int passes = 30, float learningRate = 0.5f, float l2 = 0, FourierMap? map = null) : IThresholdLearner
{
    /// <inheritdoc/>
    public bool EstimatesProbabilities => true;

    /// <inheritdoc/>
    public IThresholdModel Learn(ThresholdSample sample, Rng rng, int threads = 1, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        if (passes < 1) QuantileThrow.Wrong($"The number of passes is {passes}; expected at least 1.");
        var scales = ColumnScales.Of(sample.Table);
        float[] rows = scales.Rows(sample.Table);
        int d = sample.Table.Columns, slots = sample.Thresholds.Length;
        var fourier = map?.Draw(d, rng.Fork(1));
        int width = fourier?.Features ?? d;
        using var learner = new LinearLearner(new LinearOptions { Loss = LossKind.Logistic, LearningRate = learningRate, L2 = l2, LearningRateDecay = MathF.Pow(0.01f, 1f / Math.Max(1, passes)), Constant = false, Bits = Math.Max(4, (int)Math.Ceiling(Math.Log2(width + 2))) }, slots);
        uint[] indices = [.. Enumerable.Range(0, width + 1).Select(j => (uint)j)];
        float[] values = new float[width + 1], targets = new float[slots], importances = new float[slots];
        int[] order = [.. Enumerable.Range(0, sample.Count)];
        var shuffle = rng.Fork(2);
        values[width] = 1;
        for (int pass = 0; pass < passes; pass++)
        {
            shuffle.Shuffle<int>(order);
            foreach (int i in order)
            {
                cancellation.ThrowIfCancellationRequested();
                var row = rows.AsSpan(i * d, d);
                if (fourier is null) row.CopyTo(values);
                else fourier.Apply(row, values.AsSpan(0, width));
                int rank = sample.Ranks[i];
                targets.AsSpan(0, rank).Fill(1);
                targets.AsSpan(rank).Fill(-1);
                float own = sample.RowWeights is { } w ? w[i] : 1;
                importances.AsSpan(0, rank).Fill(2 * own * sample.PositiveWeight / (sample.PositiveWeight + sample.NegativeWeight));
                importances.AsSpan(rank).Fill(2 * own * sample.NegativeWeight / (sample.PositiveWeight + sample.NegativeWeight));
                learner.LearnAll(new FeatureRow(indices, values), targets, importances);
            }
            learner.EndPass();
            progress?.Invoke((pass + 1.0) / passes);
        }
        float[] weights = new float[(width + 1) * slots];
        for (int j = 0; j <= width; j++)
            for (int k = 0; k < slots; k++) weights[j * slots + k] = learner.Weight((uint)j, k);
        return new OnlineSlotsModel(scales, fourier, weights, slots);
    }
}
