using Forage.Data;
using Forage.Features;
using Forage.Quantiles;

namespace Forage.Training;

/// <summary>Learns quantiles from a file or stream of examples. All of them are held in memory as a dense table.</summary>
/// <param name="input">The examples.</param>
/// <param name="recipe">Which quantiles, and how.</param>
public sealed class QuantileJob(TrainingInput input, QuantileRecipe recipe)
{
    /// <summary>Most cells of the table: rows × features.</summary>
    public const long MostCells = 1L << 29;

    /// <summary>Every how manieth example is kept out of learning to measure loss and coverage on; 0 for none, else at least 2.</summary>
    public int HoldOutEvery { get; init; }

    /// <summary>Number of threads.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Called while learning with the share that is done.</summary>
    public Action<double>? Learning { get; init; }

    /// <summary>Reads, learns, measures.</summary>
    /// <param name="model">Recipe of the model.</param>
    /// <param name="cancel">Stops it; nothing is learnt then.</param>
    /// <exception cref="ForageException">The data or an option are at fault.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public (TrainedModel Model, QuantileResult Result) Run(ModelRecipe model, CancellationToken cancel = default)
    {
        if (HoldOutEvery is < 0 or 1) throw new ForageException($"Every {HoldOutEvery}th example cannot be held out; expected 0 (none) or at least 2.");
        var (kept, held) = (new Gathered(), new Gathered());
        long seen = 0, unlabelled = 0;
        var summary = input.OpenExamples().Read(batch =>
        {
            for (int i = 0; i < batch.Count; i++)
            {
                if (!batch.Labels[i].IsLabelled) unlabelled++;
                else (HoldOutEvery > 0 && ++seen % HoldOutEvery == 0 ? held : kept).Add(batch, i);
            }
        }, cancel);
        cancel.ThrowIfCancellationRequested();
        if (kept.Rows.RowCount == 0) throw new ForageException($"{input.Source.Name} holds no examples to learn from{(summary.FirstFaults.Count > 0 ? "; the first malformed line: " + summary.FirstFaults[0] : "")}.");
        var columns = TableColumns.Of(kept.Rows);
        if ((long)columns.Count * kept.Rows.RowCount > MostCells) throw new ForageException($"{kept.Rows.RowCount} examples with {columns.Count} features are too many for a dense table; expected at most {MostCells} cells (for sparse data learn online: --loss quantile).");
        var set = kept.Set(columns);
        var learnt = recipe.Train(set, model.Seed, Threads, Learning, cancel);
        var result = new QuantileResult(summary, set.Count, unlabelled, columns.Count, learnt.Score(set, Threads, cancel), held.Rows.RowCount > 0 ? learnt.Score(held.Set(columns), Threads, cancel) : null);
        return (new TrainedModel(model with { Quantiles = recipe, Examples = set.Count, Passes = 1 }, new TrainedQuantiles(columns, learnt)), result);
    }

    private sealed class Gathered
    {
        private readonly List<double> _targets = [];
        private readonly List<float> _weights = [];

        public FeatureBlock Rows { get; } = new();

        public void Add(ExampleBatch batch, int i)
        {
            Rows.Append(batch.Rows, i, 1);
            _targets.Add(batch.Labels[i].Value);
            _weights.Add(batch.Labels[i].Importance);
        }

        public QuantileSet Set(TableColumns columns) => new(columns.Table(Rows), [.. _targets], _weights.TrueForAll(w => w == 1) ? null : [.. _weights]);
    }
}

/// <summary>What learning quantiles came to.</summary>
/// <param name="Input">What was read.</param>
/// <param name="Examples">Examples learnt from.</param>
/// <param name="Unlabelled">Examples without a target, left out.</param>
/// <param name="Features">Columns of the table.</param>
/// <param name="Training">Scores on the examples learnt from: too good, for the model has seen them.</param>
/// <param name="HeldOut">Scores on examples kept out; null if none were.</param>
public sealed record QuantileResult(ReadSummary Input, long Examples, long Unlabelled, int Features, IReadOnlyList<QuantileScore> Training, IReadOnlyList<QuantileScore>? HeldOut);
