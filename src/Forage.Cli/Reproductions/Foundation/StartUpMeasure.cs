namespace Forage.Cli.Reproductions.Foundation;

/// <summary>How long a command that does nothing takes, launcher included: the median of many runs of <c>./forage --version</c>.</summary>
internal static class StartUpMeasure
{
    private const string Target = "startup-ms";

    public static void Run(ReproduceContext context, ReproduceResult result)
    {
        if (CommandRun.Launcher is not { } launcher)
        {
            result.Skipped.Add(new SkippedTarget(Target, "the launcher is not beside this build"));
            return;
        }
        int runs = context.Quick ? 11 : 31;
        var times = new double[runs];
        using var progress = context.Session.Progress("start-up", "runs");
        for (int i = -1; i < runs; i++) // the first one warms up
        {
            double ms = 1000 * CommandRun.Timed(context, launcher, "--version").Seconds;
            if (i >= 0) times[i] = ms;
            progress.Report(i + 1, (i + 1.0) / runs);
        }
        Array.Sort(times);
        result.Rows.Add(new MeasuredRow("./forage --version", "wall time, median", times[runs / 2], "ms", times[0], times[^1], $"{runs} runs; the interval is the fastest and the slowest"));
        result.Targets.Add(new MeasuredTarget(Target, times[runs / 2], "<=", 100, "ms"));
    }
}
