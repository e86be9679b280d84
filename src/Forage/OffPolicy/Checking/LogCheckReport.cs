namespace Forage.OffPolicy.Checking;

/// <summary>What a <see cref="LogCheck"/> found out about a log.</summary>
public sealed record LogCheckReport
{
    /// <summary>Findings, worst first.</summary>
    public required IReadOnlyList<LogFinding> Findings { get; init; }

    /// <summary>The worst severity of all.</summary>
    public Severity Worst => Findings.Count == 0 ? Severity.Fine : Findings.Max(f => f.Severity);

    /// <summary>Decisions seen.</summary>
    public required long Decisions { get; init; }

    /// <summary>Decisions with a chosen action.</summary>
    public required long Labelled { get; init; }

    /// <summary>Decisions marked as not to be learnt from.</summary>
    public required long SkipLearn { get; init; }

    /// <summary>Positions with an action, over all slates.</summary>
    public required long Positions { get; init; }

    /// <summary>Longest slate.</summary>
    public required int SlateLength { get; init; }

    /// <summary>Smallest and largest number of actions of a decision.</summary>
    public required (int Smallest, int Largest) ActionCounts { get; init; }

    /// <summary>Distinct policy versions seen (at most 1,000 are counted).</summary>
    public required int PolicyVersions { get; init; }

    /// <summary>Rewards of positions.</summary>
    public required RewardSummary Rewards { get; init; }

    /// <summary>Propensities.</summary>
    public required PropensitySummary Propensities { get; init; }

    /// <summary>The test that weights against the uniform policy have mean 1; null without propensities.</summary>
    public required PropensityTestResult? PropensityTest { get; init; }

    /// <summary>Logged distributions; null if none.</summary>
    public required DistributionSummary? Distributions { get; init; }

    /// <summary>Actions, most shown first; at most <see cref="LogCheckOptions.MaxActions"/>.</summary>
    public required IReadOnlyList<ActionSummary> Actions { get; init; }

    /// <summary>Reward delays; null if the log has no reward times.</summary>
    public required DelaySummary? Delays { get; init; }

    /// <summary>Events whose id occurred before.</summary>
    public required long Duplicates { get; init; }

    /// <summary>Drift of mean reward, propensity and action shares.</summary>
    public required DriftSummary Drift { get; init; }

    /// <summary>The uniform policy, and with logged distributions the greedy logging policy, against the logging policy.</summary>
    public required IReadOnlyList<SeparationSummary> Separations { get; init; }
}

/// <summary>Rewards of positions.</summary>
/// <param name="Mean">Mean.</param>
/// <param name="Smallest">Smallest.</param>
/// <param name="Largest">Largest.</param>
/// <param name="Nonzero">How many are not 0.</param>
/// <param name="Invalid">How many are not finite.</param>
public sealed record RewardSummary(double Mean, double Smallest, double Largest, long Nonzero, long Invalid);

/// <summary>Propensities of positions.</summary>
/// <param name="Valid">How many are in (0, 1].</param>
/// <param name="Missing">How many are not given.</param>
/// <param name="Zero">How many are 0.</param>
/// <param name="AboveOne">How many are above 1.</param>
/// <param name="CertainWithChoice">How many are 1 although there was a choice.</param>
/// <param name="Smallest">Smallest valid one.</param>
/// <param name="Largest">Largest valid one.</param>
/// <param name="Histogram">Counts by power of ten: entry 0 those equal to 1, entry k those in [10^-k, 10^-(k-1)), the last everything smaller.</param>
public sealed record PropensitySummary(long Valid, long Missing, long Zero, long AboveOne, long CertainWithChoice, double Smallest, double Largest, IReadOnlyList<long> Histogram);

/// <summary>Logged distributions.</summary>
/// <param name="Count">Decisions with one.</param>
/// <param name="WrongLength">Those whose length is not the number of actions.</param>
/// <param name="WrongSum">Those that do not sum to 1, or have a negative entry.</param>
/// <param name="WrongEntry">Those whose chosen action's entry is not the propensity.</param>
/// <param name="MassOnExcluded">Those with mass on excluded actions.</param>
/// <param name="Calibration">Frequencies against probabilities.</param>
public sealed record DistributionSummary(long Count, long WrongLength, long WrongSum, long WrongEntry, long MassOnExcluded, IReadOnlyList<CalibrationRow> Calibration);

