using System.Buffers;
using System.CommandLine;
using System.Text.Json.Serialization;
using System.Text;
using Forage.Cli.Commands.Learning;
using Forage.Cli.Decisions;
using Forage.Cli.Frame;
using Forage.OffPolicy.Learning;
using Forage.Search.Models;
using Forage.Training;

namespace Forage.Cli.Commands;

/// <summary><c>predict</c>: predictions of a model, one a line.</summary>
internal sealed class PredictCommand : CliCommand
{
    public const string Summary = "Predict with a model or policy, and measure the loss where labels are known";

    private readonly InputOptions _input = new();
    private readonly Option<string> _model = new("--model", "-m") { Description = "The model", HelpName = "FILE", Required = true };
    private readonly OutputOption _output = new("--output", "-o") { IsReplaced = false, Description = "Where to write the predictions [standard output]" };
    private readonly Option<bool> _raw = new("--raw") { Description = "Write what the learner computes: margins, log-rates, all scores as name:score; of a policy action:probability" };
    private readonly Option<int> _top = new("--top") { Description = "Labels a line, for sets of labels", HelpName = "K", DefaultValueFactory = _ => 5 };
    private readonly Option<string?> _dense = VectorFile.NewOption();
    private readonly Option<bool> _labels = new("--labels") { Description = "Write -1 and 1, not probabilities" };

    public PredictCommand() : base("predict", Summary)
    {
        _input.AddTo(this);
        Options.Add(_model);
        Options.Add(_output);
        Options.Add(_raw);
        Options.Add(_labels);
        Options.Add(_top);
        Options.Add(_dense);
    }

    public override IReadOnlyList<Example> Examples =>
    [
        new("predict -m model.forage test.vw -o predictions.txt", "A line an example; the loss is printed if the examples have labels"),
        new("predict -m improved.policy log.jsonl.gz", "What a policy would do in every decision: actions from 0, best first"),
        new("predict -m chunks.forage test.txt -o chunks.txt", "The sentences again, with predicted labels in a last column (CoNLL-U: in their own)"),
        new("predict -m model.forage test.vw --json -o predictions.txt", "The loss as JSON"),
    ];

    public override string Notes =>
        "A line is a prediction and, if the example has one, its tag: a value; the probability of class 1 under logistic loss; a rate under Poisson loss; a class; the best labels of a set; all quantiles, with commas between.\n"
        + "How to read and predict is in the model; no option of learning has to be repeated.";

