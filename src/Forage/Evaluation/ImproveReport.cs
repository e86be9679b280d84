using System.Globalization;
using Forage.OffPolicy;

namespace Forage.Evaluation;

/// <summary>The report of <see cref="Improver"/>: what was found, by how much, how sure it is, and what the policy looks at. Values are per position.</summary>
public static class ImproveReport
{
    /// <summary>Builds the report.</summary>
    /// <param name="result">What was found.</param>
    /// <param name="log">The log.</param>
    /// <param name="provenance">How it came about.</param>
    /// <param name="action">Names actions.</param>
    /// <param name="feature">Names features.</param>
    /// <param name="findings">What the check of the log found, a sentence each, those to worry about first.</param>
    public static Report Build(ImproveResult result, DecisionLog log, ReportProvenance provenance, Func<int, string> action, Func<uint, string> feature,
        IReadOnlyList<(ReportTone Tone, string Text)> findings)
    {
        double l = result.Scale.SlateLength;
        string unit = l > 1 ? $"reward per action shown (slates of {result.Scale.SlateLength})" : "reward per decision";
        var report = new Report(result.IsBetter ? "A better policy, confirmed" : "No better policy was confirmed", provenance) { Lead = Lead(result) };
        Figures(report, result, l);
        if (result.Interrupted) report.Callout(ReportTone.Warning, "Interrupted", "Not all candidates were trained; the best of those that were is shown.");
        foreach (var (tone, text) in findings) report.Callout(tone, tone == ReportTone.Good ? "The log" : "About the log", text);
        foreach (string remark in result.Remarks) report.Callout(ReportTone.Warning, "Note", remark);
        Confirmation(report, result, l, unit);
        Candidates(report, result, l, unit);
        OverTime(report, result, log, l, unit);
        Weights(report, result);
        Influence(report, result, log, action, feature);
        Segments(report, result, log, l, feature);
        return report;
    }

    /// <summary>One or two sentences that say what was found.</summary>
    public static string Lead(ImproveResult r)
    {
        double l = r.Scale.SlateLength;
        string percent = Percent(r.Options.Confidence);
        var d = r.ChosenConfirmed.Difference;
        if (!r.IsBetter)
            return $"No candidate is better than the logging policy with {percent} confidence. The best, {r.Chosen.Name}, is estimated at {Number(r.ChosenConfirmed.Value.Value / l)} against {Number(r.LoggingConfirmed.Value.Value / l)}; the interval of the difference, {Number(d.Lower / l)} to {Number(d.Upper / l)}, holds zero.";
        string text = $"The chosen policy, {r.Chosen.Name}, earns {Number(r.ChosenConfirmed.Value.Value / l)} where the logging policy earned {Number(r.LoggingConfirmed.Value.Value / l)}: better by {Number(d.Value / l)}, and by at least {Number(d.Lower / l)} with {percent} confidence, on {Count(r.Parts.Confirm)} decisions that took no part in training or choosing.";
        if (r.OverGreedy is { } g)
            text += g.Lower > 0 ? $" It is also better than the greedy logging policy, by {Number(g.Value / l)} (at least {Number(g.Lower / l)})." : $" Against the greedy logging policy it is ahead by {Number(g.Value / l)}, which these decisions do not prove (interval {Number(g.Lower / l)} to {Number(g.Upper / l)}).";
        return text;
    }

    private static void Figures(Report report, ImproveResult r, double l)
    {
        var figures = new List<ReportFigure>
        {
            new("Logging policy", Number(r.LoggingConfirmed.Value.Value / l), Interval(r.LoggingConfirmed.Value, l)),
            new("Chosen policy", Number(r.ChosenConfirmed.Value.Value / l), Interval(r.ChosenConfirmed.Value, l), r.IsBetter ? ReportTone.Good : ReportTone.Neutral),
            new("Difference", Signed(r.ChosenConfirmed.Difference.Value / l), Interval(r.ChosenConfirmed.Difference, l), r.IsBetter ? ReportTone.Good : ReportTone.Warning),
        };
        if (r.Truth is { } t) figures.Add(new("True value", Number(t.Chosen / l), $"logging {Number(t.Logging / l)}" + (double.IsNaN(t.GreedyLogging) ? "" : $", greedy logging {Number(t.GreedyLogging / l)}")));
        figures.Add(new("Effective sample", Count((long)r.ChosenConfirmed.Weights.EffectiveSampleSize), $"of {Count(r.Parts.Confirm)} decisions", r.ChosenConfirmed.Weights.EffectiveSampleSize < 100 ? ReportTone.Warning : ReportTone.Neutral));
        report.Add(new ReportFigures(figures));
    }

