using Forage.Persistence;
using Forage.Quantiles.Kernel;
using Forage.Quantiles.Linear;
using Forage.Quantiles.Quanting;

namespace Forage.Quantiles;

/// <summary>What can be done with every model of quantiles.</summary>
public static class QuantileModels
{
    private const int Block = 1024;

    /// <summary>Predicts every row of a table.</summary>
    /// <param name="model">The model.</param>
    /// <param name="table">The rows.</param>
    /// <param name="threads">Number of threads; the result does not depend on it.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>rows × levels predictions, a row's after the other.</returns>
    public static double[] PredictAll(this IQuantileModel model, NumericTable table, int threads = 1, CancellationToken cancellation = default)
    {
        int levels = model.Levels.Count;
        double[] result = new double[table.Rows * levels];
        ParallelWork.For((table.Rows + Block - 1) / Block, threads, cancellation, b =>
        {
            int from = b * Block, count = Math.Min(table.Rows - from, Block);
            float[] rows = new float[count * table.Columns];
            for (int i = 0; i < count; i++) table.CopyRow(from + i, rows.AsSpan(i * table.Columns, table.Columns));
            model.PredictRows(rows, count, result.AsSpan(from * levels, count * levels));
        });
        return result;
    }

    /// <summary>Loss and coverage on examples, a score a level.</summary>
    public static IReadOnlyList<QuantileScore> Score(this IQuantileModel model, QuantileSet set, int threads = 1, CancellationToken cancellation = default)
    {
        double[] predicted = model.PredictAll(set.Table, threads, cancellation);
        var scores = model.Levels.Select(q => new QuantileScore(q)).ToArray();
        for (int i = 0; i < set.Count; i++)
        {
            bool outside = set.Targets[i] < model.Lowest || set.Targets[i] > model.Highest;
            for (int l = 0; l < scores.Length; l++) scores[l].Add(set.Targets[i], predicted[i * scores.Length + l], outside, set.WeightOf(i));
        }
        return scores;
    }

    /// <summary>
    /// Makes predictions ascend with the level by sorting them, which never raises the sum of their pinball losses (Chernozhukov, Fernández-Val, Galichon 2010): each exchange of
    /// a crossing pair lowers it or leaves it.
    /// </summary>
    public static void Uncross(Span<double> quantiles)
    {
        for (int i = 1; i < quantiles.Length; i++)
        {
            double value = quantiles[i];
            int j = i;
            for (; j > 0 && quantiles[j - 1] > value; j--) quantiles[j] = quantiles[j - 1];
            quantiles[j] = value;
        }
    }

    /// <summary>True if a chunk begins a model of quantiles.</summary>
    public static bool IsTag(string? tag) => tag is QuantingModel.Tag or QuantileBlend.Tag or LinearQuantileModel.Tag or KernelQuantileModel.Tag;

    /// <summary>Reads what <see cref="IQuantileModel.Save"/> wrote.</summary>
    /// <exception cref="ForageException">It is something else, or damaged.</exception>
    public static IQuantileModel Load(ModelReader reader) => reader.PeekChunk() switch
    {
        QuantileBlend.Tag => QuantileBlend.Load(reader),
        LinearQuantileModel.Tag => LinearQuantileModel.Load(reader),
        KernelQuantileModel.Tag => KernelQuantileModel.Load(reader),
        _ => QuantingModel.Load(reader),
    };
}
