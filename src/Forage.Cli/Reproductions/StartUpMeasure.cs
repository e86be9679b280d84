using System.Diagnostics;

namespace Forage.Cli.Reproductions;

/// <summary>How long a command that does nothing takes, launcher included: the median of many runs of <c>./forage --version</c>.</summary>
internal static class StartUpMeasure
{
    private const string Target = "startup-ms";

    public static void Run(ReproduceContext context, ReproduceResult result)
    {
        string? launcher = ReproduceContext.Checkout is { } root ? Path.Combine(root, "forage") : null;
        if (launcher is null || !File.Exists(launcher))
        {
            result.Skipped.Add(new SkippedTarget(Target, "the launcher is not beside this build"));
            return;
        }
        int runs = context.Quick ? 11 : 31;
        var clock = context.Session.Terminal.Clock;
        var times = new double[runs];
        using var progress = context.Session.Progress("start-up", "runs");
        for (int i = -1; i < runs; i++)
        {
            context.Session.Cancellation.ThrowIfCancellationRequested();
            long start = clock.GetTimestamp();
            using (var process = Process.Start(new ProcessStartInfo(launcher, "--version") { RedirectStandardOutput = true, RedirectStandardError = true })!)
            {
                process.StandardOutput.ReadToEnd();
                process.WaitForExit();
                if (process.ExitCode != 0) throw new InvalidOperationException($"'{launcher} --version' ended with code {process.ExitCode}.");
            }
            if (i >= 0) times[i] = clock.GetElapsedTime(start).TotalMilliseconds;
            progress.Report(i + 1, (i + 1.0) / runs);
        }
        Array.Sort(times);
        double median = times[runs / 2];
        result.Rows.Add(new MeasuredRow("./forage --version", "wall time, median", median, "ms", times[0], times[^1], $"{runs} runs; the interval is the fastest and the slowest"));
        result.Targets.Add(new MeasuredTarget(Target, median, "<=", 100, "ms"));
    }
}