    private static void Confirmation(Report report, ImproveResult r, double l, string unit)
    {
        report.Heading("Confirmation");
        report.Text($"The log was cut in its order into {Count(r.Parts.Train)} decisions to train on, {Count(r.Parts.Choose)} to choose on and {Count(r.Parts.Confirm)} to confirm on. "
            + "The intervals here are confidence sequences: they hold at every sample size at once and need no bound on the weights. " + (r.Scale.SlateLength == 1 ? "" : r.Weighting == SlateWeighting.Inclusion
            ? "Slates are weighed by the probability that an action is in the slate, which is right if an action's reward depends on the context and on itself only." : "Slates are weighed by the product of the weights of all positions so far."));
        var rows = new List<IntervalRow> { Row("logging policy", r.LoggingConfirmed.Value, l, false, r.Truth?.Logging) };
        if (r.GreedyConfirmed is { } g) rows.Add(Row("greedy logging policy", g.Value, l, false, r.Truth?.GreedyLogging));
        if (r.Chosen.Kind != PolicyKind.GreedyLogging) rows.Add(Row(r.Chosen.Name, r.ChosenConfirmed.Value, l, true, r.Truth?.Chosen));
        report.Add(new IntervalChart("Value on decisions that took no part in anything", unit, rows) { Reference = new("logging policy", r.LoggingConfirmed.Value.Value / l) });
    }

    private static void Candidates(Report report, ImproveResult r, double l, string unit)
    {
        report.Heading("Candidates");
        var veto = r.Options.Rule.Veto;
        report.Text(FormattableString.Invariant($"On the part of the log to choose on. Of the candidates proved better than the logging policy there, with weights to be believed (mean between {veto.LeastMean:0.##} and {veto.MostMean:0.##}, effective sample of at least {veto.LeastEffectiveSize:N0}), the one of the highest self-normalised value is chosen{(r.Chosen.Appraisal.Difference.Lower > 0 ? "" : " (here none was proved better, and the most promising one went on)")}; they stand in that order. ")
            + "Warm candidates start from the logging policy's scores and learn where it errs, means average the scores of several; what is said of the chosen policy above comes from other decisions, so that having been chosen does not flatter it.");
        var ranking = r.Ranking;
        report.Add(new IntervalChart("Difference to the logging policy", unit, [.. ranking.Select(x => Row(x.Name, x.Appraisal.Difference, l, x == r.Chosen, null))]) { Reference = new("logging policy", 0) });
        bool truth = r.Truth is not null;
        var columns = new List<ReportColumn> { new("policy"), new("self-normalised", true), new("value", true), new("interval", true), new("difference, at least", true), new("mean weight", true), new("effective sample", true) };
        if (truth) columns.Add(new("true value", true));
        report.Add(new ReportTable(columns, [.. r.Rows.Where(x => x.Kind == PolicyKind.Logging).Concat(ranking).Select(x => TableRow(x, r, l, truth))], "All policies"));
        if (r.Settings.Count == 0) return;
        report.Add(new ReportTable([new("setting"), new("self-normalised", true), new("mean weight", true), new("effective sample", true), new("believed")],
            [.. r.Settings.Select(x => new ReportRow([x.Name, Number(x.Appraisal.SelfNormalized / l), Number(x.Appraisal.Weights.Mean), Count((long)x.Appraisal.Weights.EffectiveSampleSize),
                veto.Believes(x.Appraisal.Weights.Mean, x.Appraisal.Weights.EffectiveSampleSize, x.Appraisal.Value.Count) ? "yes" : "no"], r.Rows.Any(row => row.Name == x.Name)))],
            "Settings tried; the best of those believed is among the policies above"));
    }

    private static ReportRow TableRow(ImproveRow x, ImproveResult r, double l, bool truth)
    {
        var a = x.Appraisal;
        List<string> cells = [x.Name, Number(a.SelfNormalized / l), Number(a.Value.Value / l), Interval(a.Value, l), x.Kind == PolicyKind.Logging ? "" : Signed(a.Difference.Lower / l), Number(a.Weights.Mean), Count((long)a.Weights.EffectiveSampleSize)];
        if (truth) cells.Add(x.Kind == PolicyKind.Logging ? Number(r.Truth!.Logging / l) : x.TrueValue is { } v ? Number(v / l) : "");
        return new ReportRow(cells, x == r.Chosen);
    }

    private static void OverTime(Report report, ImproveResult r, DecisionLog log, double l, string unit)
    {
        report.Heading("Over time");
        const int bins = 40;
        int size = Math.Max(1, log.Count / bins);
        List<double> x = [], y = [], low = [], high = [];
        for (int start = 0; start + size <= log.Count; start += size)
        {
            double sum = 0, squares = 0;
            for (int i = start; i < start + size; i++)
            {
                double reward = 0;
                foreach (var shown in log.Slate(i)) reward += shown.Reward / l;
                sum += reward;
                squares += reward * reward;
            }
            double mean = sum / size, error = 1.96 * Math.Sqrt(Math.Max(0, squares / size - mean * mean) / size);
            x.Add(start + size / 2.0);
            y.Add(mean);
            low.Add(mean - error);
            high.Add(mean + error);
        }
        report.Add(new LineChart("Reward of the logging policy along the log", "decisions", unit, [new("logging policy", x, y, low, high)]));
        var logging = r.LoggingConfirmed.Trace!;
        var chosen = r.ChosenConfirmed.Trace!;
        List<double> at = [], running = [], runningLogging = [];
        double gain = 0, logged = 0;
        int step = Math.Max(1, chosen.Gains.Length / 200);
        for (int i = 0; i < chosen.Gains.Length; i++)
        {
            gain += chosen.Gains[i] / l;
            logged += logging.Gains[i] / l;
            if (i % step != step - 1 || i < chosen.Gains.Length / 50) continue;
            at.Add(i + 1);
            running.Add(gain / (i + 1));
            runningLogging.Add(logged / (i + 1));
        }
        report.Add(new LineChart("Estimates settle as decisions to confirm on come in", "decisions", unit, [new("chosen policy", at, running), new("logging policy", at, runningLogging)]));
    }

