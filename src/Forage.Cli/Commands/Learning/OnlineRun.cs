using System.CommandLine;
using System.Diagnostics;
using Forage.Cli.Frame;
using Forage.Training;

namespace Forage.Cli.Commands.Learning;

/// <summary>Passes over examples with a model that learns online, new or resumed.</summary>
internal static class OnlineRun
{
    /// <summary>The options it takes.</summary>
    public static IEnumerable<Option> Takes(LearnOptions options) => [options.Passes, options.HoldOut, options.Patience, options.Cache, options.CacheFile, options.Report];

    /// <summary>The input, with its cache.</summary>
    public static TrainingInput Open(LearnOptions options, ParseResult parsed, Session session)
    {
        string? cache = parsed.GetValue(options.CacheFile) ?? (!parsed.GetValue(options.Cache) ? null
            : options.Input.PathOf(parsed) is { } path ? path + ".cache" : throw new UsageException("forage learn: --cache needs a file; for standard input say --cache-file FILE"));
        foreach (var output in new[] { options.Model, options.Report })
            if (cache is not null && parsed.GetValue(output) is { } other && OutputFiles.IsSame(cache, other)) throw OutputFiles.Overwrites("forage learn", output.Name, other, "--cache");
        return options.Input.Open(parsed, session) with { CachePath = cache };
    }

    /// <summary>Learns, saves and tells.</summary>
    public static int Run(LearnOptions options, ParseResult parsed, Session session, TrainedModel model, TrainingInput input)
    {
        string? modelPath = parsed.GetValue(options.Model);
        var training = new TrainingOptions { Passes = parsed.GetValue(options.Passes), HoldOutEvery = parsed.GetValue(options.HoldOut), Patience = parsed.GetValue(options.Patience), AverageFrom = parsed.GetValue(options.AverageFrom) };
        UsageException.Check("learn", training.Validate);
        var trace = new List<ProgressiveRow>();
        long start = session.Terminal.Clock.GetTimestamp();
        TrainingResult result;
        using (var meter = session.Progress("learning", "examples"))
        {
            var table = new TraceTable(meter, model.Recipe);
            var job = new TrainingJob(input, training)
            {
                Trace = row =>
                {
                    trace.Add(row);
                    table.Write(row);
                },
                Progress = (pass, loss, share) => meter.Report(loss.Examples, share, $"loss {LearnOutput.Number(loss.AverageLoss)}{(training.Passes > 1 ? $", pass {pass + 1}" : "")}"),
            };
            (model, result) = job.Run(model, session.Cancellation);
        }
        double seconds = session.Terminal.Clock.GetElapsedTime(start).TotalSeconds;
        if (result.Examples == 0 && model.Recipe.Examples == 0)
        {
            model.Dispose(); // it would take the place of a model that has learnt something
            if (result.Interrupted) throw new OperationCanceledException();
            throw result.Failure ?? new ForageException($"{input.Source.Name} holds no example with a label ({result.Input?.Records ?? 0} examples, {result.Input?.Malformed ?? 0} malformed lines{(result.Input?.FirstFaults is [var first, ..] ? $", the first: {first}" : "")}).");
        }
        if (training.EffectiveHoldOut > 0 && result.Passes[0].HeldOut.Examples == 0) LearnWay.WarnNothingHeldOut(session, training.EffectiveHoldOut, result.Passes[0].Learnt.Examples);
        if (result.Order.IsSorted)
            session.Warn($"{100 * result.Order.Repeated:0} % of the examples have the label of the one before, in a random order {100 * result.Order.Chance:0} % would: the examples seem sorted, which makes the progressive loss too low and the model worse. Shuffle them");
        if (modelPath is not null) model.Save(modelPath);
        using (model)
        {
            var output = LearnOutput.Of(model, input, result, trace, seconds, modelPath, Process.GetCurrentProcess().PeakWorkingSet64);
            if (parsed.GetValue(options.Report) is { } report) LearnReport.Make(session, model, output, options.Input.PathOf(parsed)).Save(report);
            if (session.Json) session.WriteJson(output, LearnJson.Readable.LearnOutput);
            else output.Print(session.Out);
        }
        if (result.Failure is { } failure) throw failure;
        if (!result.Interrupted) return ExitCode.Fine;
        session.Warn("interrupted" + (modelPath is null ? "" : $"; the model learnt so far is in {modelPath}"));
        return ExitCode.Interrupted;
    }
}
