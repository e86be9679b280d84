using System.Globalization;
using Forage.Cli.Frame;
using Forage.Evaluation;
using Forage.OffPolicy.Checking;

namespace Forage.Cli.Decisions;

/// <summary>The result of <c>improve</c> as text.</summary>
internal static class ImprovePrinter
{
    /// <summary>Prints it.</summary>
    public static void Print(ImproveResult r, DecisionData data, LogCheckReport check, string? model, string report, TextWriter to)
    {
        double l = r.Scale.SlateLength;
        var log = data.Log;
        to.WriteLine($"{data.Path}: {Numbers.Count(log.Count)} decisions among {(log.HasActionFeatures ? "up to " : "")}{Numbers.Count(log.MaxActions)} actions, {(l > 1 ? $"{l} shown in each" : "one shown in each")}");
        to.WriteLine($"trained on {Numbers.Count(r.Parts.Train)}, chosen on {Numbers.Count(r.Parts.Choose)}, confirmed on {Numbers.Count(r.Parts.Confirm)} decisions; values are rewards per {(l > 1 ? "action shown" : "decision")}, intervals hold at any time with {Percent(r.Options.Confidence)}");
        to.WriteLine();
        bool truth = r.Truth is not null;
        var table = truth
            ? new TextTable("", "policy", ">self-norm.", ">value", "interval", ">at least", ">mean w", ">eff. sample", ">true value")
            : new TextTable("", "policy", ">self-norm.", ">value", "interval", ">at least", ">mean w", ">eff. sample");
        foreach (var x in r.Rows.Where(x => x.Kind == PolicyKind.Logging).Concat(r.Ranking))
            Row(table, x == r.Chosen ? "▶" : "", x.Name, x.Appraisal, x.Kind == PolicyKind.Logging, l, truth, x.Kind == PolicyKind.Logging ? r.Truth?.Logging : x.TrueValue, choosing: true);
        to.WriteLine("on the part to choose on, the best first:");
        table.Write(to);
        to.WriteLine();
        var confirmed = truth
            ? new TextTable("", "policy", ">value", "interval", ">difference", ">at least", ">mean w", ">eff. sample", ">true value")
            : new TextTable("", "policy", ">value", "interval", ">difference", ">at least", ">mean w", ">eff. sample");
        Row(confirmed, "", "logging policy", r.LoggingConfirmed, true, l, truth, r.Truth?.Logging);
        if (r.GreedyConfirmed is { } g && r.Chosen.Kind != PolicyKind.GreedyLogging) Row(confirmed, "", "greedy logging policy", g, false, l, truth, r.Truth?.GreedyLogging);
        string refit = r.Chosen.Recipe is not null && r.Options.Refit && !r.Interrupted ? ", trained anew" : "";
        Row(confirmed, r.IsBetter ? "✓" : "", r.Chosen.Name + refit, r.ChosenConfirmed, false, l, truth, r.Truth?.Chosen);
        to.WriteLine("on the part to confirm on, untouched until then:");
        confirmed.Write(to);
        to.WriteLine();
        foreach (var f in check.Findings.Where(f => f.Severity >= Severity.Warning)) to.WriteLine($"{f.Severity.ToString().ToLowerInvariant()}: {f.Sentence}");
        foreach (string remark in r.Remarks) to.WriteLine("note: " + remark);
        if (r.Interrupted) to.WriteLine("interrupted: chosen among the candidates that were ready");
        to.WriteLine(ImproveReport.Lead(r));
        if (r.Truth is { } t)
            to.WriteLine($"In truth: {Number(t.Chosen / l)} for the chosen policy, {Number(t.Logging / l)} for the logging policy{(double.IsNaN(t.GreedyLogging) ? "" : $", {Number(t.GreedyLogging / l)} for the greedy one")}.");
        to.WriteLine();
        to.WriteLine(model is null ? (r.IsBetter ? "policy: yours, nothing to write" : "policy: none written") : $"policy: {model}");
        to.WriteLine($"report: {report}");
    }

    private static void Row(TextTable table, string mark, string name, PolicyAppraisal a, bool logging, double l, bool truth, double? trueValue, bool choosing = false)
    {
        string value = Number(a.Value.Value / l), interval = $"{Number(a.Value.Lower / l)} .. {Number(a.Value.Upper / l)}";
        string difference = logging ? "" : Signed(a.Difference.Value / l), least = logging ? "" : Signed(a.Difference.Lower / l);
        string weight = logging ? "" : a.Weights.Mean.ToString("0.00", CultureInfo.InvariantCulture), sample = Numbers.Count((long)a.Weights.EffectiveSampleSize);
        string[] cells = choosing ? [mark, name, Number(a.SelfNormalized / l), value, interval, least, weight, sample] : [mark, name, value, interval, difference, least, weight, sample];
        table.Add(truth ? [.. cells, trueValue is { } t ? Number(t / l) : ""] : cells);
    }

    private static string Number(double v) => double.IsNaN(v) ? "–" : v.ToString("0.0000", CultureInfo.InvariantCulture);

    private static string Signed(double v) => (v > 0 ? "+" : "") + Number(v);

    private static string Percent(double p) => (100 * p).ToString("0.##", CultureInfo.InvariantCulture) + " % confidence";
}
