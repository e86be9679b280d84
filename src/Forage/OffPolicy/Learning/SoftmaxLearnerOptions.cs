using System.Globalization;

namespace Forage.OffPolicy.Learning;

/// <summary>How a <see cref="SoftmaxLearner"/> learns.</summary>
public sealed record SoftmaxLearnerOptions
{
    /// <summary>Objective.</summary>
    public SoftmaxObjective Objective { get; init; } = SoftmaxObjective.WeightedLikelihood;

    /// <summary>λ of <see cref="SoftmaxObjective.SelfNormalized"/>, in [0, 1]; with λ = 1 and binary rewards only failures teach.</summary>
    public double Translation { get; init; } = 0.5;

    /// <summary>Cap on 1/ρ (likelihood) or on w (self-normalised), &gt; 0.</summary>
    public double WeightCap { get; init; } = 100;

    /// <summary>Only the prior's this many most probable actions enter the softmax; 0: all.</summary>
    public int Candidates { get; init; }

    internal SoftmaxLearnerOptions Validated()
    {
        if (!(Translation is >= 0 and <= 1)) throw Wrong($"The translation λ is {Translation}; expected 0 to 1.");
        if (!(WeightCap > 0)) throw Wrong($"The weight cap is {WeightCap}; expected a positive number.");
        if (Candidates < 0) throw Wrong($"The number of candidates is {Candidates}; expected 0 (all) or more.");
        return this;
    }

    private static ForageException Wrong(FormattableString message) => new(message.ToString(CultureInfo.InvariantCulture));
}