/// <summary>How often actions of about the same logged probability were chosen.</summary>
/// <param name="From">Smallest probability of the row.</param>
/// <param name="To">Largest probability of the row.</param>
/// <param name="Expected">Sum of their probabilities.</param>
/// <param name="Observed">How many were chosen.</param>
/// <param name="LogWealth">ln of the wealth won by betting that they differ.</param>
/// <param name="Refuted">True if that proves it, all rows considered.</param>
public sealed record CalibrationRow(double From, double To, double Expected, long Observed, double LogWealth, bool Refuted);

/// <summary>One action of a log.</summary>
/// <param name="Action">The action, 0-based.</param>
/// <param name="Shown">How often it was shown.</param>
/// <param name="MeanPropensity">Mean propensity when shown; NaN if none was logged.</param>
/// <param name="SmallestPropensity">Smallest propensity when shown, NaN if none was logged; 1 over it is its largest possible weight.</param>
/// <param name="MeanReward">Mean reward when shown.</param>
public sealed record ActionSummary(int Action, long Shown, double MeanPropensity, double SmallestPropensity, double MeanReward);

/// <summary>Time from decision to reward.</summary>
/// <param name="Count">Decisions with both times.</param>
/// <param name="Negative">Rewards before their decision.</param>
/// <param name="Median">Median, to about 10 %.</param>
/// <param name="P90">90th percentile, to about 10 %.</param>
/// <param name="Longest">Longest.</param>
/// <param name="OutOfOrder">Decisions made before the decision logged before them.</param>
public sealed record DelaySummary(long Count, long Negative, TimeSpan Median, TimeSpan P90, TimeSpan Longest, long OutOfOrder);

/// <summary>Means over time.</summary>
/// <param name="BlockSize">Decisions a block.</param>
/// <param name="Reward">Mean reward of each block, per position.</param>
/// <param name="Propensity">Mean propensity of each block, first position.</param>
/// <param name="Changes">Changes proven, with an error probability of at most 1 - confidence for all together.</param>
public sealed record DriftSummary(long BlockSize, IReadOnlyList<double> Reward, IReadOnlyList<double> Propensity, IReadOnlyList<DriftChange> Changes);

/// <summary>A change proven between two stretches of the log.</summary>
/// <param name="What">What changed: "reward", "propensity", or "action 7".</param>
/// <param name="FromStart">First decision of the one stretch.</param>
/// <param name="FromEnd">One past its last.</param>
/// <param name="FromMean">Mean there.</param>
/// <param name="ToStart">First decision of the other stretch.</param>
/// <param name="ToEnd">One past its last.</param>
/// <param name="ToMean">Mean there.</param>
public sealed record DriftChange(string What, long FromStart, long FromEnd, double FromMean, long ToStart, long ToEnd, double ToMean);

/// <summary>A policy against the logging policy, by paired differences.</summary>
/// <param name="Policy">Which.</param>
/// <param name="Count">Decisions weighed (a sample, for slates).</param>
/// <param name="Difference">Mean paired difference, in units of reward.</param>
/// <param name="StandardError">Its standard error.</param>
/// <param name="Variance">Variance of one decision's paired difference.</param>
/// <param name="EffectiveSampleSize">Of the policy's weights.</param>
/// <param name="LargestWeight">Of the policy's weights.</param>
/// <param name="Overlap">Share of decisions it could have made.</param>
/// <param name="Decisions">Decisions in all until an anytime-valid interval separates the two, if the estimated difference is the true one.</param>
/// <param name="DecisionsForTenPercent">Decisions until a difference of a tenth of the mean reward would show.</param>
public sealed record SeparationSummary(string Policy, long Count, double Difference, double StandardError, double Variance, double EffectiveSampleSize, double LargestWeight,
    double Overlap, long Decisions, long DecisionsForTenPercent);
