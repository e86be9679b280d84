using System.IO.Compression;
using System.Text.Json;
using Forage.Cli.Decisions;
using Forage.Evaluation;

namespace Forage.Cli.Reproductions.Foundation;

/// <summary>The main job on the bundled log: is the chosen policy better than the logging policy, by its interval and in truth?</summary>
internal static class ImproveMeasure
{
    private const int QuickDecisions = 4_000;

    public static void Run(ReproduceContext context, ReproduceResult result)
    {
        string? root = ReproduceContext.Checkout;
        if (root is null || !File.Exists(Path.Combine(root, DecisionOptions.Bundled)))
        {
            foreach (string id in new[] { "improve-difference-lower", "improve-true-ratio", "improve-true-ratio-to-greedy", "improve-intervals-hold-truth" })
                result.Skipped.Add(new SkippedTarget(id, "the bundled log is not beside this build"));
            return;
        }
        using var folder = new ScratchFolder();
        string log = Path.Combine(root, DecisionOptions.Bundled);
        result.Data.Add(ReportData.OfFile(log));
        if (context.Quick) log = Beginning(log, folder);
        using var progress = context.Session.Progress("improve", "runs");
        var answer = CommandRun.Json(context, "improve", log, "-m", folder["improved.policy"], "--report", folder["improve.html"]);
        int positions = answer.GetProperty("slateLength").GetInt32();
        string part = $"improve on {answer.GetProperty("decisions").GetInt64():N0} decisions";
        JsonElement logging = default, chosen = default, greedy = default;
        bool held = true;
        foreach (var policy in answer.GetProperty("confirmation").EnumerateArray())
        {
            string name = policy.GetProperty("name").GetString()!;
            var value = policy.GetProperty("value");
            double low = value.GetProperty("lower").GetDouble(), high = value.GetProperty("upper").GetDouble(), truth = True(policy);
            result.Rows.Add(new MeasuredRow(part, "value of the " + name, value.GetProperty("value").GetDouble() / positions, "reward/action", low / positions, high / positions));
            result.Rows.Add(new MeasuredRow(part, "true value of the " + name, truth / positions, "reward/action"));
            held &= truth >= low && truth <= high;
            if (name == "logging policy") logging = policy;
            if (name == "greedy logging policy") greedy = policy;
            if (policy.GetProperty("chosen").GetBoolean()) chosen = policy;
        }
        var difference = chosen.GetProperty("difference");
        result.Rows.Add(new MeasuredRow(part, "difference of the chosen to the logging policy", difference.GetProperty("value").GetDouble() / positions, "reward/action",
            difference.GetProperty("lower").GetDouble() / positions, difference.GetProperty("upper").GetDouble() / positions, "chosen: " + answer.GetProperty("chosen").GetString()));
        result.Targets.Add(new MeasuredTarget("improve-difference-lower", difference.GetProperty("lower").GetDouble() / positions, ">=", 0, "reward/action"));
        result.Targets.Add(new MeasuredTarget("improve-true-ratio", True(chosen) / True(logging), ">=", 1, "×"));
        result.Targets.Add(new MeasuredTarget("improve-true-ratio-to-greedy", True(chosen) / True(greedy), ">=", 1, "×"));
        result.Targets.Add(new MeasuredTarget("improve-intervals-hold-truth", held ? 1 : 0, ">=", 1, "of 1"));
    }

    private static double True(JsonElement policy) => policy.GetProperty("trueValue").GetDouble();

    /// <summary>A log of the first decisions with what belongs to it.</summary>
    private static string Beginning(string log, ScratchFolder folder)
    {
        string copy = folder["log.jsonl.gz"];
        using (var from = new StreamReader(new GZipStream(File.OpenRead(log), CompressionMode.Decompress)))
        using (var to = new StreamWriter(new GZipStream(File.Create(copy), CompressionLevel.Fastest)))
            for (int i = 0; i < QuickDecisions && from.ReadLine() is { } line; i++) to.WriteLine(line);
        foreach (string kind in new[] { "policy", "truth", "actions", "features" })
            if (LogPaths.FindCompanion(log, kind) is { } companion) File.Copy(companion, LogPaths.Companion(copy, kind));
        return copy;
    }
}
