using Forage.Features;
using Forage.Quantiles.Internals;
using Forage.Quantiles.Quanting;
using Forage.Quantiles.Trees.Internals;

namespace Forage.Quantiles.Trees;

/// <summary>
/// Boosted trees (Friedman 2001; logistic loss, Newton steps) that serve all thresholds in one pass: a tree's questions are common to all thresholds, its leaves hold a step for each (a slot). Splits are judged on 16
/// thresholds drawn anew for each tree, one from each sixteenth of them, for neighbours hardly differ (cf. Iosipoi, Vakhrushev, "SketchBoost", 2022). Scores are log-odds.
/// </summary>
/// <param name="options">How.</param>
public sealed class SlotBoost(SlotBoostOptions? options = null) : IOutOfFoldLearner
{
    private readonly SlotBoostOptions _options = (options ?? new SlotBoostOptions()).Validated();

    /// <inheritdoc/>
    public bool EstimatesProbabilities => true;

    /// <inheritdoc/>
    public IThresholdModel Learn(ThresholdSample sample, Rng rng, int threads = 1, Action<double>? progress = null, CancellationToken cancellation = default)
        => LearnOutOfFold(sample, rng, threads, progress, cancellation).Model;

    /// <inheritdoc/>
    public (IThresholdModel Model, float[]? Scores) LearnOutOfFold(ThresholdSample sample, Rng rng, int threads = 1, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        if ((long)sample.Count * Math.Max(sample.Thresholds.Length, SlotKernels.Stride) > Array.MaxLength)
            QuantileThrow.Wrong($"{sample.Count} rows by {sample.Thresholds.Length} classifiers are more scores than can be kept ({Array.MaxLength}); expected fewer rows or classifiers.");
        var data = new BoostData(sample, _options.Bins);
        int[] order = [.. Enumerable.Range(0, sample.Count)];
        rng.Fork(0).Shuffle<int>(order);
        int folds = Math.Min(_options.Folds, sample.Count);
        int runs = Math.Max(1, folds);
        var trees = new List<SlotTree>[runs];
        float[] bias = data.Prior();
        int done = 0;
        float[]? scores = folds >= 2 && sample.Count >= 2 * folds ? new float[data.Rows * data.Slots] : null;
        ParallelWork.For(runs, threads, cancellation, f =>
        {
            var (kept, held) = Part(order, f, folds);
            var run = new BoostRun(data, _options, bias, kept, held, rng.Fork(1 + (ulong)f));
            trees[f] = run.Learn(cancellation);
            if (scores is not null) run.CopyHeld(scores);
            progress?.Invoke((double)Interlocked.Increment(ref done) / runs);
        });
        return (new SlotBoostModel(sample.Table.Columns, bias, 1f / runs, [.. trees.SelectMany(t => t)]), scores);
    }

    // Rows a run learns from and rows it is stopped by, both ascending.
    private static (int[] Kept, int[] Held) Part(int[] order, int fold, int folds)
    {
        int n = order.Length, parts = folds == 1 ? 10 : folds;
        if (folds == 0 || n < 2 * parts) return ([.. order.Order()], []);
        int from = (int)((long)n * fold / parts), to = (int)((long)n * (fold + 1) / parts);
        return ([.. order[..from].Concat(order[to..]).Order()], [.. order[from..to].Order()]);
    }
}
