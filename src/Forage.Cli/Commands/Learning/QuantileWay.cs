using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;
using Forage.Cli.Frame;
using Forage.Evaluation;
using Forage.Quantiles;
using Forage.Training;

namespace Forage.Cli.Commands.Learning;

/// <summary><c>learn --task quantile</c>: quantiles, from all examples at once.</summary>
/// <param name="options">The options of <c>learn</c>.</param>
internal sealed class QuantileWay(LearnOptions options) : LearnWay(options)
{
    public override string Name => "--task quantile";

    public override IEnumerable<Option> Takes => [Options.Method, Options.HoldOut, Options.Report, Options.Learning.Tau, .. Options.Columns.All, .. Options.Quantiles.All];

    public override int Run(ParseResult parsed, Session session)
    {
        int holdOut = HoldOut(parsed) ?? 0;
        var recipe = Options.Quantiles.Read(parsed, parsed.GetValue(Options.Method), Options.Learning.Taus(parsed));
        var input = Options.Columns.WithSchema(parsed, Options.Input.Open(parsed, session), TaskKind.Quantile, session);
        string? modelPath = parsed.GetValue(Options.Model);
        long start = session.Terminal.Clock.GetTimestamp();
        TrainedModel model;
        QuantileResult result;
        try
        {
            using var meter = session.Progress("learning", "");
            var job = new QuantileJob(input, recipe) { HoldOutEvery = holdOut, Threads = 1 + input.Reading.Helpers, Learning = share => meter.Report(0, share) };
            (model, result) = job.Run(new ModelRecipe { Task = TaskKind.Quantile, Format = input.Format, Seed = session.Seed, Csv = input.Schema is { } schema ? CsvColumnOptions.Declared(schema) : null }, session.Cancellation);
        }
        catch (OperationCanceledException)
        {
            session.Warn("interrupted; quantiles are learnt whole or not at all");
            return ExitCode.Interrupted;
        }
        double seconds = session.Terminal.Clock.GetElapsedTime(start).TotalSeconds;
        if (modelPath is not null) model.Save(modelPath);
        if (holdOut > 0 && result.HeldOut is null) WarnNothingHeldOut(session, holdOut, result.Examples);
        using (model)
        {
            var output = new QuantileOutput("quantile", recipe.Method.ToString().ToLowerInvariant(),
                new InputOutput(input.Source.Name, InputFormats.NameOf(input.Format), result.Input.Lines, result.Input.Records, result.Input.Malformed, result.Input.FirstFaults, result.Input.TextBytes),
                result.Examples, result.Unlabelled, result.Features, QuantileScoreOutput.Of(result.Training), result.HeldOut is { } held ? QuantileScoreOutput.Of(held) : null, result.HeldOut?[0].Count,
                seconds, result.Examples / seconds, Process.GetCurrentProcess().PeakWorkingSet64, session.Seed, ForageVersion.Text, modelPath);
            if (parsed.GetValue(Options.Report) is { } report) Report(session, output, Options.Input.PathOf(parsed)).Save(report);
            if (session.Json) session.WriteJson(output, QuantileJson.Readable.QuantileOutput);
            else output.Print(session.Out);
        }
        return ExitCode.Fine;
    }

    private static Report Report(Session session, QuantileOutput output, string? inputPath)
    {
        var scores = output.HeldOut ?? output.Training;
        string on = output.HeldOut is null ? "the examples learnt from, so it looks better than it is; `--holdout` keeps some out" : $"{Numbers.Count(output.HeldOutExamples ?? 0)} examples kept out";
        var report = new Report($"Quantiles of {output.Input.Name}", LearnReport.Provenance(session, inputPath, output.Input.Name))
        {
            Lead = $"Method **{output.Method}** over {Numbers.Count(output.Examples)} examples with {Numbers.Count(output.Features)} features.",
        };
        report.Add(new ReportTable([new("quantile"), new("pinball loss", true), new("share below", true), new("share not above", true)],
            [.. scores.Select(s => new ReportRow([Numbers.Plain(s.Tau), s.Loss.ToString("G5", CultureInfo.InvariantCulture), LearnOutput.Percent(s.CoverageBelow), LearnOutput.Percent(s.Coverage)]))], $"On {on}."));
        if (scores.Count < 3) return report; // two points make no curve
        double[] taus = [.. scores.Select(s => s.Tau)];
        report.Add(new LineChart("Calibration: the share of outcomes at or below a quantile should be the quantile", "quantile", "share of outcomes",
            [new("not above the prediction", taus, [.. scores.Select(s => s.Coverage)]), new("below it", taus, [.. scores.Select(s => s.CoverageBelow)]), new("ideal", taus, taus) { IsGuide = true }])
        { FromZero = true });
        return report;
    }
}

/// <summary>What <c>learn --task quantile</c> tells.</summary>
internal sealed record QuantileOutput(string Task, string Method, InputOutput Input, long Examples, long Unlabelled, int Features, IReadOnlyList<QuantileScoreOutput> Training, IReadOnlyList<QuantileScoreOutput>? HeldOut,
    long? HeldOutExamples, double Seconds, double ExamplesPerSecond, long PeakMemoryBytes, ulong Seed, string Version, string? Model)
{
    public void Print(TextWriter to)
    {
        to.WriteLine($"learnt from {Numbers.Count(Examples)} examples with {Numbers.Count(Features)} features, task {Task}, method {Method}" + (Unlabelled > 0 ? $"; {Numbers.Count(Unlabelled)} without a target left out" : ""));
        to.WriteLine(HeldOut is null ? "on the examples it has seen (expect worse):" : $"on {Numbers.Count(HeldOutExamples ?? 0)} examples kept out:");
        QuantileScoreOutput.Print(HeldOut ?? Training, to);
        Input.PrintFaults(to);
        to.WriteLine($"{"speed",-22} {Numbers.Rate(ExamplesPerSecond)} examples/s ({Numbers.Duration(Seconds)})");
        if (Model is not null) to.WriteLine($"{"model",-22} {Model}");
    }
}

/// <summary>Loss and coverage of a quantile.</summary>
internal sealed record QuantileScoreOutput(double Tau, double Loss, double CoverageBelow, double Coverage, double OutsideRange)
{
    public static IReadOnlyList<QuantileScoreOutput> Of(IReadOnlyList<QuantileScore> scores) => [.. scores.Select(s => new QuantileScoreOutput(s.Level, s.Loss, s.CoverageBelow, s.Coverage, s.OutsideRange))];

    public static void Print(IReadOnlyList<QuantileScoreOutput> scores, TextWriter to)
    {
        var table = new TextTable(">quantile", ">pinball loss", ">share below", ">share not above");
        foreach (var s in scores) table.Add(Numbers.Plain(s.Tau), s.Loss.ToString("G6", CultureInfo.InvariantCulture), LearnOutput.Percent(s.CoverageBelow), LearnOutput.Percent(s.Coverage));
        table.Write(to);
    }
}

/// <summary>Source-generated JSON of <c>learn --task quantile</c>.</summary>
[JsonSerializable(typeof(QuantileOutput))]
internal sealed partial class QuantileJson : JsonSerializerContext
{
    public static QuantileJson Readable => field ??= new QuantileJson(JsonStyle.NewOptions());
}
