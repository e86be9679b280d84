using System.CommandLine;
using System.Text.Json.Serialization;
using Forage.Cli.Decisions;
using Forage.Cli.Frame;
using Forage.Data;
using Forage.Linear;
using Forage.OffPolicy.Learning;
using Forage.Training;

namespace Forage.Cli.Commands.Learning;

/// <summary><c>learn --task bandit</c>: a policy from a log of decisions, in passes over it.</summary>
/// <param name="options">The options of <c>learn</c>.</param>
internal sealed class BanditWay(LearnOptions options) : LearnWay(options)
{
    public override string Name => "--task bandit";

    /// <remarks>Rewards are regressed by squared loss whatever the method, and the loss of policies is its own.</remarks>
    public override IEnumerable<Option> Takes => [Options.Method, Options.Actions, Options.Passes, .. Options.Learning.All.Except([Options.Learning.Loss, Options.Learning.Tau])];

    public override int Run(ParseResult parsed, Session session)
    {
        string? methodName = parsed.GetValue(Options.Method), path = Options.Input.PathOf(parsed), modelPath = parsed.GetValue(Options.Model);
        int? actions = parsed.GetValue(Options.Actions);
        int passes = parsed.GetValue(Options.Passes);
        var method = Method(methodName);
        var learning = Options.Learning.Read(parsed, LossKind.Squared);
        var reading = Options.Input.Reading(parsed);
        var source = path is null ? ByteSource.FromStream(session.Terminal.OpenInput(), "standard input") : ByteSource.File(path);
        if (passes > 1 && source.Length is null) throw new UsageException("forage learn: standard input can be read only once; give a file for several passes");
        var parser = DecisionParsers.Open(Options.Input.FormatName(parsed), actions, source);
        using var trainer = new BanditTrainer(method, learning, actions ?? 0);
        ReadSummary? read = null;
        ForageException? failure = null;
        long start = session.Terminal.Clock.GetTimestamp();
        using (var meter = session.Progress("learning", "decisions"))
        {
            for (int pass = 0; pass < passes && failure is null && !session.Cancellation.IsCancellationRequested; pass++)
            {
                var reader = new RecordReader<DecisionBatch>(source, parser, reading);
                try
                {
                    var summary = reader.Read(batch =>
                    {
                        trainer.Learn(batch);
                        meter.Report(trainer.Decisions, source.Length is > 0 and var all ? (double)reader.StoredBytesRead / all : double.NaN);
                    }, session.Cancellation);
                    read ??= summary;
                }
                catch (ForageException e) when (trainer.Decisions > 0)
                {
                    failure = e; // what was learnt before it is kept
                }
                trainer.EndPass();
            }
        }
        double seconds = session.Terminal.Clock.GetElapsedTime(start).TotalSeconds;
        if (trainer.Decisions == 0) throw new ForageException($"{source.Name} holds no decision with an outcome ({read?.Records ?? 0} records, {read?.Malformed ?? 0} malformed).");
        if (read is { Malformed: > 0 }) session.Warn($"{Numbers.Count(read.Malformed)} malformed records were left out; the first:\n  " + string.Join("\n  ", read.FirstFaults));
        if (modelPath is not null)
        {
            new PolicyModel(new PolicyRecipe
            {
                Name = methodName ?? "mtr",
                Actions = actions ?? 0,
                Command = session.CommandText,
                Seed = session.Seed,
                Version = ForageVersion.Text,
                Evidence = $"progressive reward {trainer.ProgressiveReward:0.#####} by inverse propensities against {trainer.LoggedReward:0.#####} logged, over {trainer.Decisions} decisions",
            }, trainer.Policy).Save(modelPath);
        }
        var result = new BanditOutput("bandit", method.ToString().ToLowerInvariant(), trainer.Decisions, trainer.Unlabelled, read?.Malformed ?? 0, trainer.LoggedReward, trainer.ProgressiveReward,
            Math.Round(seconds, 4), Math.Round(trainer.Decisions / seconds), modelPath);
        if (session.Json) session.WriteJson(result, BanditJson.Readable.BanditOutput);
        else result.Print(session.Out);
        if (failure is not null) throw failure;
        if (!session.Cancellation.IsCancellationRequested) return ExitCode.Fine;
        session.Warn("interrupted" + (modelPath is null ? "" : $"; the policy learnt so far is in {modelPath}"));
        return ExitCode.Interrupted;
    }

    private static BanditMethod Method(string? name) => name is null ? BanditMethod.Mtr
        : Enum.TryParse<BanditMethod>(name, ignoreCase: true, out var method) && !char.IsDigit(name[0]) ? method
        : throw new UsageException($"forage learn: option '--method' got '{name}', expected {string.Join(", ", Enum.GetNames<BanditMethod>()).ToLowerInvariant()}");
}

/// <summary>What <c>learn --task bandit --json</c> prints.</summary>
internal sealed record BanditOutput(string Task, string Method, long Decisions, long Unlabelled, long Malformed, double LoggedReward, double ProgressiveReward, double Seconds, double DecisionsPerSecond, string? Model)
{
    public void Print(TextWriter to)
    {
        to.WriteLine($"learnt from {Numbers.Count(Decisions)} decisions by {Method}" + (Unlabelled > 0 ? $", {Numbers.Count(Unlabelled)} without an outcome left out" : ""));
        to.WriteLine($"logged reward          {LearnOutput.Number(LoggedReward)}");
        to.WriteLine($"progressive reward     {LearnOutput.Number(ProgressiveReward)}  (of the choices made before learning, by inverse propensities)");
        to.WriteLine($"speed                  {Numbers.Count((long)DecisionsPerSecond)} decisions/s ({Seconds:0.0} s)");
        if (Model is not null) to.WriteLine($"policy                 {Model}");
    }
}

/// <summary>JSON of <see cref="BanditOutput"/>.</summary>
[JsonSerializable(typeof(BanditOutput))]
internal sealed partial class BanditJson : JsonSerializerContext
{
    /// <summary>In the style of all JSON output.</summary>
    public static BanditJson Readable => field ??= new BanditJson(JsonStyle.NewOptions());
}