    public override int Run(ParseResult parsed, Session session)
    {
        if (parsed.GetValue(_raw) && parsed.GetValue(_labels)) throw new UsageException("forage predict: --raw and --labels exclude each other");
        string modelPath = parsed.GetRequiredValue(_model);
        string? tag = ModelFiles.FirstTag(modelPath);
        if (tag == PolicyModel.Tag)
        {
            if (parsed.GetValue(_labels)) throw new UsageException("forage predict: --labels is for models of classes, and this one is a policy");
            return PredictPolicy.Run(session, modelPath, _input.PathOf(parsed), _input.FormatName(parsed), _input.Reading(parsed), parsed.GetValue(_raw), parsed.GetValue(_output), parsed.GetValue(_dense));
        }
        if (tag is Tagger.Tag or DependencyParser.Tag)
        {
            if (parsed.GetValue(_raw) || parsed.GetValue(_labels)) throw new UsageException("forage predict: --raw and --labels are not for models of sequences");
            return PredictSequence.Run(session, tag, modelPath, _input.PathOf(parsed), _input.FormatName(parsed), _input.Reading(parsed), parsed.GetValue(_output));
        }
        if (parsed.GetValue(_dense) is not null) throw new UsageException("forage predict: --dense is for policies that look at dense vectors, and this model is none");
        using var model = TrainedModel.Load(modelPath, predictOnly: true);
        if (parsed.GetValue(_labels) && model.Recipe.Task is TaskKind.Regress or TaskKind.Quantile) throw new UsageException("forage predict: --labels needs a model of classes, and this one predicts numbers");
        var input = CsvColumnOptions.WithSchema(_input.Open(parsed, session, model.Recipe.Format), model.Recipe.Csv);
        var kind = parsed.GetValue(_raw) ? PredictionKind.Raw : parsed.GetValue(_labels) ? PredictionKind.Label : PredictionKind.Natural;
        int top = parsed.GetValue(_top);
        if (top < 1) throw new UsageException($"forage predict: option '--top' got '{top}', expected 1 or more");
        var predictor = new Predictor(model, kind, top, 1 + input.Reading.Helpers);
        string? path = parsed.GetValue(_output);
        var inline = session.Json && path is null ? new ArrayBufferWriter<byte>() : null;
        long start = session.Terminal.Clock.GetTimestamp();
        Data.ReadSummary? summary = null;
        ForageException? failure = null;
        using (var meter = session.Progress("predicting", "examples"))
        {
            var buffer = inline ?? new ArrayBufferWriter<byte>(1 << 16);
            using var file = path is null ? null : OpenOutput(path);
            var to = file ?? session.Terminal.OutStream;
            session.Terminal.Out.Flush();
            try
            {
                summary = predictor.Run(input, buffer, share =>
                {
                    meter.Report(predictor.Examples, share);
                    if (inline is not null) return;
                    to.Write(buffer.WrittenSpan);
                    buffer.ResetWrittenCount();
                }, session.Cancellation);
            }
            catch (ForageException e)
            {
                failure = e; // what was read before it has been predicted and is kept
            }
            to.Flush();
        }
        double seconds = session.Terminal.Clock.GetElapsedTime(start).TotalSeconds;
        double? Precision(int k) => predictor.Precision.Count > 0 ? predictor.Precision.At(k) : null;
        var output = new PredictOutput(predictor.Examples, predictor.Loss.Examples, predictor.Loss.Examples > 0 ? predictor.Loss.AverageLoss : null,
            predictor.Loss.Examples > 0 && predictor.HasError ? predictor.Loss.ErrorRate : null, Precision(1), Precision(3), Precision(5),
            predictor.Quantiles is { Count: > 0 } scores && predictor.Loss.Examples > 0 ? QuantileScoreOutput.Of(scores) : null, summary?.Malformed ?? 0, summary?.FirstFaults ?? [], seconds, predictor.Examples / seconds, path, Lines(inline));
        if (session.Json) session.WriteJson(output, PredictJson.Readable.PredictOutput);
        else if (!session.Quiet) Print(output, path is null ? session.Terminal.Error : session.Out);
        if (failure is not null) throw failure;
        return session.Cancellation.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Fine;
    }

    private static string[]? Lines(ArrayBufferWriter<byte>? text)
        => text is null ? null : text.WrittenCount == 0 ? [] : Encoding.UTF8.GetString(text.WrittenSpan[..^1]).Split('\n');

    internal static FileStream OpenOutput(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ForageException($"Cannot write '{path}': {e.Message}", e);
        }
    }

    private static void Print(PredictOutput output, TextWriter to)
    {
        to.WriteLine($"predicted {Numbers.Count(output.Examples)} examples, {Numbers.Rate(output.ExamplesPerSecond)} a second");
        if (output.Loss is { } loss) to.WriteLine($"{"loss",-22} {LearnOutput.Number(loss)}{(output.Labelled < output.Examples ? $" on {Numbers.Count(output.Labelled)} labelled ones" : "")}");
        if (output.Error is { } error) to.WriteLine($"{"0/1 error",-22} {LearnOutput.Percent(error)}");
        if (output is { PrecisionAt1: { } one, PrecisionAt3: { } three, PrecisionAt5: { } five }) to.WriteLine($"{"P@1, 3, 5",-22} {TreeOutput.Percents(one, three, five)}");
        if (output.Quantiles is { } quantiles) QuantileScoreOutput.Print(quantiles, to);
        if (output.Malformed == 0) return;
        to.WriteLine($"{"malformed lines",-22} {Numbers.Count(output.Malformed)}, skipped (no prediction); the first:");
        foreach (string fault in output.FirstFaults) to.WriteLine("  " + fault);
    }
}

/// <summary>What <c>predict</c> tells.</summary>
internal sealed record PredictOutput(long Examples, long Labelled, double? Loss, double? Error, double? PrecisionAt1, double? PrecisionAt3, double? PrecisionAt5, IReadOnlyList<QuantileScoreOutput>? Quantiles, long Malformed, IReadOnlyList<string> FirstFaults, double Seconds, double ExamplesPerSecond, string? Output, IReadOnlyList<string>? Predictions);

/// <summary>Source-generated JSON of <c>predict</c>.</summary>
[JsonSerializable(typeof(PredictOutput))]
internal sealed partial class PredictJson : JsonSerializerContext
{
    public static PredictJson Readable => field ??= new PredictJson(JsonStyle.NewOptions());
}
