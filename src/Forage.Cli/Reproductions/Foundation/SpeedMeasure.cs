using System.Text.Json;
using System.Text.RegularExpressions;
using Forage.Simulation;

namespace Forage.Cli.Reproductions.Foundation;

/// <summary>
/// Whole commands over synthetic files (76 features an example; decisions among 5 to 12 actions), and, if a vw is on PATH, the same files through
/// it in both its modes, in turn so that all meet the same noise of the machine. Fastest time of each.
/// </summary>
internal static partial class SpeedMeasure
{
    private sealed record Race(string Target, string Part, double Bound, string Unit, long Records, string[] Ours, string[] Theirs, string[]? TheirWarmUp = null);

    public static void Run(ReproduceContext context, ReproduceResult result)
    {
        if (CommandRun.Launcher is not { } launcher)
        {
            foreach (string id in new[] { "speed-text-18", "speed-cache-18", "speed-text-24", "speed-cache-24", "speed-dsjson" }) result.Skipped.Add(new SkippedTarget(id, "the launcher is not beside this build"));
            return;
        }
        int examples = context.Quick ? 60_000 : 1_200_000, decisions = context.Quick ? 15_000 : 300_000, runs = context.Quick ? 1 : 3;
        using var folder = new ScratchFolder();
        string text = folder["examples.vw"], log = folder["decisions.dsjson"];
        using (context.Session.Progress("writing the files", "files"))
        {
            using (var to = File.Create(text)) SyntheticFiles.WriteExamples(to, examples, 1);
            using (var to = File.Create(log)) SyntheticFiles.WriteDecisions(to, decisions, 1);
        }
        string? vw = CommandRun.OnPath("vw");
        var races = Races(folder, text, log, examples, decisions).ToList();
        using var progress = context.Session.Progress("racing", "runs");
        int done = 0;
        foreach (var race in races)
        {
            CommandRun.Timed(context, launcher, race.Ours); // warms the file cache up, and writes ours
            if (vw is not null && race.TheirWarmUp is not null) CommandRun.Timed(context, vw, race.TheirWarmUp);
            double ours = double.MaxValue, standard = double.MaxValue, oneThread = double.MaxValue;
            string output = "", theirs = "";
            for (int run = 0; run < runs; run++)
            {
                (double seconds, output) = CommandRun.Timed(context, launcher, race.Ours);
                ours = Math.Min(ours, seconds);
                if (vw is not null)
                {
                    (seconds, theirs) = CommandRun.Timed(context, vw, race.Theirs);
                    standard = Math.Min(standard, seconds);
                    oneThread = Math.Min(oneThread, CommandRun.Timed(context, vw, [.. race.Theirs, "--onethread"]).Seconds);
                }
                progress.Report(++done, (double)done / (races.Count * runs), race.Part);
            }
            Report(context, result, race, ours, vw is null ? double.NaN : Math.Min(standard, oneThread), output, theirs);
        }
    }

    private static IEnumerable<Race> Races(ScratchFolder folder, string text, string log, int examples, int decisions)
    {
        foreach (int bits in new[] { 18, 24 })
        {
            string[] ours = ["learn", text, "--task", "classify", "-b", $"{bits}", "--quiet", "--json"], theirs = ["-b", $"{bits}", "--loss_function", "logistic"];
            string cache = folder[$"{bits}.vwcache"];
            yield return new Race($"speed-text-{bits}", $"text, {bits} bits", bits == 18 ? 3.5 : 3, "examples/s", examples, ours, ["-d", text, .. theirs]);
            yield return new Race($"speed-cache-{bits}", $"cache, {bits} bits", 2, "examples/s", examples, [.. ours, "--cache"], ["--no_stdin", "--cache_file", cache, .. theirs], ["-d", text, "--cache_file", cache, "-k", .. theirs]);
        }
        yield return new Race("speed-dsjson", "dsjson decisions", 3, "decisions/s", decisions, ["learn", log, "--task", "bandit", "--quiet", "--json"], ["-d", log, "-b", "18", "--cb_explore_adf", "--cb_type", "mtr", "--dsjson"]);
    }

    private static void Report(ReproduceContext context, ReproduceResult result, Race race, double ours, double theirs, string output, string theirOutput)
    {
        result.Rows.Add(new MeasuredRow(race.Part, "whole command", race.Records / ours, race.Unit, Note: FormattableString.Invariant($"{race.Records:N0} in {ours:0.000} s")));
        var json = JsonDocument.Parse(output[..(output.IndexOf('\n') + 1)]).RootElement;
        if (json.TryGetProperty("peakMemoryBytes", out var peak)) result.Rows.Add(new MeasuredRow(race.Part, "peak memory", peak.GetInt64() / 1e6, "MB"));
        if (double.IsNaN(theirs))
        {
            result.Skipped.Add(new SkippedTarget(race.Target, "no vw on PATH to compare with"));
            return;
        }
        result.Rows.Add(new MeasuredRow(race.Part, "vw, its faster mode", race.Records / theirs, race.Unit, Note: FormattableString.Invariant($"{theirs:0.000} s; we are {theirs / ours:0.00} times as fast")));
        if (json.TryGetProperty("progressiveLoss", out var loss) && VwLoss().Match(theirOutput) is { Success: true } match)
        {
            double difference = Math.Abs(loss.GetDouble() - double.Parse(match.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture));
            result.Rows.Add(new MeasuredRow(race.Part, "progressive loss", loss.GetDouble(), "nats", Note: $"vw: {match.Groups[1].Value}"));
            if (race.Target == "speed-text-18") result.Targets.Add(new MeasuredTarget("loss-difference-to-vw", difference, "<=", 1e-4, "nats"));
        }
        if (context.Quick) result.Skipped.Add(new SkippedTarget(race.Target, "start-up counts for too much in the quick version's small files"));
        else result.Targets.Add(new MeasuredTarget(race.Target, theirs / ours, ">=", race.Bound, "times vw"));
    }

    [GeneratedRegex(@"average loss = (-?[0-9.]+)")]
    private static partial Regex VwLoss();
}
