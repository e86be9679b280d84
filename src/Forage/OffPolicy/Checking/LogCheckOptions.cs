using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy.Checking;

/// <summary>What a <see cref="LogCheck"/> goes by.</summary>
public sealed record LogCheckOptions
{
    /// <summary>Confidence of each test: the propensity test, calibration and drift each err with probability at most 1 minus this. Default 0.95.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Range of the reward of one position; null takes the range seen, which makes the drift test of rewards approximate. Default null.</summary>
    public RewardRange? Rewards { get; init; }

    /// <summary>Smallest propensity the logging policy can have, if known: bounds the weights for the test that propensities are not too large. Default 0: not known.</summary>
    public double SmallestPropensity { get; init; }

    /// <summary>How far a logged distribution's sum may be from 1, and a propensity from its entry (relative). Logs round. Default 0.001.</summary>
    public double Tolerance { get; init; } = 1e-3;

    /// <summary>How many event ids are remembered at least; duplicates farther apart are not found. 20 bytes each. Default 1,000,000.</summary>
    public int EventMemory { get; init; } = 1_000_000;

    /// <summary>How many distinct actions are followed one by one. Default 2,000.</summary>
    public int MaxActions { get; init; } = 2000;

    internal void Validate()
    {
        Gaussian.CheckConfidence(Confidence);
        Rewards?.Validate();
        if (!(SmallestPropensity is >= 0 and < 1)) OffPolicyThrow.BadOption("SmallestPropensity", SmallestPropensity, "a probability of at least 0 and below 1");
        if (!(Tolerance is >= 0 and < 1)) OffPolicyThrow.BadOption("Tolerance", Tolerance, "a number of at least 0 and below 1");
        if (EventMemory < 1) OffPolicyThrow.BadOption("EventMemory", EventMemory, "at least 1");
        if (MaxActions < 1) OffPolicyThrow.BadOption("MaxActions", MaxActions, "at least 1");
    }
}
