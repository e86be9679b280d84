using System.Globalization;
using System.Text.Json.Serialization;
using Forage.Cli.Frame;
using Forage.Training;

namespace Forage.Cli.Commands;

/// <summary>What <c>learn</c> tells, as JSON and as text.</summary>
internal sealed record LearnOutput
{
    public required string Task { get; init; }
    public string? Method { get; init; }
    public required string Loss { get; init; }
    public required InputOutput Input { get; init; }
    public required long Examples { get; init; }
    public required long Unlabelled { get; init; }
    public required double Weight { get; init; }
    public required long Features { get; init; }
    public required double ProgressiveLoss { get; init; }
    public double? ProgressiveError { get; init; }
    public required IReadOnlyList<PassOutput> Passes { get; init; }
    public required int BestPass { get; init; }
    public required bool StoppedEarly { get; init; }
    public required bool Interrupted { get; init; }
    public required double Seconds { get; init; }
    public required double ExamplesPerSecond { get; init; }
    public required double FeaturesPerSecond { get; init; }
    public required double BytesPerSecond { get; init; }
    public required long PeakMemoryBytes { get; init; }
    public required ulong Seed { get; init; }
    public required string Version { get; init; }
    public string? Model { get; init; }
    public required IReadOnlyList<TraceOutput> Trace { get; init; }

    public static LearnOutput Of(TrainedModel model, TrainingInput input, TrainingResult result, List<ProgressiveRow> trace, double seconds, string? path, long peak)
    {
        long bytes = result.Input?.TextBytes * result.Passes.Count ?? 0;
        return new LearnOutput
        {
            Task = model.Recipe.Task.ToString().ToLowerInvariant(),
            Method = model.ClassTree is { } tree ? ClassTreeLine.NameOf(tree.Method) : null,
            Loss = model.Learning!.Loss.ToString().ToLowerInvariant(),
            Input = new InputOutput(input.Source.Name, input.Format.ToString().ToLowerInvariant(), result.Input?.Lines ?? 0, result.Input?.Records ?? 0, result.Input?.Malformed ?? 0, result.Input?.FirstFaults ?? [], result.Input?.TextBytes ?? 0),
            Examples = result.Examples,
            Unlabelled = result.Input is { } read ? Math.Max(0, read.Records - result.Passes[0].Learnt.Examples - result.Passes[0].HeldOut.Examples) : 0,
            Weight = result.Weight,
            Features = result.Features,
            ProgressiveLoss = result.Progressive.AverageLoss,
            ProgressiveError = result.HasError ? Known(result.Progressive.ErrorRate) : null,
            Passes = [.. result.Passes.Select(p => new PassOutput(p.Learnt.AverageLoss, Known(p.HeldOut.AverageLoss), result.HasError ? Known(p.HeldOut.ErrorRate) : null))],
            BestPass = result.BestPass,
            StoppedEarly = result.StoppedEarly,
            Interrupted = result.Interrupted,
            Seconds = seconds,
            ExamplesPerSecond = result.Examples / seconds,
            FeaturesPerSecond = result.Features / seconds,
            BytesPerSecond = bytes / seconds,
            PeakMemoryBytes = peak,
            Seed = model.Recipe.Seed,
            Version = ForageVersion.Text,
            Model = path,
            Trace = [.. trace.Select(r => new TraceOutput(r.Total.Examples, r.Total.Weight, r.Total.AverageLoss, Known(r.SinceLast.AverageLoss)))],
        };
    }

    public void Print(TextWriter to)
    {
        to.WriteLine($"learnt from {Numbers.Count(Examples)} examples in {Passes.Count} pass{(Passes.Count == 1 ? "" : "es")}{(StoppedEarly ? " (stopped early)" : "")}, task {Task}{(Method is null ? "" : $" by {Method}")}, {Loss} loss");
        Line(to, "progressive loss", Number(ProgressiveLoss));
        if (ProgressiveError is { } error) Line(to, "progressive 0/1 error", Percent(error));
        if (Passes is [.., { HeldOutLoss: not null }])
        {
            var best = Passes[BestPass - 1];
            Line(to, "held-out loss", $"{Number(best.HeldOutLoss ?? double.NaN)} after pass {BestPass}");
            if (best.HeldOutError is { } heldError) Line(to, "held-out 0/1 error", Percent(heldError));
        }
        Input.PrintFaults(to);
        if (Unlabelled > 0) Line(to, "without a label", $"{Numbers.Count(Unlabelled)}, left out");
        Line(to, "speed", $"{Numbers.Rate(ExamplesPerSecond)} examples/s, {Numbers.Rate(FeaturesPerSecond)} features/s{(BytesPerSecond > 0 ? $", {Numbers.Bytes(BytesPerSecond)}/s" : "")} ({Numbers.Duration(Seconds)})");
        if (Model is not null) Line(to, "model", Model);
    }

    public static string Number(double v) => v.ToString("F6", CultureInfo.InvariantCulture);

    public static string Percent(double v) => (100 * v).ToString("F2", CultureInfo.InvariantCulture) + " %";

    private static void Line(TextWriter to, string what, string value) => to.WriteLine($"{what,-22} {value}");

    private static double? Known(double v) => double.IsNaN(v) ? null : v;
}

/// <summary>What was read.</summary>
internal sealed record InputOutput(string Name, string Format, long Lines, long Records, long Malformed, IReadOnlyList<string> FirstFaults, long TextBytes)
{
    public void PrintFaults(TextWriter to)
    {
        if (Malformed == 0) return;
        to.WriteLine($"{"malformed lines",-22} {Numbers.Count(Malformed)}, skipped; the first:");
        foreach (string fault in FirstFaults) to.WriteLine("  " + fault);
    }
}

/// <summary>What a pass came to.</summary>
internal sealed record PassOutput(double Loss, double? HeldOutLoss, double? HeldOutError);

/// <summary>How things stood when the weight had doubled.</summary>
internal sealed record TraceOutput(long Examples, double Weight, double Loss, double? LossSinceLast);

/// <summary>Source-generated JSON of <c>learn</c>.</summary>
[JsonSerializable(typeof(LearnOutput))]
internal sealed partial class LearnJson : JsonSerializerContext
{
    public static LearnJson Readable => field ??= new LearnJson(JsonStyle.NewOptions());
}
