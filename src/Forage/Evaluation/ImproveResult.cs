using Forage.OffPolicy;

namespace Forage.Evaluation;

/// <summary>What <see cref="Improver"/> found. Values are rewards per decision.</summary>
public sealed record ImproveResult
{
    /// <summary>Options as they were used.</summary>
    public required ImproveOptions Options { get; init; }

    /// <summary>Decisions trained on, chosen on, confirmed on: consecutive parts of the log.</summary>
    public required (int Train, int Choose, int Confirm) Parts { get; init; }

    /// <summary>Reward range and slate length.</summary>
    public required RewardScale Scale { get; init; }

    /// <summary>Weights used for slates.</summary>
    public required SlateWeighting Weighting { get; init; }

    /// <summary>The logging policy, its greedy form where it can be asked, and the candidates, on the part to choose on.</summary>
    public required IReadOnlyList<ImproveRow> Rows { get; init; }

    /// <summary>The rows but for the logging policy as they come in the choice: those proved better with believable weights by self-normalised value, then the others by the lower end.</summary>
    public IReadOnlyList<ImproveRow> Ranking => [.. Rows.Where(r => r.Kind != PolicyKind.Logging)
        .OrderByDescending(r => Options.Rule.IsFinalist(r.Appraisal.Evidence))
        .ThenByDescending(r => Options.Rule.IsFinalist(r.Appraisal.Evidence) ? r.Appraisal.SelfNormalized : r.Appraisal.Difference.Lower)];

    /// <summary>Settings that were tried to find those of a row, on the part to choose on.</summary>
    public IReadOnlyList<ImproveRow> Settings { get; init; } = [];

    /// <summary>The row chosen.</summary>
    public required ImproveRow Chosen { get; init; }

    /// <summary>The logging policy on the part to confirm on.</summary>
    public required PolicyAppraisal LoggingConfirmed { get; init; }

    /// <summary>The greedy logging policy on the part to confirm on, if it can be asked.</summary>
    public PolicyAppraisal? GreedyConfirmed { get; init; }

    /// <summary>The chosen policy on the part to confirm on: this and only this is the proof.</summary>
    public required PolicyAppraisal ChosenConfirmed { get; init; }

    /// <summary>Chosen minus greedy logging policy on the part to confirm on, paired.</summary>
    public Estimate? OverGreedy { get; init; }

    /// <summary>The policy that was confirmed, in the form in which it can be saved and used; null if it was brought from elsewhere.</summary>
    public required IPolicy? Policy { get; init; }

    /// <summary>The policy that was confirmed, as it was asked over the log.</summary>
    public required IPolicy PolicyOverLog { get; init; }

    /// <summary>True values on the part to confirm on, where the truth is known.</summary>
    public ImproveTruth? Truth { get; init; }

    /// <summary>Things the user should know, a sentence each.</summary>
    public required IReadOnlyList<string> Remarks { get; init; }

    /// <summary>It was stopped before all candidates were trained.</summary>
    public bool Interrupted { get; init; }

    /// <summary>The chosen policy is better than the logging policy with the confidence asked for.</summary>
    public bool IsBetter => ChosenConfirmed.Difference.Lower > 0;
}

/// <summary>A policy on the part of the log to choose on.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Where it comes from.</param>
/// <param name="Recipe">How it learnt; null for others.</param>
/// <param name="Appraisal">What the part to choose on says.</param>
public sealed record ImproveRow(string Name, PolicyKind Kind, CandidateRecipe? Recipe, PolicyAppraisal Appraisal)
{
    /// <summary>True value on the part to confirm on of the policy as it was chosen from, where the truth is known.</summary>
    public double? TrueValue { get; init; }
}

/// <summary>Where a policy comes from.</summary>
public enum PolicyKind
{
    /// <summary>Made the log.</summary>
    Logging,

    /// <summary>The logging policy's best guess, always.</summary>
    GreedyLogging,

    /// <summary>Learnt here.</summary>
    Learnt,

    /// <summary>Brought from elsewhere.</summary>
    Brought,
}

/// <summary>True values on the part to confirm on, rewards per decision.</summary>
/// <param name="Logging">Logging policy, expected over its randomness if it can be asked, else its mean reward.</param>
/// <param name="GreedyLogging">Greedy logging policy; NaN if it cannot be asked.</param>
/// <param name="Chosen">The policy confirmed.</param>
/// <param name="Best">The best there could be.</param>
public sealed record ImproveTruth(double Logging, double GreedyLogging, double Chosen, double Best);
