using System.Buffers;
using System.Text;
using System.Text.Json.Serialization;
using Forage.Cli.Decisions;
using Forage.Cli.Frame;
using Forage.Data;
using Forage.OffPolicy.Learning;
using Forage.Training;

namespace Forage.Cli.Commands;

/// <summary><c>predict</c> with a policy: what it would do in every decision.</summary>
internal static class PredictPolicy
{
    public static int Run(Session session, string modelPath, string? path, string? format, ReadOptions reading, bool probabilities, string? outputPath, string? vectorPath)
    {
        var model = PolicyModel.Load(modelPath);
        var vectors = vectorPath is null ? null : VectorFile.Read(vectorPath);
        VectorFile.Require(model, modelPath, vectors?.Dimension ?? 0);
        if (vectors is not null) reading = reading with { Strict = true }; // a line left out would shift all vectors after it
        var source = path is null ? ByteSource.FromStream(session.Terminal.OpenInput(), "standard input") : ByteSource.File(path);
        var reader = new RecordReader<DecisionBatch>(source, DecisionParsers.Open(format, model.Recipe.Actions > 0 ? model.Recipe.Actions : null, source), reading);
        var predictor = new PolicyPredictor(model, probabilities) { Vectors = vectors?.Rows };
        var buffer = new ArrayBufferWriter<byte>(1 << 16);
        bool inline = session.Json && outputPath is null;
        long start = session.Terminal.Clock.GetTimestamp();
        ReadSummary? summary = null;
        ForageException? failure = null;
        using (var meter = session.Progress("predicting", "decisions"))
        using (var file = outputPath is null ? null : PredictCommand.OpenOutput(outputPath))
        {
            var to = file ?? session.Terminal.OutStream;
            session.Terminal.Out.Flush();
            try
            {
                summary = reader.Read(batch =>
                {
                    predictor.Predict(batch, buffer);
                    meter.Report(predictor.Decisions, source.Length is > 0 and var all ? Math.Min(1, (double)reader.StoredBytesRead / all) : double.NaN);
                    if (inline) return;
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
        if (vectors is not null && failure is null && !session.Cancellation.IsCancellationRequested && predictor.Decisions != vectors.Rows.RowCount)
            failure = new ForageException($"{vectors.Path} has {vectors.Rows.RowCount} vectors for {predictor.Decisions} decisions; expected one a decision.");
        double seconds = session.Terminal.Clock.GetElapsedTime(start).TotalSeconds;
        string[]? lines = !inline ? null : buffer.WrittenCount == 0 ? [] : Encoding.UTF8.GetString(buffer.WrittenSpan[..^1]).Split('\n');
        var output = new PredictPolicyOutput(predictor.Decisions, predictor.Labelled, predictor.Labelled > 0 ? predictor.Value : null, summary?.Malformed ?? 0, summary?.FirstFaults ?? [], seconds, predictor.Decisions / seconds, outputPath, lines);
        if (session.Json) session.WriteJson(output, PredictPolicyJson.Readable.PredictPolicyOutput);
        else if (!session.Quiet) output.Print(outputPath is null ? session.Terminal.Error : session.Out);
        if (failure is not null) throw failure;
        return session.Cancellation.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Fine;
    }
}

/// <summary>What <c>predict</c> with a policy tells.</summary>
internal sealed record PredictPolicyOutput(long Decisions, long Labelled, double? Value, long Malformed, IReadOnlyList<string> FirstFaults, double Seconds, double DecisionsPerSecond, string? Output, IReadOnlyList<string>? Predictions)
{
    public void Print(TextWriter to)
    {
        to.WriteLine($"predicted {Numbers.Count(Decisions)} decisions, {Numbers.Rate(DecisionsPerSecond)} a second");
        if (Value is { } value) to.WriteLine($"{"value",-22} {LearnOutput.Number(value)} by inverse propensities, first position; too good if it was learnt from these (use evaluate)");
        if (Malformed == 0) return;
        to.WriteLine($"{"malformed records",-22} {Numbers.Count(Malformed)}, skipped (no prediction); the first:");
        foreach (string fault in FirstFaults) to.WriteLine("  " + fault);
    }
}

/// <summary>Source-generated JSON of <c>predict</c> with a policy.</summary>
[JsonSerializable(typeof(PredictPolicyOutput))]
internal sealed partial class PredictPolicyJson : JsonSerializerContext
{
    public static PredictPolicyJson Readable => field ??= new PredictPolicyJson(JsonStyle.NewOptions());
}
