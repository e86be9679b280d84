using Forage.Budgets;
using Forage.Evaluation;
using Forage.Simulation.Budgets;

namespace Forage.Cli.Reproductions.Knapsacks;

/// <summary>Theorem 1's growth: budgets and rounds grow together, regret to OPT_LP of the class as the paper counts it (the run ends at the round that overdraws), C_rad from 0.1 to 0.5.</summary>
internal static class ScalingMeasure
{
    private static readonly string[] s_worlds = ["ads", "pricing:kinds=3,prices=4,supply=0.2", "random"];
    private static readonly string[] s_algorithms = ["elimination:radius=0.1", "elimination:radius=0.25", "elimination:radius=0.5", "lagrange", "oracle", "greedy"];

    public static void Run(ReproduceContext context, RowTeller tell)
    {
        long[] horizons = context.Quick ? [1_000, 3_162, 10_000, 17_783, 31_623, 56_234, 100_000] : [1_000, 3_162, 10_000, 31_623, 100_000, 177_828, 316_228, 562_341, 1_000_000];
        int seeds = context.Quick ? 4 : 8, decade = Array.IndexOf(horizons, horizons[^1] / 10);
        double[] x = [.. horizons.Select(t => (double)t)];
        BudgetedContestant[] contestants = [.. s_algorithms.Select(BudgetedContestant.Parse)];
        tell.Result.Blocks.Add(new ReportHeading("Growth of regret"));
        foreach (string name in s_worlds)
        {
            var setups = horizons.Select(t => BudgetedWorldText.Parse(name, t, context.Session.Seed)).Reverse().ToList(); // the longest runs first
            var standings = BudgetedTournament.Run(setups, contestants, seeds, context.Session.Seed, StoppingRule.Violation, Environment.ProcessorCount, 0,
                progress: (n, share) => tell.Progress(n, share, name), cancellation: context.Session.Cancellation);
            var lines = new List<LineSeries>();
            string part = FormattableString.Invariant($"growth: {name}, {setups[0].Policies.Count} policies, T to {horizons[^1]:N0}, {seeds} seeds");
            foreach (var contestant in contestants)
            {
                BudgetedStanding[] runs = [.. standings.Where(s => s.Contestant == contestant).Reverse()];
                double[] regret = [.. runs.Select(r => Math.Max(r.Regret, 1e-3))], share = [.. runs.Select(r => r.Regret / r.Setup.Perfect.Value)];
                double slope = Elimination.Runs.Slope(x[decade..], regret[decade..]);
                lines.Add(new LineSeries(contestant.Name, x, regret));
                tell.Row(part, $"{contestant.Name}: slope of ln regret over ln T, last decade", slope, "", note: FormattableString.Invariant($"regret/OPT_LP {100 * share[decade]:0.0} % at {horizons[decade]:N0}, {100 * share[^1]:0.0} % at {horizons[^1]:N0}"));
                if (contestant.Name[0] != 'e') continue;
                tell.Target($"growth: slope, {name}, {contestant.Name}", slope, "<=", 0.75, "");
                double rise = Enumerable.Range(1, share.Length - 1).Max(i => share[i] - share[i - 1]);
                tell.Target($"growth: regret/OPT_LP never rises, {name}, {contestant.Name}", rise, "<=", 0, "");
            }
            tell.Result.Blocks.Add(new LineChart($"Regret in {name}", "rounds, budgets in proportion", "OPT_LP less reward", lines) { LogarithmicX = true, LogarithmicY = true, Note = "A slope of ½ is the square root of Theorem 1; greedy until broke has slope 1." });
        }
    }
}
