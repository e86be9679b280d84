using Forage.Bandits;
using Forage.Bandits.Elimination;
using Forage.Features;
using Forage.Simulation.Finite;

namespace Forage.Cli.Reproductions.Elimination;

/// <summary>What the convex program costs: random programs to a millionth, and whole runs with contexts known, seen (§7), and without elimination for good (§8).</summary>
internal static class SolverMeasure
{
    public static void Run(ReproduceContext context, ReproduceResult result)
    {
        Programs(context, result);
        WholeRuns(context, result);
    }

    private static void Programs(ReproduceContext context, ReproduceResult result)
    {
        int count = context.Quick ? 300 : 2000;
        var solved = new ExplorationCertificate[count];
        Runs.All(context, "programs", count, i =>
        {
            var rng = new Rng(context.Session.Seed).Fork(31).Fork((ulong)i);
            int m = 2 + rng.NextInt(5), k = 2 + rng.NextInt(5), n = 10 + rng.NextInt(191);
            var contexts = new double[m];
            foreach (ref double w in contexts.AsSpan()) w = rng.NextExponential();
            var program = new ExplorationProgram(PolicyTable.Random(k, m, n, ref rng), ExplorationFloor.Represented, 0.3 / k * Math.Pow(0.01, rng.NextDouble()));
            program.SetContexts(contexts);
            solved[i] = program.Solve(program.MeanActions, 1e-6);
        });
        string part = FormattableString.Invariant($"{count} random programs of 10 to 200 policies");
        int[] exchanges = [.. solved.Select(c => c.Exchanges).Order()];
        result.Rows.Add(new MeasuredRow(part, "exchanges to 1e-6: median", exchanges[count / 2], "", exchanges[count / 100], exchanges[count - 1 - count / 100], "from the 1st to the 99th percentile"));
        result.Rows.Add(new MeasuredRow(part, "exchanges to 1e-6: most", exchanges[^1], ""));
        result.Targets.Add(new MeasuredTarget("certificate of random programs", solved.Max(c => c.Excess), "<=", 1e-6, "of the bound"));
    }

    private static void WholeRuns(ReproduceContext context, ReproduceResult result)
    {
        const int actions = 5, contexts = 6, regressors = 300;
        long rounds = context.Quick ? 20_000 : 200_000;
        var rng = new Rng(context.Session.Seed).Fork(32);
        var world = FiniteWorld.Random(contexts, actions, ref rng);
        var values = new double[regressors * contexts * actions];
        for (int i = 0; i < values.Length; i++)
            values[i] = i < world.Means.Length ? world.Means[i] : Math.Clamp(world.Means[i % world.Means.Length] + 0.4 * rng.NextGaussian(), 0, 1);
        var table = new RegressorTable(actions, contexts, values);
        var options = new RegressorEliminationOptions { Horizon = rounds, Radius = EliminationRadius.Supermartingale };
        (string Name, RegressorEliminationOptions Options, bool Known)[] ways =
        [
            ("contexts known", options, true),
            ("contexts seen (§7)", options, false),
            ("nobody eliminated for good (§8)", options with { Soft = true }, true),
            ("contexts seen, paper's radius", options with { Radius = EliminationRadius.Freedman }, false),
        ];
        var bandits = new RegressorElimination[ways.Length];
        var regret = new double[ways.Length];
        var worst = new double[ways.Length];
        Runs.All(context, "whole runs", ways.Length, i =>
        {
            bandits[i] = new RegressorElimination(table, ways[i].Options, ways[i].Known ? world.Probabilities : default);
            var play = new FinitePlay(world, bandits[i], world.BestActions(), new Rng(context.Session.Seed).Fork(33));
            for (long t = 1; t <= rounds; t++)
            {
                regret[i] = play.Until(t).Regret;
                worst[i] = Math.Max(worst[i], bandits[i].Certificate.Excess);
            }
        });
        string part = FormattableString.Invariant($"{regressors} random regressors, {contexts} contexts, {rounds:N0} rounds");
        for (int i = 0; i < ways.Length; i++)
        {
            var (multiplicative, exchanges) = bandits[i].Steps;
            result.Rows.Add(new MeasuredRow(part, ways[i].Name + ": regret", regret[i], "reward",
                Note: FormattableString.Invariant($"{bandits[i].Survivors.Length} left; solved {bandits[i].Solutions} times with {multiplicative} steps and {exchanges} exchanges; certificate at worst {worst[i]:0.0e+0}")));
        }
        result.Targets.Add(new MeasuredTarget("certificate in every round of whole runs", worst.Max(), "<=", options.Tolerance, "of the bound"));
    }
}
