using System.Globalization;
using Forage.Cli.Frame;
using Forage.Evaluation;
using Forage.Training;

namespace Forage.Cli.Commands;

/// <summary>The HTML report of <c>learn</c>.</summary>
internal static class LearnReport
{
    private const int Weights = 24;

    public static Report Make(Session session, TrainedModel model, LearnOutput output, string? inputPath)
    {
        var report = new Report($"Learning from {output.Input.Name}", Provenance(session, inputPath, output.Input.Name))
        {
            Lead = $"Task **{output.Task}** with {output.Loss} loss over {Numbers.Count(output.Examples)} examples; every one was predicted before it was learnt from.",
        };
        var figures = new List<ReportFigure> { new("Progressive loss", Short(output.ProgressiveLoss)) };
        if (output.ProgressiveError is { } error) figures.Add(new("Progressive error", LearnOutput.Percent(error)));
        if (output.Passes.ElementAtOrDefault(output.BestPass - 1)?.HeldOutLoss is { } held) figures.Add(new("Held-out loss", Short(held), $"after pass {output.BestPass}"));
        figures.Add(new("Examples a second", Numbers.Rate(output.ExamplesPerSecond), Numbers.Duration(output.Seconds)));
        report.Add(new ReportFigures(figures));
        if (output.Input.Malformed > 0)
            report.Callout(ReportTone.Warning, $"{Numbers.Count(output.Input.Malformed)} malformed lines were skipped", string.Join(" · ", output.Input.FirstFaults.Select(f => $"`{f}`")));
        if (output.Trace.Count > 1)
        {
            var rows = output.Trace;
            report.Add(new LineChart("Progressive loss as examples come in", "examples", "loss",
                [new("so far", Column(rows, r => r.Examples), Column(rows, r => r.Loss)), new("since the row before", Column(rows, r => r.Examples), Column(rows, r => r.LossSinceLast ?? double.NaN))])
            { LogarithmicX = true });
        }
        if (output.Passes.Count > 1)
        {
            double[] pass = [.. Enumerable.Range(1, output.Passes.Count).Select(p => (double)p)];
            var series = new List<LineSeries> { new("before learning from each example", pass, [.. output.Passes.Select(p => p.Loss)]) };
            if (output.Passes[0].HeldOutLoss is not null) series.Add(new("held-out examples", pass, [.. output.Passes.Select(p => p.HeldOutLoss ?? double.NaN)]));
            report.Add(new LineChart("Loss of each pass", "pass", "loss", series));
        }
        if (model.ClassTree is not null) return report;
        var contents = ModelContents.Of(model, Weights);
        report.Heading("What was learnt").Text($"{Numbers.Count(contents.WeightsSet)} of {Numbers.Count(contents.WeightsInAll)} weights are set.");
        if (contents.Largest.Count > 0)
            report.Add(new BarChart("Largest weights", "weight", [.. contents.Largest.Select(w => new ReportBar(w.Name ?? "index " + w.Index, w.Weight))])
            { Note = model.Names is null ? "Names of features were not kept; `--keep-names` keeps them." : "" });
        return report;
    }

    /// <summary>How a report of this run came about.</summary>
    public static ReportProvenance Provenance(Session session, string? inputPath, string inputName) => new()
    {
        Command = session.CommandText,
        Seed = session.Seed,
        Versions = [(".NET", Environment.Version.ToString())],
        Data = [inputPath is null ? new ReportData(inputName, 0, "not known: it was read from a pipe") : ReportData.OfFile(inputPath)],
        Made = session.Terminal.Clock.GetUtcNow(),
    };

    private static double[] Column(IReadOnlyList<TraceOutput> rows, Func<TraceOutput, double> value) => [.. rows.Select(value)];

    private static string Short(double v) => v.ToString("G4", CultureInfo.InvariantCulture);
}
