using System.Globalization;
using Forage.Cli.Frame;
using Forage.Evaluation;
using Forage.Simulation.Budgets;

namespace Forage.Cli.Commands;

/// <summary>The HTML report of <c>simulate budget</c>.</summary>
internal static class BudgetReport
{
    private const int Lines = 6;

    /// <summary>A section for each world: shares of the optimum, what was earned when, budgets.</summary>
    public static Report Make(IReadOnlyList<BudgetedSetup> setups, IReadOnlyList<BudgetedStanding> standings, Session session)
    {
        var report = new Report("Deciding under budgets", new ReportProvenance
        {
            Command = session.CommandText,
            Seed = session.Seed,
            Versions = [(".NET", Environment.Version.ToString())],
            Data = [],
            Made = session.Terminal.Clock.GetUtcNow(),
        })
        {
            Lead = string.Join(" ", setups.Select(s => Lead(s, standings))),
        };
        foreach (var setup in setups) World(report, setup, [.. standings.Where(s => s.Setup == setup)]);
        return report;
    }

    private static string Lead(BudgetedSetup setup, IReadOnlyList<BudgetedStanding> standings)
    {
        var first = standings.Where(s => s.Setup == setup && s.Contestant.Name != "perfect").OrderByDescending(s => s.Reward).FirstOrDefault() ?? standings.First(s => s.Setup == setup);
        return $"In **{setup.Name}** {first.Contestant.Name} earned most: {Percent(first.OfBest)} of the optimum.";
    }

    private static void World(Report report, BudgetedSetup setup, IReadOnlyList<BudgetedStanding> standings)
    {
        var world = setup.World;
        report.Heading(setup.Name);
        report.Add(new ReportFigures(
        [
            new("OPT_LP", Whole(setup.Best), "all policies"),
            new("Rounds", Whole(world.Budgets.Horizon)),
            new("Contexts × actions", FormattableString.Invariant($"{world.Contexts} × {world.Actions}")),
            new("Class", Whole(setup.Policies.Count), $"policies, OPT_LP {Whole(setup.Perfect.Value)}"),
        ]));
        var ranked = standings.OrderByDescending(s => s.Reward).ToList();
        if (setup.Best > 0)
        {
            report.Add(new IntervalChart("Reward of each algorithm, of the optimum", "of OPT_LP", [.. ranked.Select(s => new IntervalRow(s.Contestant.Name, s.OfBest, Low(s), High(s), s == ranked[0]))])
            {
                Reference = new ReferenceValue("OPT_LP", 1),
                Note = "Two standard errors over seeds on both sides. One run may exceed OPT_LP by luck; the mean of many cannot.",
            });
            int charts = (ranked.Count + Lines - 1) / Lines;
            foreach (var some in ranked.Chunk((ranked.Count + charts - 1) / charts)) report.Add(Curves("Earned so far: " + string.Join(", ", some.Select(s => s.Contestant.Name)), setup, some));
        }
        report.Add(new ReportTable([new("algorithm"), new("reward", true), new("standard error", true), new("of OPT_LP", true), new("regret", true), .. Enumerable.Range(0, world.Budgets.Resources).Select(i => new ReportColumn(FormattableString.Invariant($"spent of budget {i}"), true)), new("rounds refused", true), new("ended at round", true)],
            [.. ranked.Select(s => new ReportRow([s.Contestant.Name, Whole(s.Reward), s.StandardError == 0 ? "" : s.StandardError.ToString("0.0", CultureInfo.InvariantCulture), setup.Best > 0 ? Percent(s.OfBest) : "", Whole(s.Regret),
                .. Enumerable.Range(0, world.Budgets.Resources).Select(i => Percent(s.Spent(i))), Percent(s.Runs.Average(r => (double)r.Skipped / r.Rounds)), Whole(s.Runs.Average(r => r.Rounds))]))]));
        report.Add(new ReportTable([new("resource"), new("budget", true), new("price of a unit", true)],
            [
                .. Enumerable.Range(0, world.Budgets.Resources).Select(i => new ReportRow([FormattableString.Invariant($"budget {i}"), world.Budgets.Limits[i].ToString("G6", CultureInfo.InvariantCulture), Price(setup, i)])),
                new ReportRow(["rounds", Whole(world.Budgets.Horizon), Price(setup, world.Budgets.Resources)]),
            ], "What one more unit would earn, from the dual of the linear program: 0 where there is more than the best mixture needs."));
    }

    private static string Price(BudgetedSetup setup, int i) => setup.Perfect.Prices[i].ToString("0.0000", CultureInfo.InvariantCulture);

    private static LineChart Curves(string title, BudgetedSetup setup, IReadOnlyList<BudgetedStanding> standings)
        => new(title, "rounds", "reward, of OPT_LP", [.. standings.Select(s => new LineSeries(s.Contestant.Name, [.. s.Points.Select(t => (double)t)], [.. s.Curve.Select(r => r / setup.Best)]))])
        {
            FromZero = true,
            Note = "The best mixture's line is straight: who is above it early is spending what will be missing late.",
        };

    private static double Low(BudgetedStanding s) => s.StandardError == 0 ? double.NaN : (s.Reward - 2 * s.StandardError) / s.Setup.Best;

    private static double High(BudgetedStanding s) => s.StandardError == 0 ? double.NaN : (s.Reward + 2 * s.StandardError) / s.Setup.Best;

    private static string Percent(double share) => FormattableString.Invariant($"{100 * share:0.0} %");

    private static string Whole(double value) => (Math.Round(value) + 0.0).ToString("N0", CultureInfo.InvariantCulture);
}
