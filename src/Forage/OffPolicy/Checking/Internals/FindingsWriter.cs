using System.Globalization;

namespace Forage.OffPolicy.Checking.Internals;

/// <summary>Turns the numbers of a report into sentences.</summary>
internal sealed class FindingsWriter(LogCheckReport report, LogCheckOptions options, long badActions, long untracked)
{
    private static readonly CultureInfo s_culture = CultureInfo.InvariantCulture;
    private readonly List<LogFinding> _findings = [];

    private bool HasPropensities => report.Propensities.Valid > 0;

    public IReadOnlyList<LogFinding> Write()
    {
        if (report.Decisions == 0)
        {
            Add(Severity.Error, "empty", "The log holds no decisions.");
            return _findings;
        }
        Labels();
        Propensities();
        Test();
        Distributions();
        Actions();
        Rewards();
        Times();
        Drift();
        Separations();
        return [.. _findings.OrderByDescending(f => f.Severity)]; // stable: otherwise in the order above
    }

    private void Labels()
    {
        if (report.Labelled == 0)
            Add(Severity.Error, "no-choices", $"None of the {N(report.Decisions)} decisions says what was chosen; there is nothing to learn or evaluate from.");
        else if (report.Labelled < report.Decisions)
            Add(Severity.Note, "unlabelled", $"{Share(report.Decisions - report.Labelled, report.Decisions, "decisions")} say nothing of what was chosen and are left out.");
        if (report.SkipLearn > 0) Add(Severity.Note, "skip-learn", $"{Share(report.SkipLearn, report.Decisions, "decisions")} are marked as not to be learnt from.");
        if (badActions > 0)
            Add(Severity.Error, "bad-action", $"{Share(badActions, report.Labelled, "decisions")} chose an action that was excluded, already placed, or not among the actions; the log contradicts itself.");
    }

    private void Propensities()
    {
        var p = report.Propensities;
        long all = report.Positions;
        if (all == 0) return;
        const string cannot = "without the probability an action was chosen with, another policy's value cannot be estimated without bias";
        const string onRequest = "Propensities can be estimated from how often each action was chosen, on request only: the estimates are right only if choices did not depend on the context.";
        if (p.Missing == all) Add(Severity.Error, "propensity-missing", $"No decision has a propensity; {cannot}. {onRequest}");
        else if (p.Missing > 0) Add(Severity.Warning, "propensity-missing", $"{Share(p.Missing, all, "choices")} have no propensity; {cannot}, and leaving them out is right only if they lack it at random. {onRequest}");
        if (p.Zero > 0) Add(Severity.Error, "propensity-zero", $"{Share(p.Zero, all, "choices")} have propensity 0, yet they were chosen: the propensities are not those drawn with. {onRequest}");
        if (p.AboveOne > 0) Add(Severity.Error, "propensity-above-one", $"{Share(p.AboveOne, all, "choices")} have a propensity above 1, which no probability is.");
        if (p.CertainWithChoice > 0 && p.CertainWithChoice >= 0.99 * p.Valid)
            Add(Severity.Error, "propensity-one", $"{Share(p.CertainWithChoice, p.Valid, "propensities")} are 1 although there was a choice: either the logging policy never explored, and then the log says nothing of other actions, or its propensities were not recorded. {onRequest}");
        else if (p.CertainWithChoice > 0)
            Add(Severity.Warning, "propensity-one", $"{Share(p.CertainWithChoice, p.Valid, "propensities")} are 1 although there was a choice; those decisions say nothing of what they did not choose.");
        if (HasPropensities && p.Smallest < 1e-3)
            Add(p.Smallest < 1e-5 ? Severity.Warning : Severity.Note, "propensity-small", $"The smallest propensity is {G(p.Smallest)}: one decision may count {Fold(1 / p.Smallest)}-fold. Confidence sequences stay valid then, Gaussian intervals do not.");
        if (HasPropensities && p.Missing + p.Zero + p.AboveOne + p.CertainWithChoice == 0)
            Add(Severity.Fine, "propensity", $"Every choice has a propensity, from {G(p.Smallest)} to {G(p.Largest)}.");
    }

