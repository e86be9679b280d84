using Forage.Extreme;
using Forage.Extreme.Embedding;
using Forage.Features;
using Forage.Simulation;

namespace Forage.Cli.Reproductions.Poxm;

/// <summary>How an embedding softmax is trained with all labels of its examples: logging policies and skylines.</summary>
internal sealed record ModelRecipe
{
    /// <summary>Dimension of hidden and label vectors.</summary>
    public int Dimension { get; init; } = 128;

    /// <summary>Passes.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Learning rate of Adam at the start; it falls to 0 in a straight line.</summary>
    public float Rate { get; init; } = 0.01f;

    /// <summary>Examples of a step.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>One logistic loss a label instead of the softmax's cross-entropy.</summary>
    public bool Logistic { get; init; }

    /// <summary>Biases of the labels at the start, for logistic loss: about the log-odds of a label.</summary>
    public float Bias { get; init; }

    /// <summary>Standard deviation of feature vectors at the start.</summary>
    public float InitialScale { get; init; } = 0.1f;

    /// <summary>Factor of the sum of feature vectors.</summary>
    public float Scale { get; init; } = 1;

    /// <summary>What the model is like. Feature vectors start small: large ones stay what they were, and little is learnt about the features.</summary>
    public EmbeddingOptions Model(ulong seed) => new() { Dimension = Dimension, InitialScale = InitialScale, Scale = Scale, InitialBias = Bias, Seed = seed };

    /// <summary>Trains a model.</summary>
    /// <param name="set">The set.</param>
    /// <param name="examples">Which of its rows.</param>
    /// <param name="seed">Seed of first vectors and order.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="cancellation">Stops it.</param>
    public EmbeddingSoftmax Train(SupervisedSet set, ReadOnlySpan<int> examples, ulong seed, int threads, CancellationToken cancellation)
    {
        var model = new EmbeddingSoftmax(Model(seed), FeatureColumns.From(set.Rows), set.LabelCount);
        using var trainer = new EmbeddingTrainer(model, new EmbeddingTrainerOptions { LearningRate = Rate }, threads);
        var rows = model.Prepare(set.Rows);
        IScoreLoss loss = Logistic ? new MultilabelLogisticLoss(set.Labelled) : new MultilabelSoftmaxLoss(set.Labelled);
        var rng = new Rng(seed).Fork(0x5E1);
        int[] order = examples.ToArray();
        int steps = 0, all = Epochs * ((order.Length + Batch - 1) / Batch);
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            rng.Shuffle<int>(order);
            for (int i = 0; i < order.Length; i += Batch)
            {
                cancellation.ThrowIfCancellationRequested();
                trainer.RateFactor = 1 - (float)steps++ / all;
                trainer.StepAll(rows, order.AsSpan(i, Math.Min(Batch, order.Length - i)), loss);
            }
        }
        return model;
    }
}
