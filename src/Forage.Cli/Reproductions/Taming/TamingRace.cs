using System.Globalization;
using Forage.Bandits;
using Forage.Linear;
using Forage.Simulation;

namespace Forage.Cli.Reproductions.Taming;

/// <summary>Online Cover with one policy against the supervised learner in one process, and against vw as a whole command over the file repeated 20 times.</summary>
internal static class TamingRace
{
    private const int Times = 20, Runs = 3;
    private const string Cover = "cover:n=1,epsilon=0.1,estimator=dm";

    public static void Run(ReproduceContext context, TamingSet set, ReproduceResult result)
    {
        var learner = new LinearOptions { Bits = BanditReplay.BitsFor(set.Set), LearningRate = 0.25f };
        var start = new BanditRecipe { Actions = set.Set.LabelCount, Learner = learner };
        BanditContestant supervised = new("supervised", start, Supervised: true), cover = new(Cover, BanditText.Parse(Cover, start));
        double one = double.MaxValue, two = double.MaxValue;
        for (int run = 0; run < Runs; run++) // in turn, so that both meet the same noise
        {
            one = Math.Min(one, Seconds(context, set, supervised));
            two = Math.Min(two, Seconds(context, set, cover));
        }
        result.Rows.Add(new MeasuredRow("ccat, 5 times", "supervised", one, "s"));
        result.Rows.Add(new MeasuredRow("ccat, 5 times", "Online Cover, n = 1", two, "s", Note: "paper: 2.3 times the supervised learner"));
        result.Targets.Add(new MeasuredTarget("cover-1-time", two / one, "<=", 2, "times supervised"));
        if (CommandRun.OnPath("vw") is not { } vw || CommandRun.Launcher is not { } launcher)
        {
            result.Skipped.Add(new SkippedTarget("speed-cover", "no vw on PATH to compare with"));
            return;
        }
        using var folder = new ScratchFolder();
        string file = folder["examples.vw"];
        TamingVw.WriteText(set.Set, file, Times);
        string[] ours = ["simulate", "bandit", file, "--actions", $"{start.Actions}", "--no-supervised", "-e", Cover, "--rates", "0.25", "--seeds", "1", "-b", "18", "--quiet"], theirs = ["-d", file, "--cbify", "2", "--cover", "1", "-b", "18"];
        double best = double.MaxValue, standard = double.MaxValue, oneThread = double.MaxValue;
        using var progress = context.Session.Progress("racing", "runs");
        for (int run = 0; run < Runs; run++)
        {
            best = Math.Min(best, CommandRun.Timed(context, launcher, ours).Seconds);
            standard = Math.Min(standard, CommandRun.Timed(context, vw, theirs).Seconds);
            oneThread = Math.Min(oneThread, CommandRun.Timed(context, vw, [.. theirs, "--onethread"]).Seconds);
            progress.Report(run + 1, (run + 1.0) / Runs);
        }
        long rounds = (long)set.Set.Count * Times;
        result.Rows.Add(new MeasuredRow("ccat, 20 times", "whole command", rounds / best, "rounds/s", Note: string.Create(CultureInfo.InvariantCulture, $"{rounds:N0} in {best:0.00} s")));
        result.Rows.Add(new MeasuredRow("ccat, 20 times", "vw --cover 1", rounds / standard, "rounds/s", Note: string.Create(CultureInfo.InvariantCulture, $"{standard:0.00} s; with --onethread {oneThread:0.00} s")));
        result.Targets.Add(new MeasuredTarget("speed-cover", Math.Min(standard, oneThread) / best, ">=", 4, "times vw"));
    }

    private static double Seconds(ReproduceContext context, TamingSet set, BanditContestant who)
    {
        var clock = context.Session.Terminal.Clock;
        long begun = clock.GetTimestamp();
        BanditTournament.Run(set.Set, [who], [], 1, new BanditReplayOptions { Passes = 5 }, 1, null, context.Session.Cancellation);
        return clock.GetElapsedTime(begun).TotalSeconds;
    }
}
