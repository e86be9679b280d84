using Forage.Features;

namespace Forage.OffPolicy;

/// <summary>
/// One decision as it was logged: what was known (<see cref="Rows"/>), what could be chosen, what was chosen with which propensity, and what
/// came of it. It owns its data; nothing in it is pooled.
/// </summary>
/// <remarks>
/// Row 0 of <see cref="Rows"/> is the shared context. With action-dependent features rows 1..n describe the n actions and
/// <see cref="ActionCount"/> = n; over a fixed set of actions there is only row 0 and <see cref="ActionCount"/> is the size of the set.
/// </remarks>
public sealed record LoggedDecision
{
    /// <summary>Identifies the event; empty when the log has none.</summary>
    public string EventId { get; init; } = "";

    /// <summary>When the decision was made, if the log says.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>When the reward arrived, if the log says.</summary>
    public DateTimeOffset? RewardTime { get; init; }

    /// <summary>Row 0: shared context; rows 1..n: the actions' own features (absent over a fixed set of actions).</summary>
    public required FeatureBlock Rows { get; init; }

    /// <summary>Number of actions the decision was made among, excluded ones included.</summary>
    public required int ActionCount { get; init; }

    /// <summary>Actions (0-based) that could not be chosen; usually empty.</summary>
    public IReadOnlyList<int> Excluded { get; init; } = [];

    /// <summary>What was shown, in order; one element unless slates were logged.</summary>
    public required IReadOnlyList<LoggedAction> Slate { get; init; }

    /// <summary>The logging policy's whole distribution over the actions (first position), if logged; sums to 1.</summary>
    public IReadOnlyList<double>? Distribution { get; init; }

    /// <summary>Version of the policy that decided, if logged.</summary>
    public string? PolicyVersion { get; init; }

    /// <summary>True if the logger marked the record as not to be learnt from (a decision never shown).</summary>
    public bool SkipLearn { get; init; }

    /// <summary>How many decisions this one stands for: above 1 when the logger kept only a part of them, as 1/(probability of being kept).</summary>
    public double Importance { get; init; } = 1;

    /// <summary>True if actions are described by rows of their own.</summary>
    public bool HasActionFeatures => Rows.RowCount > 1;

    /// <summary>Sum of the rewards of the slate.</summary>
    public double Reward
    {
        get
        {
            double sum = 0;
            foreach (var a in Slate) sum += a.Reward;
            return sum;
        }
    }
}
