using Forage.Budgets;
using Forage.Features;
using Forage.Simulation.Budgets;

namespace Forage.Cli.Reproductions.Knapsacks;

/// <summary>Algorithms for use on the ad world at T = 100,000: near the optimum, and fast.</summary>
internal static class UseMeasure
{
    private static readonly string[] s_names = ["lagrange", "oracle"];

    public static void Run(ReproduceContext context, RowTeller tell)
    {
        const long rounds = 100_000;
        int seeds = context.Quick ? 3 : 10;
        foreach (string world in (string[])["ads", "ads:kinds=6,advertisers=5,share=0.4", "ads:kinds=50,advertisers=10,share=0.2"])
        {
            var setup = BudgetedWorldText.Parse(world, rounds, context.Session.Seed);
            var runs = BudgetedTournament.Run([setup], [.. s_names.Select(BudgetedContestant.Parse)], seeds, context.Session.Seed, StoppingRule.Reserve, Environment.ProcessorCount, 0, cancellation: context.Session.Cancellation);
            foreach (var s in runs)
            {
                string part = FormattableString.Invariant($"use: {world}, T = {rounds:N0}, {seeds} seeds");
                tell.Row(new MeasuredRow(part, s.Contestant.Name + ": reward of OPT_LP", 100 * s.OfBest, "%", 100 * (s.Reward - 2 * s.StandardError) / setup.Best, 100 * (s.Reward + 2 * s.StandardError) / setup.Best, FormattableString.Invariant($"OPT_LP = {setup.Best:N0}")));
                double speed = Enumerable.Range(0, 3).Max(i => Speed(context, setup, s.Contestant, i));
                tell.Row(part, s.Contestant.Name + ": rounds a second, one thread", speed, "rounds/s");
                tell.Target($"use: {s.Contestant.Name}, {world}", 100 * s.OfBest, ">=", 95, "% of OPT_LP");
                tell.Target($"use: speed of {s.Contestant.Name}, {world}", speed, ">=", 50_000, "rounds/s");
            }
        }
    }

    private static double Speed(ReproduceContext context, BudgetedSetup setup, BudgetedContestant contestant, int run)
    {
        var clock = context.Session.Terminal.Clock;
        long begun = clock.GetTimestamp();
        BudgetedTournament.Play(setup, contestant, new Rng(context.Session.Seed + (ulong)run), StoppingRule.Reserve, [], context.Session.Cancellation);
        return setup.World.Budgets.Horizon / clock.GetElapsedTime(begun).TotalSeconds;
    }
}
