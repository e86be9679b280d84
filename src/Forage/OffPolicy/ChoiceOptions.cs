using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy;

/// <summary>How a policy is chosen.</summary>
public sealed record ChoiceOptions
{
    /// <summary>Confidence with which the chosen policy is better than the logging policy, all candidates considered. Default 0.95.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Reward range and slate length. Default [0, 1] and single decisions.</summary>
    public RewardScale Scale { get; init; } = RewardScale.Unit;

    /// <summary>A bound on every weight of every candidate, if known beforehand; narrows intervals of rare rewards. Default 0: unknown.</summary>
    public double MaxWeight { get; init; }

    /// <summary>Bets used. Default <see cref="BettingKind.Mixture"/>.</summary>
    public BettingKind Bets { get; init; } = BettingKind.Mixture;

    /// <summary>
    /// For policies promoted again and again from one stream: which attempt this is, from 1. Attempt k may err with probability α/(k(k+1)), which over
    /// all attempts adds up to α. Default 0: one choice, all of α.
    /// </summary>
    public int Promotion { get; init; }

    /// <summary>Error probability this choice may spend: 1 - <see cref="Confidence"/>, divided by k(k+1) at promotion k.</summary>
    public double Error => (1 - Confidence) / (Promotion < 1 ? 1 : (double)Promotion * (Promotion + 1));

    internal void Validate()
    {
        Gaussian.CheckConfidence(Confidence);
        Scale.Validate();
        if (Promotion < 0) OffPolicyThrow.BadOption("Promotion", Promotion, "0 or the number of the attempt, from 1");
    }

    internal BettingDifference NewDifference() => Bets switch
    {
        BettingKind.Predictable => new PredictableDifference(Scale, MaxWeight),
        BettingKind.Sums => new SumsDifference(Scale, MaxWeight),
        _ => new MixtureDifference(Scale, MaxWeight),
    };
}
