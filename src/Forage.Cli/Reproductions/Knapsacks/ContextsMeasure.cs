using Forage.Budgets;
using Forage.Evaluation;
using Forage.Simulation.Budgets;

namespace Forage.Cli.Reproductions.Knapsacks;

/// <summary>Where contexts matter: MixtureElimination above the reduction in which every policy is an arm, and above spending until nothing is left; under both stopping rules.</summary>
internal static class ContextsMeasure
{
    private const string Ours = "elimination";
    private static readonly string[] s_worlds = ["pricing", "procurement", "random", "ads"];

    public static void Run(ReproduceContext context, RowTeller tell)
    {
        long rounds = context.Quick ? 30_000 : 100_000;
        int seeds = context.Quick ? 3 : 6;
        BudgetedContestant[] contestants = [.. new[] { "perfect", Ours, "lagrange", "oracle", "primaldual", "greedy", "uniform" }.Select(BudgetedContestant.Parse)];
        var setups = s_worlds.Select(w => BudgetedWorldText.Parse(w, rounds, context.Session.Seed)).ToList();
        tell.Result.Blocks.Add(new ReportHeading("Where contexts matter"));
        foreach (var rule in (StoppingRule[])[StoppingRule.Reserve, StoppingRule.Violation])
        {
            var standings = BudgetedTournament.Run(setups, contestants, seeds, context.Session.Seed, rule, Environment.ProcessorCount, 0, progress: (n, share) => tell.Progress(n, share, "contexts"), cancellation: context.Session.Cancellation);
            foreach (var setup in setups)
            {
                string part = FormattableString.Invariant($"contexts: {setup.Name}, {setup.Policies.Count} policies, T = {rounds:N0}, {(rule == StoppingRule.Reserve ? "refusing" : "ending at the first overdraw")}");
                var here = standings.Where(s => s.Setup == setup).ToList();
                foreach (var s in here) tell.Row(new MeasuredRow(part, s.Contestant.Name + ": reward of OPT_LP", 100 * s.OfBest, "%", 100 * (s.Reward - 2 * s.StandardError) / setup.Best, 100 * (s.Reward + 2 * s.StandardError) / setup.Best));
                var ours = here.Single(s => s.Contestant.Name == Ours);
                foreach (string other in (string[])["primaldual", "greedy"])
                {
                    if (other == "greedy" && setup.Name == "ads" && rule == StoppingRule.Reserve) continue; // an advertiser's budget buys nothing but his own ad: refusing is pacing enough
                    var theirs = here.Single(s => s.Contestant.Name == other);
                    double difference = ours.Reward - theirs.Reward - 2 * Math.Sqrt(ours.StandardError * ours.StandardError + theirs.StandardError * theirs.StandardError);
                    tell.Target($"contexts: surely above {other}, {setup.Name}, {(rule == StoppingRule.Reserve ? "refusing" : "ending")}", 100 * difference / setup.Best, ">=", 0, "% of OPT_LP");
                }
                if (rule == StoppingRule.Reserve)
                    tell.Result.Blocks.Add(new IntervalChart($"{setup.Name}: reward of OPT_LP", "share", [.. here.OrderByDescending(s => s.Reward).Select(s => new IntervalRow(s.Contestant.Name, s.OfBest, (s.Reward - 2 * s.StandardError) / setup.Best, (s.Reward + 2 * s.StandardError) / setup.Best, s == ours))]));
            }
        }
    }
}
