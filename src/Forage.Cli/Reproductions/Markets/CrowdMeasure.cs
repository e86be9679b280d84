using Forage.Evaluation;

namespace Forage.Cli.Reproductions.Markets;

/// <summary>Real crowds as markets: log loss beside mean, median, the best in hindsight and the bound.</summary>
internal static class CrowdMeasure
{
    private const string NoData = "needs --data with the folder markets";

    public static void Run(ReproduceContext context, ReproduceResult result)
    {
        result.Blocks.Add(new ReportHeading("Crowds"));
        Measure(context, result, Crowd.Synthetic(400, 200, context.Session.Seed), "synthetic", shuffles: 5);
        string? predictions = context.DataFile("markets/acx2023/predictions.csv"), answers = context.DataFile("markets/acx2023/answers.csv");
        if (predictions is null || answers is null) result.Skipped.Add(new SkippedTarget("forecasters: regret within the bound, every order", NoData));
        else Measure(context, result, Crowd.Forecasters(predictions, answers), "forecasters", shuffles: context.Quick ? 3 : 20);
        string? folder = context.Data is null ? null : Path.Combine(context.Data, "markets", "football-premier-league");
        if (!Directory.Exists(folder)) result.Skipped.Add(new SkippedTarget("bookmakers: regret within the bound, every order", NoData));
        else Measure(context, result, Crowd.Bookmakers(folder), "bookmakers", shuffles: context.Quick ? 1 : 5);
    }

    private static void Measure(ReproduceContext context, ReproduceResult result, Crowd crowd, string id, int shuffles)
    {
        using var progress = context.Session.Progress(id, "orders");
        var file = CrowdLosses.Measure(crowd, CrowdLosses.FileOrder(crowd));
        var random = Enumerable.Range(0, shuffles).Select(s => CrowdLosses.Measure(crowd, CrowdLosses.Shuffled(crowd, context.Session.Seed + (ulong)s))).ToArray();
        for (int k = 0; k < CrowdLosses.Ways.Length; k++)
            result.Rows.Add(new MeasuredRow(crowd.Name, CrowdLosses.Ways[k], file.Loss[k], "nats/event", random.Min(r => r.Loss[k]), random.Max(r => r.Loss[k]), Note: "interval: smallest and largest over random orders"));
        result.Rows.Add(new MeasuredRow(crowd.Name, "best member in hindsight", file.Best, "nats/event"));
        result.Rows.Add(new MeasuredRow(crowd.Name, "middle member", file.Middle, "nats/event"));
        result.Rows.Add(new MeasuredRow(crowd.Name, "bound: the best and ln n", file.Bound, "nats/event"));
        double used = random.Append(file).Max(r => (r.Loss[0] - r.Best) / (r.Bound - r.Best));
        result.Targets.Add(new MeasuredTarget(id + ": regret within the bound, every order", used, "<=", 1 + 1e-9, "ln n"));
        result.Targets.Add(new MeasuredTarget(id + ": market of the three means", random.Append(file).Max(r => r.Loss[6] - Enumerable.Range(3, 3).Min(k => r.Loss[k])), "<=", Math.Log(3) / crowd.Events.Count + 3e-6, "nats/event"));
        result.Targets.Add(new MeasuredTarget(id + ": market beats the middle member", file.Loss[0] / file.Middle, "<=", 1, "times"));

        var bars = CrowdLosses.Ways.Select((w, k) => new ReportBar(w, file.Loss[k], k == 0)).ToList();
        bars.AddRange([new("best member in hindsight", file.Best), new("middle member", file.Middle), new("bound of Theorem 3", file.Bound)]);
        result.Blocks.Add(new BarChart(crowd.Name + ": log loss", "nats an event", bars));
        double[] x = [.. Enumerable.Range(1, file.Path.Count).Select(t => (double)t)];
        result.Blocks.Add(new LineChart(crowd.Name + ": regret to the best so far", "events", "nats",
            [new("market", x, [.. file.Path.Select(p => p[0] - p[2])]), new("mean", x, [.. file.Path.Select(p => p[1] - p[2])])])
        {
            Reference = new ReferenceValue("ln n", Math.Log(crowd.Members)),
        });
    }
}
