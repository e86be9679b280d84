using Forage.Evaluation;

namespace Forage.Cli.Reproductions.TamingCurves;

/// <summary>What the report shows of the curves.</summary>
internal static class TamingCharts
{
    public static void Add(IReadOnlyList<FiniteCurve> curves, IReadOnlyList<TreeCurve> trees, ReproduceResult result)
    {
        result.Blocks.Add(new ReportHeading("How it grows with the rounds"));
        result.Blocks.Add(new ReportText("Worlds of 10 contexts, 5 actions and 200 policies, a new one for each seed; both axes in decades, so a power of T is a straight line. "
            + "**Regret increments** are what each doubling of T adds, in the median world; the promise is a slope of 0.4 to 0.65."));
        result.Blocks.Add(Chart("What each doubling of T adds to the regret", "regret", curves.Select(Increments), "√T is a slope of ½. With the paper's constants exploiting has not begun: the slope is near 1."));
        result.Blocks.Add(Chart("Regret", "regret", curves.Select(c => Series(c, Enumerable.Range(0, c.Rounds.Length).Select(c.Regret))), "Mean over worlds, without the noise of draws and rewards."));
        result.Blocks.Add(Chart("Oracle calls", "calls", curves.Select(c => Series(c, Enumerable.Range(0, c.Rounds.Length).Select(i => c.Calls.Average(s => s[i])))),
            "Doubling solves (OP) log₂ T times, m² about √T times, every round T times."));
        result.Blocks.Add(Chart("Running time, contexts counted", "s", curves.Select(c => Series(c, c.Seconds)), "The fastest run; the simulated world is included, which is most of it where calls are few."));
        result.Blocks.Add(Chart("Running time with trees of depth 2", "s", trees.Select(t => new LineSeries(t.Name, t.Rounds, t.Seconds)),
            "With m² epochs. Listed contexts make the table as long as the rounds: some √T solutions over it, T^1.5 in all (§3.5)."));
    }

    private static LineChart Chart(string title, string unit, IEnumerable<LineSeries> series, string note) =>
        new(title, "rounds T", unit, [.. series]) { LogarithmicX = true, LogarithmicY = true, Note = note };

    private static LineSeries Series(FiniteCurve curve, IEnumerable<double> y) => new(curve.Setting.Name, curve.Rounds, [.. y]);

    private static LineSeries Increments(FiniteCurve curve) =>
        new(curve.Setting.Name, curve.Rounds[1..], [.. Enumerable.Range(0, curve.Rounds.Length - 1).Select(i => GrowthRate.Middle(GrowthRate.Increments(curve.Regrets), i, median: true))]);
}
