using Forage.Features;

namespace Forage.Linear;

/// <summary>How an online linear learner learns. Stored whole in its model.</summary>
public sealed record LinearOptions
{
    /// <summary>Loss.</summary>
    public LossKind Loss { get; init; } = LossKind.Squared;

    /// <summary>τ of the quantile loss, in (0, 1).</summary>
    public float Tau { get; init; } = 0.5f;

    /// <summary>log2 of the number of weights, 1..32.</summary>
    public int Bits { get; init; } = 18;

    /// <summary>Learning rate η &gt; 0; null: 0.5 with adaptive and normalised updates, else 10.</summary>
    public float? LearningRate { get; init; }

    /// <summary>Exponent of the decay of the rate, per feature with adaptive updates and over time without; in [0, 1].</summary>
    public float PowerT { get; init; } = 0.5f;

    /// <summary>Starting point of the decay; null: 0 for adaptive or normalised updates, else 1.</summary>
    public float? InitialT { get; init; }

    /// <summary>The rate is multiplied by this after each pass, in (0, 1].</summary>
    public float LearningRateDecay { get; init; } = 1;

    /// <summary>Per-feature rates by accumulated squared gradients (Duchi, Hazan, Singer 2011).</summary>
    public bool Adaptive { get; init; } = true;

    /// <summary>Updates independent of the scale of features (Ross, Mineiro, Langford 2013).</summary>
    public bool Normalized { get; init; } = true;

    /// <summary>Importance-invariant updates: weight k equals k updates in the limit (Karampatziakis, Langford 2011).</summary>
    public bool Invariant { get; init; } = true;

    /// <summary>l1 penalty ≥ 0 (truncated gradient).</summary>
    public float L1 { get; init; }

    /// <summary>l2 penalty ≥ 0.</summary>
    public float L2 { get; init; }

    /// <summary>Adds a constant feature.</summary>
    public bool Constant { get; init; } = true;

    /// <summary>Interactions, each two or more namespace bytes as text: "ab", "aa", ":a", "abc"; ':' stands for every namespace.</summary>
    public IReadOnlyList<string> Interactions { get; init; } = [];

    /// <summary>Lower clip of predictions; null: set by the loss and the labels seen.</summary>
    public float? MinPrediction { get; init; }

    /// <summary>Upper clip of predictions; null: set by the loss and the labels seen.</summary>
    public float? MaxPrediction { get; init; }

    /// <summary>Plain stochastic gradient descent: neither adaptive nor normalised nor invariant.</summary>
    public static LinearOptions Sgd { get; } = new() { Adaptive = false, Normalized = false, Invariant = false };

    /// <summary>Checks every option.</summary>
    /// <exception cref="ForageException">The first option that is out of range, with what was expected.</exception>
    public void Validate()
    {
        Require(Bits is >= 1 and <= 32, "number of bits", Bits, "1 to 32");
        Require(Tau is > 0 and < 1, "quantile tau", Tau, "a number between 0 and 1");
        Require(LearningRate is null or (> 0 and < float.PositiveInfinity), "learning rate", LearningRate, "a positive number");
        Require(PowerT is >= 0 and <= 1, "power of the decay", PowerT, "a number from 0 to 1");
        Require(InitialT is null or (>= 0 and < float.PositiveInfinity), "initial t", InitialT, "0 or more");
        Require(LearningRateDecay is > 0 and <= 1, "decay of the learning rate", LearningRateDecay, "a number above 0 up to 1");
        Require(L1 is >= 0 and < float.PositiveInfinity, "l1 penalty", L1, "0 or more");
        Require(L2 is >= 0 and < float.PositiveInfinity, "l2 penalty", L2, "0 or more");
        Require(MinPrediction is null || MaxPrediction is null || MinPrediction < MaxPrediction, "smallest prediction", MinPrediction, $"less than the largest, {MaxPrediction}");
        _ = new InteractionSet(Interactions);
    }

    private static void Require(bool holds, string what, object? value, string expected)
    {
        if (!holds) throw new ForageException($"The {what} is {value}; expected {expected}.");
    }
}
