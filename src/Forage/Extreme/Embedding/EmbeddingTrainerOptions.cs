using Forage.Extreme.Embedding.Internals;

namespace Forage.Extreme.Embedding;

/// <summary>How an embedding softmax is trained.</summary>
public sealed record EmbeddingTrainerOptions
{
    /// <summary>Rule that turns gradients into steps.</summary>
    public EmbeddingOptimizer Optimizer { get; init; } = EmbeddingOptimizer.Adam;

    /// <summary>Learning rate η &gt; 0 of all parts.</summary>
    public float LearningRate { get; init; } = 0.001f;

    /// <summary>Learning rate of label vectors and label biases; null: <see cref="LearningRate"/>.</summary>
    public float? LabelRate { get; init; }

    /// <summary>Learning rate of feature vectors and the encoder's bias; null: <see cref="LearningRate"/>.</summary>
    public float? EncoderRate { get; init; }

    /// <summary>False: the encoder stays as it is.</summary>
    public bool TrainEncoder { get; init; } = true;

    /// <summary>False: label vectors and label biases stay as they are.</summary>
    public bool TrainLabels { get; init; } = true;

    /// <summary>Adam's decay of first moments, in [0, 1).</summary>
    public float Beta1 { get; init; } = 0.9f;

    /// <summary>Adam's decay of second moments, in [0, 1).</summary>
    public float Beta2 { get; init; } = 0.999f;

    /// <summary>ε &gt; 0 added to the root that steps are divided by.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    /// <summary>Penalty (l2/2)|row|² of the rows a step touches, ≥ 0; biases are free.</summary>
    public float L2 { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ForageException">The first option that is out of range, with what was expected.</exception>
    public void Validate()
    {
        EmbeddingThrow.Require(Enum.IsDefined(Optimizer), "optimizer", Optimizer, "a known one");
        EmbeddingThrow.Require(LearningRate is > 0 and < float.PositiveInfinity, "learning rate", LearningRate, "a positive number");
        EmbeddingThrow.Require(LabelRate is null or (> 0 and < float.PositiveInfinity), "learning rate of labels", LabelRate, "a positive number");
        EmbeddingThrow.Require(EncoderRate is null or (> 0 and < float.PositiveInfinity), "learning rate of the encoder", EncoderRate, "a positive number");
        EmbeddingThrow.Require(Beta1 is >= 0 and < 1, "decay of first moments", Beta1, "a number from 0 to below 1");
        EmbeddingThrow.Require(Beta2 is >= 0 and < 1, "decay of second moments", Beta2, "a number from 0 to below 1");
        EmbeddingThrow.Require(Epsilon is > 0 and < float.PositiveInfinity, "epsilon", Epsilon, "a positive number");
        EmbeddingThrow.Require(L2 is >= 0 and < float.PositiveInfinity, "l2 penalty", L2, "0 or more");
        EmbeddingThrow.Require(TrainEncoder || TrainLabels, "choice of what to train", "neither labels nor encoder", "at least one of them");
    }
}

/// <summary>Rules that turn the gradient g of a row into a step.</summary>
/// <remarks>All are lazy: a row without gradient in a batch is not looked at, and neither its weights nor its moments change.</remarks>
public enum EmbeddingOptimizer
{
    /// <summary>
    /// Adam (Kingma, Ba 2015): m ← β₁m + (1-β₁)g, v ← β₂v + (1-β₂)g², w ← w - η m̂/(√v̂ + ε). The correction of bias m̂ = m/(1-β₁ⁿ), v̂ = v/(1-β₂ⁿ) counts the
    /// row's own steps n, so a row first met late starts like one met early. Two numbers a weight.
    /// </summary>
    Adam,

    /// <summary>AdaGrad (Duchi, Hazan, Singer 2011): a ← a + g², w ← w - η g/(√a + ε). One number a weight.</summary>
    AdaGrad,

    /// <summary>AdaGrad with one sum for a row of d weights: a ← a + |g|²/d. One number a row: the least memory and traffic.</summary>
    RowAdaGrad,

    /// <summary>w ← w - η g.</summary>
    Sgd,
}
