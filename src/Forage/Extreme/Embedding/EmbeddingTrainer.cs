using System.Numerics;
using Forage.Extreme.Embedding.Internals;

namespace Forage.Extreme.Embedding;

/// <summary>
/// Trains an <see cref="EmbeddingSoftmax"/> in batches on any loss of its scores: over given labels of each example (cost O(p d) for p labels), or over all.
/// A step minimises the mean loss of its batch.
/// </summary>
/// <remarks>
/// Results depend on the data, the order of batches and options only, not on the number of threads: what is added up by several threads is split the same way
/// whatever their number. Nothing is allocated once buffers have grown to the largest batch. One step at a time; the model may be read between steps.
/// </remarks>
public sealed unsafe class EmbeddingTrainer : IDisposable
{
    private readonly WorkerTeam _team;
    private readonly Batch _batch;
    private readonly RowOptimizer? _labels;
    private readonly EncoderPass? _encoder;
    private readonly SubsetPass _subset;
    private readonly AllLabelsPass _all;
    private readonly Action<int, int> _mask;
    private float _rateFactor = 1;
    private long _steps;

    /// <summary>A trainer of <paramref name="model"/>, which it changes in place.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How it is trained.</param>
    /// <param name="threads">Number of threads, at least 1.</param>
    public EmbeddingTrainer(EmbeddingSoftmax model, EmbeddingTrainerOptions options, int threads = 1)
    {
        options.Validate();
        EmbeddingThrow.Require(threads >= 1, "number of threads", threads, "at least 1");
        (Model, Options) = (model, options);
        bool encoder = options.TrainEncoder && model.Options.Encoder == EncoderKind.Sum;
        _team = new WorkerTeam(threads);
        _batch = new Batch(model);
        _labels = options.TrainLabels
            ? new RowOptimizer(options, options.LabelRate ?? options.LearningRate, model.LabelTable, model.Width, model.Dimension, biases: true) : null;
        _encoder = encoder ? new EncoderPass(model, options, _team, _batch) : null;
        _subset = new SubsetPass(model, _team, _batch, _labels, encoder);
        _all = new AllLabelsPass(model, _team, _batch, _labels, encoder);
        _mask = Mask;
    }

    /// <summary>The model being trained.</summary>
    public EmbeddingSoftmax Model { get; }

    /// <summary>How it is trained.</summary>
    public EmbeddingTrainerOptions Options { get; }

    /// <summary>Multiplies all learning rates from here on: what a schedule sets.</summary>
    public float RateFactor
    {
        get => _rateFactor;
        set
        {
            EmbeddingThrow.Require(value is >= 0 and < float.PositiveInfinity, "factor of the learning rate", value, "0 or more");
            _rateFactor = value;
            if (_labels is not null) _labels.RateFactor = value;
            if (_encoder is not null) _encoder.Features.RateFactor = _encoder.Bias.RateFactor = value;
        }
    }

    /// <summary>One step over some labels of each example.</summary>
    /// <param name="rows">Rows, from <see cref="EmbeddingSoftmax.Prepare"/> of this model or one it was cloned from.</param>
    /// <param name="examples">Numbers of the batch's rows; also what <paramref name="loss"/> is told.</param>
    /// <param name="starts">Where each example's labels start in <paramref name="labels"/>, and the end: one number more than examples. An example without labels is left out.</param>
    /// <param name="labels">Labels looked at.</param>
    /// <param name="loss">The loss; a gradient of 0 leaves a label alone.</param>
    /// <returns>Mean loss before the step.</returns>
    public double Step(InputRows rows, ReadOnlySpan<int> examples, ReadOnlySpan<int> starts, ReadOnlySpan<int> labels, IScoreLoss loss)
    {
        if (starts.Length != examples.Length + 1) throw new ArgumentException($"{examples.Length} examples but {starts.Length} starts; expected one more than examples.", nameof(starts));
        _batch.Begin(rows, examples, loss);
        _subset.Begin(starts[^1] - starts[0]);
        for (int i = 0; i < examples.Length; i++) _subset.SetExample(i, labels[starts[i]..starts[i + 1]]);
        return Subset();
    }

    /// <summary>One step over the labels that <paramref name="labels"/> has in the rows of the examples' numbers.</summary>
    /// <inheritdoc cref="Step(InputRows, ReadOnlySpan{int}, ReadOnlySpan{int}, ReadOnlySpan{int}, IScoreLoss)"/>
    public double Step(InputRows rows, ReadOnlySpan<int> examples, LabelSets labels, IScoreLoss loss)
    {
        _batch.Begin(rows, examples, loss);
        int total = 0;
        foreach (int e in examples)
        {
            if ((uint)e >= (uint)labels.Count) throw new ForageException($"Example {e} has no row of labels; expected {labels.Count} rows to be one for each example's number.");
            total = checked(total + labels[e].Length);
        }
        _subset.Begin(total);
        for (int i = 0; i < examples.Length; i++) _subset.SetExample(i, labels[examples[i]]);
        return Subset();
    }

    /// <summary>One step over all labels; memory for two numbers an example and label is kept.</summary>
    /// <inheritdoc cref="Step(InputRows, ReadOnlySpan{int}, ReadOnlySpan{int}, ReadOnlySpan{int}, IScoreLoss)"/>
    public double StepAll(InputRows rows, ReadOnlySpan<int> examples, IScoreLoss loss)
    {
        _batch.Begin(rows, examples, loss);
        _all.Run();
        return Finish();
    }

    /// <summary>Stops the threads and frees buffers and moments; the model stays.</summary>
    public void Dispose()
    {
        _team.Dispose();
        _batch.Dispose();
        _labels?.Dispose();
        _encoder?.Dispose();
        _subset.Dispose();
        _all.Dispose();
    }

    private double Subset()
    {
        _subset.Run();
        return Finish();
    }

    private double Finish()
    {
        if (_encoder is not null)
        {
            if (Model.Options.Activation == Activation.Relu) _team.Run(_batch.Count, _mask);
            _encoder.Run();
        }
        if (BitOperations.IsPow2(++_steps) && _steps >= 16)
        {
            _labels?.Settle();
            _encoder?.Features.Settle();
        }
        return _batch.MeanLoss();
    }

    private void Mask(int i, int worker) => VectorKernels.Mask(_batch.Delta(i), _batch.Hidden(i), Model.Width);
}