    private static void Weights(Report report, ImproveResult r)
    {
        double[] edges = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
        var counts = new double[edges.Length - 1];
        int zeros = 0;
        foreach (double w in r.ChosenConfirmed.Trace!.Weights)
        {
            if (w == 0) zeros++;
            else counts[Math.Clamp(Array.FindLastIndex(edges, e => e <= w), 0, counts.Length - 1)]++;
        }
        int last = Array.FindLastIndex(counts, c => c > 0) + 1, first = Math.Max(0, Array.FindIndex(counts, c => c > 0));
        report.Heading("Weights");
        if (last == 0) return;
        report.Add(new Histogram("Importance weights of the chosen policy", "weight", "decisions", edges[first..(last + 1)], counts[first..last])
        {
            LogarithmicX = true,
            Note = $"Mean {Number(r.ChosenConfirmed.Weights.Mean)} (1 is expected), largest {Number(r.ChosenConfirmed.Weights.Largest)}; {Count(zeros)} decisions have weight 0: the chosen policy would have shown nothing of what was shown.",
        });
    }

    private static void Influence(Report report, ImproveResult r, DecisionLog log, Func<int, string> action, Func<uint, string> feature)
    {
        int from = r.Parts.Train + r.Parts.Choose;
        var influences = FeatureInfluence.Of(log, r.PolicyOverLog, from, log.Count);
        if (influences.Count == 0) return;
        report.Heading("What it looks at");
        report.Add(new BarChart("Most influential features of the chosen policy", "mean change of score of the actions taken, without the feature",
            [.. influences.Select(f => new ReportBar(feature(f.Index), f.Influence, false, Number(f.Influence) + (f.Raises >= 0 && !log.HasActionFeatures ? $"  raises {action(f.Raises)}" : "")))])
        { Note = "Each feature is taken away alone from 200 decisions; features that occur often and change much come first." });
    }

    private static void Segments(Report report, ImproveResult r, DecisionLog log, double l, Func<uint, string> feature)
    {
        var logging = r.LoggingConfirmed.Trace!;
        var chosen = r.ChosenConfirmed.Trace!;
        report.Heading("Where the gain comes from");
        if (r.Scale.SlateLength > 1)
        {
            report.Add(new ReportTable([new("position"), new("logging policy", true), new("chosen policy (weighted)", true)],
                [.. Enumerable.Range(0, r.Scale.SlateLength).Select(j => new ReportRow([(j + 1).ToString(CultureInfo.InvariantCulture), Number(logging.PositionRewards[j]), Number(chosen.PositionGains[j])]))], "By the position at which the log showed the action"));
        }
        var segments = SegmentValue.ByFeature(log, logging, chosen);
        if (segments.Count == 0) return;
        report.Add(new IntervalChart("Difference to the logging policy, by features of the context", r.Scale.SlateLength > 1 ? "reward per action shown" : "reward per decision",
            [.. segments.Select(s => new IntervalRow($"{feature(s.Feature)} ({Count(s.Count)})", s.Difference.Value / l, s.Difference.Lower / l, s.Difference.Upper / l))])
        { Reference = new("logging policy", 0), Note = "The features present in most decisions, with the number of decisions; intervals are Gaussian and approximate." });
    }

    private static IntervalRow Row(string name, Estimate e, double l, bool emphasised, double? truth) =>
        new(name, e.Value / l, e.Lower / l, e.Upper / l, emphasised, truth is { } t && !double.IsNaN(t) ? t / l : null);

    private static string Number(double v) => double.IsNaN(v) ? "–" : v.ToString(Math.Abs(v) >= 100 ? "0" : Math.Abs(v) >= 10 ? "0.0" : "0.000", CultureInfo.InvariantCulture);

    private static string Signed(double v) => (v > 0 ? "+" : "") + Number(v);

    private static string Interval(Estimate e, double l) => $"{Number(e.Lower / l)} to {Number(e.Upper / l)}";

    private static string Count(long n) => n.ToString("N0", CultureInfo.InvariantCulture);

    private static string Percent(double p) => (100 * p).ToString("0.##", CultureInfo.InvariantCulture) + " %";
}