    private void Test()
    {
        if (report.PropensityTest is not { } test || test.Count == 0) return;
        Add(test.Passed ? Severity.Fine : Severity.Error, "propensity-test", "Against the uniform policy: " + Lower(test.Sentence));
    }

    private void Distributions()
    {
        if (report.Distributions is not { } d) return;
        Part(d.WrongLength, "distribution-length", "do not have one entry for each action");
        Part(d.WrongSum, "distribution-sum", "are none: they have negative entries or do not sum to 1");
        Part(d.WrongEntry, "distribution-entry", "disagree with the propensity of what was chosen");
        Part(d.MassOnExcluded, "distribution-excluded", "give probability to excluded actions");
        var refuted = d.Calibration.Where(r => r.Refuted).ToArray();
        foreach (var row in refuted)
            Add(Severity.Error, "calibration", $"Actions with logged probabilities between {G(row.From)} and {G(row.To)} were chosen {N(row.Observed)} times where {N((long)Math.Round(row.Expected))} were to be expected: the distributions are not those drawn from.");
        if (refuted.Length == 0 && d.WrongEntry + d.WrongSum + d.WrongLength == 0)
            Add(Severity.Fine, "distribution", $"{Share(d.Count, report.Decisions, "decisions")} have their whole distribution logged; actions were chosen as often as it says.");

        void Part(long count, string code, string what)
        {
            if (count > 0) Add(count > 0.01 * d.Count ? Severity.Error : Severity.Warning, code, $"{Share(count, d.Count, "logged distributions")} {what}.");
        }
    }

    private void Actions()
    {
        if (untracked > 0) Add(Severity.Note, "many-actions", $"There are more than {N(options.MaxActions)} distinct actions; the rest are not followed one by one.");
        long never = report.ActionCounts.Largest - (long)report.Actions.Count;
        if (untracked == 0 && never > 0 && report.Labelled > 20L * report.ActionCounts.Largest)
            Add(Severity.Warning, "never-shown", $"{N(never)} of {N(report.ActionCounts.Largest)} actions were never shown; nothing can be said of policies that show them.");
    }

    private void Rewards()
    {
        var r = report.Rewards;
        if (r.Invalid > 0) Add(Severity.Error, "reward-invalid", $"{Share(r.Invalid, report.Positions, "rewards")} are not finite numbers.");
        if (report.Labelled == 0 || report.Positions == r.Invalid) return;
        if (r.Smallest == r.Largest) Add(Severity.Error, "reward-constant", $"Every reward is {G(r.Smallest)}; no policy can be told from another.");
        else Add(Severity.Fine, "reward", $"Rewards lie in [{G(r.Smallest)}, {G(r.Largest)}] with mean {G(r.Mean)}; {Share(r.Nonzero, report.Positions, "rewards")} are not 0.");
    }

    private void Times()
    {
        if (report.Duplicates > 0)
            Add(report.Duplicates > 0.001 * report.Decisions ? Severity.Warning : Severity.Note, "duplicates", $"{N(report.Duplicates)} decisions have the event id of an earlier one; counted twice they make every interval too narrow.");
        if (report.Delays is not { } d) return;
        if (d.Negative > 0) Add(Severity.Warning, "reward-early", $"{Share(d.Negative, d.Count, "rewards")} came before their decision: the clocks disagree or rewards are joined wrongly.");
        if (d.OutOfOrder > 0) Add(Severity.Note, "out-of-order", $"{Share(d.OutOfOrder, report.Decisions, "decisions")} are older than the one before them; what is said over time is approximate.");
        if (d.Count > 0) Add(Severity.Fine, "delays", $"Rewards took {Time(d.Median)} in the middle, {Time(d.P90)} at the 90th percentile and {Time(d.Longest)} at most.");
    }

