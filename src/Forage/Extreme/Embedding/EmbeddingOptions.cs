using Forage.Extreme.Embedding.Internals;

namespace Forage.Extreme.Embedding;

/// <summary>What an embedding softmax is like. Stored whole in its model.</summary>
public sealed record EmbeddingOptions
{
    /// <summary>Dimension d of hidden vectors and label vectors, at least 1. Computing is in steps of 16.</summary>
    public int Dimension { get; init; } = 128;

    /// <summary>How features become the hidden vector.</summary>
    public EncoderKind Encoder { get; init; } = EncoderKind.Sum;

    /// <summary>What is applied to each component of the hidden vector.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>What happens to values before they are used.</summary>
    public InputValues Values { get; init; } = InputValues.AsGiven;

    /// <summary>Divides each row, after <see cref="Values"/> and weights of columns, by its Euclidean length.</summary>
    public bool Normalize { get; init; } = true;

    /// <summary>Multiplies the weighted sum of feature vectors.</summary>
    public float Scale { get; init; } = 1;

    /// <summary>Standard deviation of the components of feature vectors at the start, ≥ 0. Label vectors start at 0.</summary>
    public float InitialScale { get; init; } = 1;

    /// <summary>Where label biases start; low is cautious, as labels that are never trained stay there.</summary>
    public float InitialBias { get; init; }

    /// <summary>Seed of the feature vectors at the start.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ForageException">The first option that is out of range, with what was expected.</exception>
    public void Validate()
    {
        EmbeddingThrow.Require(Dimension is >= 1 and <= 1 << 16, "embedding dimension", Dimension, "1 to 65536");
        EmbeddingThrow.Require(Enum.IsDefined(Encoder), "encoder", Encoder, "a known one");
        EmbeddingThrow.Require(Enum.IsDefined(Activation), "activation", Activation, "a known one");
        EmbeddingThrow.Require(Enum.IsDefined(Values), "treatment of values", Values, "a known one");
        EmbeddingThrow.Require(float.IsFinite(Scale) && Scale != 0, "scale of the encoder", Scale, "a number that is not 0");
        EmbeddingThrow.Require(InitialScale is >= 0 and < float.PositiveInfinity, "initial scale of feature vectors", InitialScale, "0 or more");
        EmbeddingThrow.Require(float.IsFinite(InitialBias), "initial bias", InitialBias, "a number");
    }
}

/// <summary>How features become the hidden vector.</summary>
public enum EncoderKind
{
    /// <summary>The sum of a vector a feature, weighted by values, plus a bias.</summary>
    Sum,

    /// <summary>The features are the vector: the value of column j is component j (a frozen encoder's output).</summary>
    Given,
}

/// <summary>What is applied to each component of a hidden vector.</summary>
public enum Activation
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>max(0, z).</summary>
    Relu,
}

/// <summary>What happens to a feature's value v before it is used.</summary>
public enum InputValues
{
    /// <summary>Nothing.</summary>
    AsGiven,

    /// <summary>1 if v ≠ 0.</summary>
    Binary,

    /// <summary>sign(v) ln(1 + |v|), for counts.</summary>
    Logarithmic,
}
