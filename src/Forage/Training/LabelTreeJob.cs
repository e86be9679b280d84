using Forage.Data;
using Forage.Evaluation;
using Forage.Extreme;
using Forage.Extreme.Tree;
using Forage.Features;

namespace Forage.Training;

/// <summary>Learns a label tree from a file or stream of examples with sets of labels. All of them are held in memory.</summary>
/// <param name="input">The examples.</param>
/// <param name="options">How the tree is built.</param>
public sealed class LabelTreeJob(TrainingInput input, LabelTreeOptions options)
{
    /// <summary>Every how manieth example is kept out of learning to measure precision on; 0 for none, else at least 2.</summary>
    public int HoldOutEvery { get; init; }

    /// <summary>Labels there are at least, those that do not occur included.</summary>
    public int Labels { get; init; }

    /// <summary>Number of threads.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Called while reading with the number of examples read and the share of the input that is (NaN if unknown).</summary>
    public Action<long, double>? Reading { get; init; }

    /// <summary>Called while learning with the share that is done.</summary>
    public Action<double>? Learning { get; init; }

    /// <summary>Reads, learns, measures.</summary>
    /// <param name="recipe">Recipe of the model.</param>
    /// <param name="cancel">Stops it; nothing is learnt then.</param>
    /// <exception cref="ForageException">The data are at fault: nothing in them, no label, a number that is none.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public (TrainedModel Model, LabelTreeResult Result) Run(ModelRecipe recipe, CancellationToken cancel = default)
    {
        if (HoldOutEvery is < 0 or 1) throw new ForageException($"Every {HoldOutEvery}th example cannot be held out; expected 0 (none) or at least 2.");
        var (rows, held) = (new FeatureBlock(), new FeatureBlock());
        var (labels, heldLabels) = (new LabelSets(), new LabelSets());
        labels.Declare(Labels);
        long seen = 0;
        var reader = input.OpenMultilabel();
        var summary = reader.Read(batch =>
        {
            for (int i = 0; i < batch.Count; i++)
            {
                bool isHeld = HoldOutEvery > 0 && ++seen % HoldOutEvery == 0;
                (isHeld ? held : rows).Append(batch.Rows, i, 1);
                (isHeld ? heldLabels : labels).Add(batch.Labels(i));
            }
            Reading?.Invoke(labels.Count + heldLabels.Count, reader.StoredBytes is > 0 and var length ? Math.Min(1, (double)reader.StoredBytesRead / length) : double.NaN);
        }, cancel);
        cancel.ThrowIfCancellationRequested();
        if (labels.Count == 0) throw new ForageException($"{input.Source.Name} holds no examples to learn from{(summary.FirstFaults.Count > 0 ? "; the first malformed line: " + summary.FirstFaults[0] : "")}.");
        labels.Declare(heldLabels.LabelCount);
        if (Labels > 0 && labels.LabelCount > Labels) throw new ForageException($"{input.Source.Name} has label {labels.LabelCount - 1}, and {Labels} labels were said to be there; expected 0 to {Labels - 1}.");
        var tree = SparseLabelTree.Train(rows, labels, options, Threads, Learning, cancel);
        var result = new LabelTreeResult(summary, labels.Count, rows.FeatureCount, Measure(tree, rows, labels, cancel), held.RowCount > 0 ? Measure(tree, held, heldLabels, cancel) : null);
        return (new TrainedModel(recipe with { Method = LabelMethod.Tree, Examples = labels.Count, Passes = 1 }, tree), result);
    }

    private static PrecisionAtK Measure(SparseLabelTree tree, FeatureBlock rows, LabelSets labels, CancellationToken cancel)
    {
        var precision = new PrecisionAtK();
        var scratch = new LabelTreeScratch();
        Span<int> found = stackalloc int[PrecisionAtK.Most];
        Span<float> probabilities = stackalloc float[PrecisionAtK.Most];
        for (int i = 0; i < labels.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            precision.Add(found[..tree.Top(rows[i], scratch, found, probabilities)], labels[i]);
        }
        return precision;
    }
}

/// <summary>What learning a label tree came to.</summary>
/// <param name="Input">What was read.</param>
/// <param name="Examples">Examples learnt from.</param>
/// <param name="Features">Features of those examples.</param>
/// <param name="Training">Precision on the examples learnt from: too good, for the tree has seen them.</param>
/// <param name="HeldOut">Precision on examples kept out; null if none were.</param>
public sealed record LabelTreeResult(ReadSummary Input, long Examples, long Features, PrecisionAtK Training, PrecisionAtK? HeldOut);
