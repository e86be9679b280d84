using Forage.Budgets.Elimination;
using Forage.Evaluation;
using Forage.Features;
using Forage.Simulation.Budgets;

namespace Forage.Cli.Reproductions.Knapsacks;

/// <summary>What C_rad risks: how often the region of MixtureElimination loses the truth, how often it is found again, and what is earned.</summary>
internal static class RadiusMeasure
{
    private static readonly double?[] s_radii = [0.02, 0.1, 0.25, 0.5, 2, 8, null];

    public static void Run(ReproduceContext context, RowTeller tell)
    {
        int worlds = context.Quick ? 20 : 100;
        const long rounds = 20_000;
        bool[,] ever = new bool[s_radii.Length, worlds], last = new bool[s_radii.Length, worlds];
        double[,] share = new double[s_radii.Length, worlds];
        Elimination.Runs.All(context, "radii", s_radii.Length * worlds, job =>
        {
            var (c, w) = (job % s_radii.Length, job / s_radii.Length);
            var rng = new Rng(context.Session.Seed).Fork(21).Fork((ulong)w);
            var setup = new BudgetedSetup("random", BudgetedWorlds.Random(4, 4, 2, rounds, 0.05 + 0.3 * rng.NextDouble(), ref rng));
            var bandit = new MixtureElimination(setup.Policies, setup.World.Probabilities, setup.World.Budgets, new() { Radius = s_radii[c] });
            var truth = setup.World.Outcomes(bandit.Policies);
            var play = new BudgetedPlay(setup.World, bandit, rng.Fork(1));
            for (long t = 200; t < rounds && bandit.Closed == 0; t += 200)
            {
                play.Until(t);
                if (bandit.Closed > 0) break; // from then on the truth is another
                last[c, w] = !bandit.Box.Contains(truth);
                ever[c, w] |= last[c, w];
            }
            share[c, w] = play.ToEnd() / setup.Perfect.Value;
        });
        string part = FormattableString.Invariant($"radius: {worlds} random worlds of 2 budgets, 256 policies, T = {rounds:N0}");
        double[] lost = new double[s_radii.Length], earned = new double[s_radii.Length];
        for (int c = 0; c < s_radii.Length; c++)
        {
            string name = s_radii[c] is { } r ? FormattableString.Invariant($"C_rad = {r}") : "the proved C_rad";
            lost[c] = 100.0 * Enumerable.Range(0, worlds).Count(w => ever[c, w]) / worlds;
            double end = 100.0 * Enumerable.Range(0, worlds).Count(w => last[c, w]) / worlds;
            earned[c] = 100 * Enumerable.Range(0, worlds).Average(w => share[c, w]);
            tell.Row(part, name + ": truth outside the region at some time", lost[c], "% of runs", note: FormattableString.Invariant($"{end:0} % at the end; reward {earned[c]:0.0} % of OPT_LP"));
        }
        tell.Target("radius: truth lost with the proved C_rad", lost[^1], "<=", 0, "% of runs");
        tell.Target("radius: truth lost with C_rad = 0.02, so that the measure can see it", lost[0], ">=", 50, "% of runs");
        tell.Result.Blocks.Add(new ReportHeading("What the radius risks"));
        tell.Result.Blocks.Add(new BarChart("Runs in which the truth was outside the region at some time", "% of runs", [.. s_radii.Select((r, c) => new ReportBar(r is { } v ? FormattableString.Invariant($"C_rad = {v}") : "proved", lost[c]))]));
        tell.Result.Blocks.Add(new BarChart("Reward", "% of OPT_LP", [.. s_radii.Select((r, c) => new ReportBar(r is { } v ? FormattableString.Invariant($"C_rad = {v}") : "proved", earned[c]))]));
    }
}
