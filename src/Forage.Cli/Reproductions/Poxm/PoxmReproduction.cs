using Forage.Evaluation;

namespace Forage.Cli.Reproductions.Poxm;

/// <summary>
/// "Learning from eXtreme Bandit Feedback" (Lopez, Dhillon, Jordan 2021): its table, its figures and its scale experiment, on sets that can be had, with every method of it and some
/// beyond it.
/// </summary>
internal sealed class PoxmReproduction : IReproduction
{
    private const int Seeds = 3;

    public string Name => "poxm";

    public string Summary => "learning from slates over thousands of actions: the paper's table, figures and scale experiment";

    public ReproduceResult Run(ReproduceContext context)
    {
        var result = context.Begin(Name);
        int threads = Environment.ProcessorCount;
        var sets = new List<PoxmResults>();
        GumbelOutcome[]? noisy = null;
        foreach (var set in context.Quick ? PoxmSet.All.Take(1) : PoxmSet.All)
        {
            if (set.Load(context, result, out string missing) is not { } data)
            {
                PoxmTargets.Skip(set, missing, result);
                continue;
            }
            var results = new PoxmResults(set);
            sets.Add(results);
            for (int s = 0; s < (context.Quick ? 1 : Seeds); s++)
            {
                using var run = Start(context, data, context.Session.Seed + (ulong)s, threads);
                if (s == 0) results.Curve = SelectorCurve.Measure(run.Logging, data.Test.Rows, data.Test.Labelled, threads: threads, cancellation: run.Cancellation);
                Measure(context, run, results);
                if (s == 0 && set == PoxmSet.All[0] && !context.Quick) noisy = Noisy(context, run);
            }
            PoxmTables.Add(results, result);
            PoxmTargets.Add(results, context.Quick, result);
        }
        PoxmTables.AddPaper(result);
        PoxmTables.AddCurves(sets, result);
        if (noisy is not null) GumbelMeasure.Report(noisy, PoxmSet.All[0], result);
        ScalingMeasure.Run(context, threads, result);
        return result;
    }

    private static PoxmRun Start(ReproduceContext context, PoxmData data, ulong seed, int threads)
    {
        using var progress = context.Session.Progress($"{data.Set.Name}, seed {seed}", "");
        progress.Report(0, double.NaN, "logging policy and its log");
        return PoxmRun.Start(data, seed, threads, context.Quick, context.Session.Cancellation);
    }

    private static void Measure(ReproduceContext context, PoxmRun run, PoxmResults results)
    {
        using var progress = context.Session.Progress($"{run.Data.Set.Name}, seed {run.Seed}", "");
        var learning = new PoxmLearning(run);
        var methods = PoxmMethods.All.Where(m => m.Quick || !context.Quick).ToList();
        for (int m = 0; m < methods.Count; m++)
        {
            context.Session.Cancellation.ThrowIfCancellationRequested();
            progress.Report(m, (double)m / methods.Count, methods[m].Name);
            results.Add(methods[m].Name, run.Measure(methods[m].Make(run, learning)));
        }
        progress.Report(methods.Count, 0.99, "skyline");
        results.Add(PaperTable.Skyline, run.Measure(run.Skyline()));
    }

    private static GumbelOutcome[] Noisy(ReproduceContext context, PoxmRun run)
    {
        using var progress = context.Session.Progress("noisier logging policies", "");
        var outcomes = new List<GumbelOutcome>();
        foreach (var scenario in GumbelScenario.All)
        {
            progress.Report(outcomes.Count, (double)outcomes.Count / GumbelScenario.All.Length, scenario.ToString());
            outcomes.Add(GumbelMeasure.Run(run, scenario));
        }
        return [.. outcomes];
    }
}
