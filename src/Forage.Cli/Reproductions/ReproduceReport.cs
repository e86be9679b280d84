using System.Globalization;
using Forage.Cli.Frame;
using Forage.Evaluation;

namespace Forage.Cli.Reproductions;

/// <summary>The HTML report of a reproduction.</summary>
internal static class ReproduceReport
{
    public static Report Make(ReproduceResult result, ReproduceContext context)
    {
        int met = result.Targets.Count(t => t.Met), missed = result.Targets.Count - met;
        var session = context.Session;
        var report = new Report($"Reproduction: {result.Name}", new ReportProvenance
        {
            Command = session.CommandText,
            Seed = session.Seed,
            Versions = [(".NET", Environment.Version.ToString())],
            Data = result.Data,
            Made = session.Terminal.Clock.GetUtcNow(),
        })
        {
            Lead = $"**{met} of {result.Targets.Count} targets** measured in this run are met{(result.Skipped.Count > 0 ? $"; {result.Skipped.Count} could not be measured" : "")}.{(context.Quick ? " This is the quick version." : "")}",
        };
        report.Add(new ReportFigures(
        [
            new("Met", Text(met), "", ReportTone.Good),
            new("Missed", Text(missed), "", missed > 0 ? ReportTone.Bad : ReportTone.Neutral),
            new("Not measured", Text(result.Skipped.Count), "", result.Skipped.Count > 0 ? ReportTone.Warning : ReportTone.Neutral),
        ]));
        report.Heading("Targets");
        report.Add(new ReportTable([new("target"), new("measured", true), new(""), new("promised", true), new("unit"), new("")],
        [
            .. result.Targets.Select(t => new ReportRow([t.Id, MeasuredRow.Short(t.Value), t.Sense, MeasuredRow.Short(t.Bound), t.Unit, t.Met ? "✓ met" : "**✗ missed**"], Tone: t.Met ? ReportTone.Neutral : ReportTone.Bad)),
            .. result.Skipped.Select(s => new ReportRow([s.Id, "", "", "", "", "– not measured: " + s.Why])),
        ]));
        foreach (var block in result.Blocks) report.Add(block);
        foreach (var group in result.Blocks.Count > 0 ? [] : result.Rows.Where(r => r.Lower is not null).GroupBy(r => r.Unit))
        {
            report.Add(new IntervalChart($"Values with their intervals, in {group.Key}", group.Key,
                [.. group.Select(r => new IntervalRow(r.Measure, r.Value, r.Lower!.Value, r.Upper!.Value))]));
        }
        report.Heading("Everything measured");
        report.Add(new ReportTable([new("what"), new("measure"), new("value", true), new("unit"), new("interval", true), new("note")],
            [.. result.Rows.Select(r => new ReportRow([r.Part, r.Measure, MeasuredRow.Short(r.Value), r.Unit, r is { Lower: { } low, Upper: { } high } ? $"{MeasuredRow.Short(low)} .. {MeasuredRow.Short(high)}" : "", r.Note ?? ""]))]));
        return report;
    }

    private static string Text(int n) => n.ToString(CultureInfo.InvariantCulture);

}
