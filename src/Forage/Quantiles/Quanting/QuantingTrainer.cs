using Forage.Features;
using Forage.Quantiles.Internals;
using Forage.Quantiles.Quanting.Internals;

namespace Forage.Quantiles.Quanting;

/// <summary>
/// Quantile regression by classification: Algorithm 1 of Langford, Oliveira, Zadrozny, "Predicting Conditional Quantiles via Reduction to Classification" (2006). For each threshold t a classifier learns
/// whether y ≥ t, positives weighing q and negatives 1 - q; <see cref="QuantingModel"/> is Algorithm 2. Lemma 1: with targets scaled to [0, 1], the regret of the quantile loss is at most the average regret of the classifiers.
/// </summary>
public static class QuantingTrainer
{
    /// <summary>Learns. The result depends on the seed and not on the number of threads.</summary>
    /// <param name="set">The examples.</param>
    /// <param name="levels">Quantiles q, ascending, each in (0, 1).</param>
    /// <param name="learner">Learns the classifiers.</param>
    /// <param name="options">Thresholds and more.</param>
    /// <param name="threads">Number of threads.</param>
    /// <param name="progress">Told the share that is done, now and then, by any thread.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ForageException">The data or an option are at fault.</exception>
    public static QuantingModel Train(QuantileSet set, ReadOnlySpan<double> levels, IThresholdLearner learner, QuantingOptions? options = null, int threads = 1, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        options = (options ?? new QuantingOptions()).Validated();
        QuantileThrow.CheckLevels(levels);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        set = set.Validated().Weighing();
        bool shared = options.Shared ?? learner.EstimatesProbabilities;
        var rng = new Rng(options.Seed).Fork(0x71);
        double[] qs = levels.ToArray();
        var mesh = options.Placement switch
        {
            ThresholdPlacement.Uniform => ThresholdMesh.Uniform(set.Targets.Min(), set.Targets.Max(), options.Classifiers),
            ThresholdPlacement.Quantiles => ThresholdMesh.OfTargets(set.Targets, options.Classifiers),
            _ => AdaptiveMesh.Find(set, qs, learner, shared, options, rng.Fork(1), threads, cancellation),
        };
        return Fit(set, qs, learner, mesh, shared, options, rng.Fork(2), threads, progress, cancellation);
    }

    /// <summary>Learns the classifiers of given thresholds.</summary>
    internal static QuantingModel Fit(QuantileSet set, double[] levels, IThresholdLearner learner, ThresholdMesh mesh, bool shared, QuantingOptions options, Rng rng, int threads, Action<double>? progress, CancellationToken cancellation)
    {
        double[] cuts = Array.ConvertAll(levels, q => shared ? 1 - q : 0.5);
        if (mesh.Count == 0) return new QuantingModel(set.Table.Columns, levels, options.Readout, mesh, [], shared, cuts);
        int[] ranks = mesh.Ranks(set.Targets);
        double[] thresholds = mesh.Thresholds.ToArray();
        var models = new IThresholdModel[shared ? 1 : levels.Length];
        var calibrations = new CoverageCalibration?[models.Length];
        for (int m = 0; m < models.Length; m++)
        {
            int done = m;
            var (positive, negative) = shared ? (1f, 1f) : ((float)levels[m], (float)(1 - levels[m]));
            var sample = new ThresholdSample(set.Table, thresholds, ranks, set.Weights, positive, negative);
            Action<double>? part = progress is null ? null : share => progress((done + share) / models.Length);
            if (!options.Calibrate || mesh.IsExact || learner is not IOutOfFoldLearner able)
            {
                models[m] = learner.Learn(sample, rng.Fork((ulong)m), threads, part, cancellation);
                continue;
            }
            (models[m], float[]? scores) = able.LearnOutOfFold(sample, rng.Fork((ulong)m), threads, part, cancellation);
            if (scores is null) continue;
            var calibration = calibrations[m] = new CoverageCalibration(mesh, options.Readout, models[m].LogOdds, scores, set);
            ParallelWork.For(shared ? levels.Length : 1, threads, cancellation, l => cuts[shared ? l : done] = calibration.CutFor(levels[shared ? l : done], cuts[shared ? l : done]));
        }
        if (shared) Array.Sort(cuts, (a, b) => b.CompareTo(a)); // so that quantiles do not cross
        return new QuantingModel(set.Table.Columns, levels, options.Readout, mesh, models, shared, cuts) { OutOfFold = OutOfFold(set, calibrations, cuts) };
    }

    private static double[]? OutOfFold(QuantileSet set, CoverageCalibration?[] calibrations, double[] cuts)
    {
        if (Array.Exists(calibrations, c => c is null)) return null;
        double[] predicted = new double[set.Count * cuts.Length];
        for (int l = 0; l < cuts.Length; l++)
        {
            var calibration = calibrations[Math.Min(l, calibrations.Length - 1)]!;
            for (int i = 0; i < set.Count; i++) predicted[i * cuts.Length + l] = calibration.Predict(i, cuts[l]);
        }
        return predicted;
    }
}