    private void Drift()
    {
        string sure = $"with {(100 * options.Confidence).ToString("0.##", s_culture)} % confidence";
        var actions = report.Drift.Changes.Where(c => c.What.StartsWith("action", StringComparison.Ordinal)).ToArray();
        foreach (var c in report.Drift.Changes.Except(actions))
        {
            string explained = c.What == "propensity" && report.PolicyVersions > 1 ? $" The log has {N(report.PolicyVersions)} policy versions, which may be why." : "";
            string meaning = c.What == "reward" ? " A value estimated from the whole log is an average over both." : explained;
            Add(c.What == "reward" ? Severity.Warning : Severity.Note, "drift-" + c.What, $"The mean {c.What} changes ({sure}): {Stretch(c)}.{meaning}");
        }
        if (actions.Length > 0)
            Add(Severity.Note, "drift-actions", $"How often actions are shown changes for {N(actions.Length)} of {N(report.Actions.Count)} ({sure}), most for {actions.MaxBy(c => Math.Abs(c.ToMean - c.FromMean))!.What}: {Stretch(actions.MaxBy(c => Math.Abs(c.ToMean - c.FromMean))!)}.");
        if (report.Drift.Changes.Count == 0 && report.Labelled >= 256) Add(Severity.Fine, "drift", "No drift of rewards, propensities or action shares is proven.");
    }

    private void Separations()
    {
        foreach (var s in report.Separations)
        {
            if (s.Variance == 0)
            {
                Add(Severity.Note, "separation", $"The {s.Policy} would have chosen as the logging policy did.");
                continue;
            }
            double share = s.EffectiveSampleSize / s.Count;
            if (s.Policy.StartsWith("uniform", StringComparison.Ordinal) && share < 0.01)
                Add(Severity.Warning, "overlap", $"For the uniform policy {N(s.Count)} decisions are worth {G(s.EffectiveSampleSize)}: the log overlaps little with policies unlike its own.");
            string against = $"The {s.Policy} earns {Signed(s.Difference)} ± {G(1.96 * s.StandardError)} a decision against the logging policy";
            string more = s.Decisions == long.MaxValue ? "" : s.Decisions <= report.Labelled ? "; there are decisions enough to prove such a difference" : $"; to prove such a difference takes about {About(s.Decisions)} decisions, {About(s.Decisions - report.Labelled)} more than there are";
            string ten = s.DecisionsForTenPercent == long.MaxValue ? "" : $" A difference of a tenth of the mean reward takes about {About(s.DecisionsForTenPercent)}.";
            Add(Severity.Note, "separation", $"{against}{more}.{ten}");
        }
    }

    private static string Stretch(DriftChange c) => $"{G(c.FromMean)} in decisions {N(c.FromStart)} to {N(c.FromEnd - 1)}, {G(c.ToMean)} in {N(c.ToStart)} to {N(c.ToEnd - 1)}";

    private void Add(Severity severity, string code, string sentence) => _findings.Add(new LogFinding(severity, code, char.ToUpperInvariant(sentence[0]) + sentence[1..]));

    private static string Share(long part, long whole, string of) =>
        part == whole ? $"all {N(whole)} {of}" : $"{N(part)} of {N(whole)} {of} ({(100.0 * part / whole).ToString("0.##", s_culture)} %)";

    private static string N(long n) => n.ToString("N0", s_culture);

    // Two digits are enough to be warned: 4,700,000.
    private static string Fold(double w)
    {
        double unit = w >= 10 ? Math.Pow(10, Math.Floor(Math.Log10(w)) - 1) : 1;
        return (Math.Round(w / unit) * unit).ToString("N0", CultureInfo.InvariantCulture);
    }

    private static string G(double x) => x.ToString("G3", s_culture);

    private static string Signed(double x) => x.ToString("+0.####;-0.####;0", s_culture);

    private static string About(long n)
    {
        double unit = Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(Math.Max(1, n))) - 1));
        return (Math.Ceiling(n / unit) * unit).ToString("N0", s_culture);
    }

    private static string Time(TimeSpan t) => t.TotalSeconds < 100 ? $"{G(t.TotalSeconds)} s" : t.TotalMinutes < 100 ? $"{G(t.TotalMinutes)} min" : t.TotalHours < 72 ? $"{G(t.TotalHours)} h" : $"{G(t.TotalDays)} days";

    private static string Lower(string s) => char.ToLowerInvariant(s[0]) + s[1..];
}
