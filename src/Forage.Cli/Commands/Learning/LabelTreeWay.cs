using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Serialization;
using Forage.Cli.Frame;
using Forage.Extreme.Tree;
using Forage.Training;

namespace Forage.Cli.Commands.Learning;

/// <summary><c>learn --task multilabel --method tree</c>: a label tree, from all examples at once.</summary>
/// <param name="options">The options of <c>learn</c>.</param>
internal sealed class LabelTreeWay(LearnOptions options) : LearnWay(options)
{
    public override string Name => "--task multilabel --method tree";

    public override IEnumerable<Option> Takes => [Options.Method, Options.Classes, Options.HoldOut, Options.Learning.Loss, .. Options.LabelTree.All];

    public override int Run(ParseResult parsed, Session session)
    {
        var input = Options.Input.Open(parsed, session);
        int holdOut = HoldOut(parsed) ?? 0;
        var tree = Options.LabelTree.Read(parsed, Options.Learning.LossName(parsed), session.Seed);
        int labels = parsed.GetValue(Options.Classes) ?? (input.Format == InputFormat.Xmc ? ClassScan.OfMultilabel(input) : 0);
        string? modelPath = parsed.GetValue(Options.Model);
        long start = session.Terminal.Clock.GetTimestamp();
        TrainedModel model;
        LabelTreeResult result;
        try
        {
            using var meter = session.Progress("learning", "");
            var job = new LabelTreeJob(input, tree)
            {
                HoldOutEvery = holdOut,
                Labels = labels,
                Threads = 1 + input.Reading.Helpers,
                Learning = share => meter.Report(0, share),
            };
            (model, result) = job.Run(new ModelRecipe { Task = TaskKind.Multilabel, Format = input.Format, Seed = session.Seed }, session.Cancellation);
        }
        catch (OperationCanceledException)
        {
            session.Warn("interrupted; a label tree is learnt whole or not at all");
            return ExitCode.Interrupted;
        }
        double seconds = session.Terminal.Clock.GetElapsedTime(start).TotalSeconds;
        using (model)
        {
            if (modelPath is not null) model.Save(modelPath);
            if (holdOut > 0 && result.HeldOut is null) WarnNothingHeldOut(session, holdOut, result.Examples);
            var learnt = model.Tree!;
            var output = new TreeOutput("multilabel", "tree", tree.Loss == NodeLoss.Logistic ? "logistic" : "squared-hinge",
                new InputOutput(input.Source.Name, InputFormats.NameOf(input.Format), result.Input.Lines, result.Input.Records, result.Input.Malformed, result.Input.FirstFaults, result.Input.TextBytes),
                result.Examples, result.Features, learnt.LabelCount, learnt.Shapes[0].LabelCount, learnt.Shapes.Count, learnt.Shapes[0].Depth, learnt.Shapes.Sum(s => Enumerable.Range(0, s.Depth).Sum(s.WeightsAt)),
                result.Training.At(1), result.Training.At(3), result.Training.At(5), result.HeldOut?.At(1), result.HeldOut?.At(3), result.HeldOut?.At(5), result.HeldOut?.Count, seconds, result.Examples / seconds,
                Process.GetCurrentProcess().PeakWorkingSet64, session.Seed, ForageVersion.Text, modelPath);
            if (session.Json) session.WriteJson(output, TreeJson.Readable.TreeOutput);
            else output.Print(session.Out);
        }
        return ExitCode.Fine;
    }
}

/// <summary>What <c>learn --method tree</c> tells.</summary>
internal sealed record TreeOutput(string Task, string Method, string Loss, InputOutput Input, long Examples, long Features, int Labels, int LabelsWithExamples, int Trees, int Depth, long Weights,
    double TrainingPrecisionAt1, double TrainingPrecisionAt3, double TrainingPrecisionAt5, double? HeldOutPrecisionAt1, double? HeldOutPrecisionAt3, double? HeldOutPrecisionAt5, long? HeldOutExamples, double Seconds, double ExamplesPerSecond, long PeakMemoryBytes, ulong Seed, string Version, string? Model)
{
    public void Print(TextWriter to)
    {
        void Line(string what, string value) => to.WriteLine($"{what,-22} {value}");
        to.WriteLine($"learnt from {Numbers.Count(Examples)} examples with {Numbers.Count(LabelsWithExamples)} labels, {(Trees == 1 ? "a label tree" : $"{Trees} label trees")} of {Depth} level{(Depth == 1 ? "" : "s")}, {Loss} loss");
        Line("weights", Numbers.Count(Weights));
        Line("training P@1, 3, 5", $"{Percents(TrainingPrecisionAt1, TrainingPrecisionAt3, TrainingPrecisionAt5)} (on examples it has seen; expect less)");
        if (this is { HeldOutPrecisionAt1: { } one, HeldOutPrecisionAt3: { } three, HeldOutPrecisionAt5: { } five })
            Line("held-out P@1, 3, 5", $"{Percents(one, three, five)} (on {Numbers.Count(HeldOutExamples ?? 0)} examples kept out)");
        Input.PrintFaults(to);
        Line("speed", $"{Numbers.Rate(ExamplesPerSecond)} examples/s ({Numbers.Duration(Seconds)})");
        if (Model is not null) Line("model", Model);
    }

    /// <summary>Precision of the first 1, 3, 5 labels as text.</summary>
    public static string Percents(double one, double three, double five) => $"{LearnOutput.Percent(one)}, {LearnOutput.Percent(three)}, {LearnOutput.Percent(five)}";
}

/// <summary>Source-generated JSON of <c>learn --method tree</c>.</summary>
[JsonSerializable(typeof(TreeOutput))]
internal sealed partial class TreeJson : JsonSerializerContext
{
    public static TreeJson Readable => field ??= new TreeJson(JsonStyle.NewOptions());
}
