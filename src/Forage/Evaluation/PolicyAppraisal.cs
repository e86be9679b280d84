using Forage.OffPolicy;

namespace Forage.Evaluation;

/// <summary>What a part of a log says about a policy. Values are rewards per decision.</summary>
/// <param name="Value">Value with an interval valid at any time (betting sequence).</param>
/// <param name="SelfNormalized">Self-normalised value; less variable, slightly biased.</param>
/// <param name="Difference">Paired difference to the logging policy, with an interval valid at any time.</param>
/// <param name="Weights">Mean weight, largest weight, effective sample size, overlap.</param>
public sealed record PolicyAppraisal(Estimate Value, double SelfNormalized, Estimate Difference, WeightSummary Weights)
{
    /// <summary>Per decision, in order: what was made of it. Only where a trace was asked for.</summary>
    public PolicyTrace? Trace { get; init; }

    /// <summary>What a choice among policies goes by.</summary>
    public CandidateEvidence Evidence => new(SelfNormalized, Difference.Lower, Difference.Lower, Weights.Mean, Weights.EffectiveSampleSize, Value.Count);
}

/// <summary>Summary of importance weights.</summary>
/// <param name="Mean">Mean weight, 1 in expectation.</param>
/// <param name="Largest">Largest weight.</param>
/// <param name="EffectiveSampleSize">(Σw)²/Σw².</param>
/// <param name="Overlap">Share of decisions with a weight above 0.</param>
public readonly record struct WeightSummary(double Mean, double Largest, double EffectiveSampleSize, double Overlap);

/// <summary>A policy's view of each decision of a part of a log.</summary>
/// <param name="First">Number of the first decision.</param>
/// <param name="Gains">Σ_j w_j r_j: what the decision would have earned, in expectation.</param>
/// <param name="Weights">Mean weight of the positions.</param>
/// <param name="PositionGains">Mean of w_j r_j for each position.</param>
/// <param name="PositionRewards">Mean of r_j for each position.</param>
public sealed record PolicyTrace(int First, double[] Gains, double[] Weights, double[] PositionGains, double[] PositionRewards);
