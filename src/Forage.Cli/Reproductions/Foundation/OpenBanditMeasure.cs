using Forage.Evaluation;

namespace Forage.Cli.Reproductions.Foundation;

/// <summary>
/// Real logs: from 10,000 uniformly random choices the value of a Thompson-sampling policy that is known by its own log only. The interval must
/// contain what the policy earned in its own log.
/// </summary>
internal static class OpenBanditMeasure
{
    private const string Target = "open-bandit-interval-contains";

    public static void Run(ReproduceContext context, ReproduceResult result)
    {
        string? folder = ReproduceContext.Checkout is { } root ? Path.Combine(root, "data/open-bandit-men") : null;
        if (folder is null || !File.Exists(Path.Combine(folder, "random.csv.gz")))
        {
            result.Skipped.Add(new SkippedTarget(Target, "the bundled logs are not beside this build"));
            return;
        }
        foreach (string name in new[] { "random.csv.gz", "bts.csv.gz" }) result.Data.Add(ReportData.OfFile(Path.Combine(folder, name)));
        var answer = CommandRun.Json(context, "evaluate", Path.Combine(folder, "random.csv.gz"), "--policy-log", Path.Combine(folder, "bts.csv.gz"), "--group", "p");
        var policy = answer.GetProperty("policyLog");
        var value = policy.GetProperty("value");
        double low = value.GetProperty("lower").GetDouble(), high = value.GetProperty("upper").GetDouble(), own = policy.GetProperty("own").GetProperty("value").GetDouble();
        result.Rows.Add(new MeasuredRow("Open Bandit, men", "value of Thompson sampling from the random log", value.GetProperty("value").GetDouble(), "clicks/decision", low, high, "the error of its estimated distribution included"));
        result.Rows.Add(new MeasuredRow("Open Bandit, men", "its value in its own log", own, "clicks/decision", policy.GetProperty("own").GetProperty("lower").GetDouble(), policy.GetProperty("own").GetProperty("upper").GetDouble()));
        result.Targets.Add(new MeasuredTarget(Target, own >= low && own <= high ? 1 : 0, ">=", 1, "of 1"));
    }
}
