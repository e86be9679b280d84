using System.Globalization;
using Forage.OffPolicy.Checking;

namespace Forage.Evaluation;

/// <summary>The report of a <see cref="LogCheck"/>.</summary>
public static class LogCheckPage
{
    /// <summary>Builds the report.</summary>
    /// <param name="check">What was found.</param>
    /// <param name="provenance">How it came about.</param>
    /// <param name="action">Names actions.</param>
    public static Report Build(LogCheckReport check, ReportProvenance provenance, Func<int, string> action)
    {
        var report = new Report(Title(check.Worst), provenance)
        {
            Lead = FormattableString.Invariant($"{check.Decisions:N0} decisions, {check.Labelled:N0} with an outcome, {(check.SlateLength > 1 ? $"slates of up to {check.SlateLength}, " : "")}mean reward {check.Rewards.Mean:0.0000} per action shown."),
        };
        report.Heading("Findings");
        foreach (var finding in check.Findings) report.Callout(Tone(finding.Severity), finding.Severity.ToString(), finding.Sentence);
        Propensities(report, check);
        Separations(report, check);
        Drift(report, check);
        Actions(report, check, action);
        return report;
    }

    /// <summary>How a severity is shown.</summary>
    public static ReportTone Tone(Severity severity) => severity switch
    {
        Severity.Error => ReportTone.Bad,
        Severity.Warning => ReportTone.Warning,
        Severity.Note => ReportTone.Neutral,
        _ => ReportTone.Good,
    };

    private static string Title(Severity worst) => worst switch
    {
        Severity.Error => "This log cannot be trusted as it is",
        Severity.Warning => "Usable, with care",
        _ => "The log is in order",
    };

    private static void Propensities(Report report, LogCheckReport check)
    {
        var histogram = check.Propensities.Histogram;
        int first = -1, last = -1;
        for (int k = 0; k < histogram.Count; k++)
        {
            if (histogram[k] == 0) continue;
            last = k;
            if (first < 0) first = k;
        }
        if (last < 0) return;
        report.Heading("Propensities");
        report.Add(new BarChart("How probable what was shown had been", "actions shown", [.. Enumerable.Range(first, last - first + 1).Select(k => new ReportBar(k == 0 ? "1" : k == histogram.Count - 1 ? $"below 1e-{k - 1}" : FormattableString.Invariant($"{Math.Pow(10, -k):G3} to {Math.Pow(10, 1 - k):G3}"), histogram[k], Text: Count(histogram[k])))]));
        if (check.Distributions is { Calibration.Count: > 0 } d)
        {
            report.Add(new ReportTable([new("logged probability"), new("expected", true), new("chosen", true), new("")],
                [.. d.Calibration.Select(c => new ReportRow([FormattableString.Invariant($"{c.From:G3} to {c.To:G3}"), c.Expected.ToString("N1", CultureInfo.InvariantCulture), c.Observed.ToString("N0", CultureInfo.InvariantCulture), c.Refuted ? "refuted" : ""], c.Refuted))],
                "Are actions chosen as often as their logged probabilities say?"));
        }
    }

    private static void Separations(Report report, LogCheckReport check)
    {
        if (check.Separations.Count == 0) return;
        report.Heading("What the log can tell");
        report.Add(new ReportTable([new("policy"), new("difference to logging", true), new("standard error", true), new("effective sample", true), new("largest weight", true), new("overlap", true), new("decisions to tell apart", true), new("decisions to show 10 %", true)],
            [.. check.Separations.Select(s => new ReportRow([s.Policy, F(s.Difference), F(s.StandardError), s.EffectiveSampleSize.ToString("N0", CultureInfo.InvariantCulture), s.LargestWeight.ToString("G3", CultureInfo.InvariantCulture),
                (100 * s.Overlap).ToString("0.#", CultureInfo.InvariantCulture) + " %", Count(s.Decisions), Count(s.DecisionsForTenPercent)]))],
            FormattableString.Invariant($"Of {check.Labelled:N0} decisions; slates by a sample of them")));
    }

    private static void Drift(Report report, LogCheckReport check)
    {
        if (check.Drift.Reward.Count < 2) return;
        report.Heading("Over time");
        double[] x = [.. Enumerable.Range(0, check.Drift.Reward.Count).Select(k => (k + 0.5) * check.Drift.BlockSize)];
        report.Add(new LineChart("Mean reward along the log", "decisions", "reward per action shown", [new("reward", x, check.Drift.Reward)]));
        if (check.Drift.Propensity.Count == x.Length) report.Add(new LineChart("Mean propensity along the log", "decisions", "propensity of the first action", [new("propensity", x, check.Drift.Propensity)]));
        if (check.Drift.Changes.Count == 0) return;
        report.Add(new ReportTable([new("what"), new("decisions"), new("mean", true), new("decisions"), new("mean", true)],
            [.. check.Drift.Changes.Select(c => new ReportRow([c.What, FormattableString.Invariant($"{c.FromStart:N0} to {c.FromEnd:N0}"), F(c.FromMean), FormattableString.Invariant($"{c.ToStart:N0} to {c.ToEnd:N0}"), F(c.ToMean)]))], "Changes that are proven"));
    }

    private static void Actions(Report report, LogCheckReport check, Func<int, string> action)
    {
        if (check.Actions.Count == 0) return;
        report.Heading("Actions");
        report.Add(new BarChart("Shown most", "times shown", [.. check.Actions.Take(25).Select(a => new ReportBar(action(a.Action), a.Shown, false, FormattableString.Invariant($"{a.Shown:N0}{(double.IsNaN(a.MeanPropensity) ? "" : FormattableString.Invariant($", mean propensity {a.MeanPropensity:G2}"))}, mean reward {a.MeanReward:0.000}")))]));
    }

    private static string F(double v) => v.ToString("0.0000", CultureInfo.InvariantCulture);

    private static string Count(long n) => n == long.MaxValue ? "–" : n.ToString("N0", CultureInfo.InvariantCulture);
}
