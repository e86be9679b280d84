using Forage.Budgets;
using Forage.Features;
using Forage.Simulation.Budgets;

namespace Forage.Cli.Reproductions.Knapsacks;

/// <summary>10,000 runs of all algorithms in random worlds, small and large budgets, both stopping rules: nothing is overdrawn.</summary>
internal static class OverdrawMeasure
{
    private static readonly string[] s_names = ["elimination:growth=1.5", "lagrange", "oracle", "primaldual", "greedy", "uniform", "perfect"];

    public static void Run(ReproduceContext context, RowTeller tell)
    {
        const int runs = 10_000;
        BudgetedContestant[] contestants = [.. s_names.Select(BudgetedContestant.Parse)];
        var overdrawn = new int[runs];
        long[] rounds = new long[runs], refused = new long[runs];
        var exhausted = new bool[runs];
        Elimination.Runs.All(context, "overdraw", runs, run =>
        {
            var rng = new Rng(context.Session.Seed).Fork(11).Fork((ulong)run);
            int contexts = 1 + rng.NextInt(3), actions = 2 + rng.NextInt(3), resources = 1 + rng.NextInt(3);
            var world = BudgetedWorlds.Random(contexts, actions, resources, 20 + rng.NextInt(300), 0.001 + 0.6 * Math.Pow(rng.NextDouble(), 3), ref rng);
            var rule = run % 2 == 0 ? StoppingRule.Reserve : StoppingRule.Violation;
            var setup = new BudgetedSetup("random", world);
            var play = new BudgetedPlay(world, contestants[run / 2 % contestants.Length].Start(setup), rng.Fork(1), rule);
            play.ToEnd();
            for (int i = 0; i < resources; i++)
                if (!(play.Ledger.Spent(i) <= world.Budgets.Limits[i])) overdrawn[run]++;
            (rounds[run], refused[run], exhausted[run]) = (play.Ledger.Rounds, play.Ledger.Skipped, play.Ledger.Skipped > 0 || play.Ledger.ViolatingRound > 0);
        });
        const string part = "ledger: 10,000 runs in random worlds, seven algorithms, both stopping rules";
        tell.Row(part, "budgets overdrawn", overdrawn.Sum(), "budgets");
        tell.Row(part, "runs in which a budget ran out", exhausted.Count(e => e), "runs", note: FormattableString.Invariant($"{rounds.Sum():N0} rounds played, {refused.Sum():N0} actions refused"));
        tell.Target("ledger: budgets overdrawn in 10,000 runs", overdrawn.Sum(), "<=", 0, "budgets");
        tell.Target("ledger: runs in which it mattered", exhausted.Count(e => e), ">=", runs / 4, "runs");
    }
}
