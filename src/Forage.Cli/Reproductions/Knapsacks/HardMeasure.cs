using Forage.Budgets;
using Forage.Features;
using Forage.Simulation.Budgets;

namespace Forage.Cli.Reproductions.Knapsacks;

/// <summary>Theorem 18: with B ≤ √(KT)/2 nobody finds the one action in the one context that earns; with a budget far above that it is found.</summary>
internal static class HardMeasure
{
    private static readonly string[] s_names = ["elimination", "elimination:radius=0.1", "lagrange", "oracle", "primaldual", "greedy", "uniform"];

    public static void Run(ReproduceContext context, RowTeller tell)
    {
        int instances = context.Quick ? 20 : 60;
        const int actions = 5, rounds = 8_000, small = 100, large = 2_000; // √(KT)/2 = 100
        foreach (int budget in (int[])[small, large])
        {
            var family = new HardBudgetFamily(actions, rounds, budget);
            var names = budget == small ? s_names : ["elimination", "lagrange", "oracle"];
            var earned = new double[names.Length, instances];
            Elimination.Runs.All(context, "lower bound", names.Length * instances, job =>
            {
                var (n, i) = (job % names.Length, job / names.Length);
                var rng = new Rng(context.Session.Seed).Fork(18).Fork((ulong)i);
                var setup = new BudgetedSetup("hard", family.Instance(1 + rng.NextInt(actions - 1), rng.NextInt(family.Contexts)), family.Policies);
                earned[n, i] = BudgetedTournament.Play(setup, BudgetedContestant.Parse(names[n]), rng.Fork(2), StoppingRule.Reserve, [], context.Session.Cancellation).Reward;
            });
            string part = FormattableString.Invariant($"lower bound: K = {actions}, T = {rounds:N0}, B = {budget:N0}, {instances} instances");
            for (int n = 0; n < names.Length; n++)
            {
                double mean = Enumerable.Range(0, instances).Average(i => earned[n, i]);
                tell.Row(part, names[n] + ": reward", mean, "", note: FormattableString.Invariant($"OPT_LP = {budget}"));
                if (budget == small) tell.Target($"lower bound: regret of OPT, B = √(KT)/2, {names[n]}", 1 - mean / budget, ">=", 0.5, "of OPT_LP");
                else tell.Target(FormattableString.Invariant($"lower bound: found with B = 20 times that, {names[n]}"), mean / budget, ">=", 0.5, "of OPT_LP");
            }
        }
    }
}
