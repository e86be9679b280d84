using System.Text.Json.Serialization;
using Forage.Budgets;
using Forage.Cli.Frame;
using Forage.Simulation.Budgets;

namespace Forage.Cli.Commands;

/// <summary>What <c>simulate budget</c> tells.</summary>
internal sealed record BudgetOutput(long Rounds, int Seeds, string Rule, IReadOnlyList<BudgetWorldOutput> Worlds, string? Report, string Command, ulong Seed, string Version)
{
    public static BudgetOutput Of(IReadOnlyList<BudgetedSetup> setups, IReadOnlyList<BudgetedStanding> standings, long rounds, int seeds, StoppingRule rule, string? report, Session session)
        => new(rounds, seeds, rule == StoppingRule.Reserve ? "reserve" : "violation", [.. setups.Select(s => World(s, standings))], report, session.CommandText, session.Seed, ForageVersion.Text);

    private static BudgetWorldOutput World(BudgetedSetup setup, IReadOnlyList<BudgetedStanding> standings)
    {
        var world = setup.World;
        return new BudgetWorldOutput(setup.Name, world.Contexts, world.Actions, world.Budgets.Limits.ToArray(), setup.Policies.Count, setup.Perfect.Value, setup.Best, setup.Perfect.Prices,
            [.. standings.Where(s => s.Setup == setup).Select(Row)]);
    }

    private static BudgetRow Row(BudgetedStanding s) => new(s.Contestant.Name, s.Reward, s.StandardError, double.IsNaN(s.OfBest) ? null : s.OfBest, s.Regret,
        [.. Enumerable.Range(0, s.Setup.World.Budgets.Resources).Select(s.Spent)], s.Runs.Average(r => (double)r.Skipped / r.Rounds), s.Runs.Average(r => r.Rounds));
}

/// <summary>A world and what was earned in it.</summary>
internal sealed record BudgetWorldOutput(string Name, int Contexts, int Actions, IReadOnlyList<double> Budgets, int Policies, double Optimum, double Best, IReadOnlyList<double> Prices, IReadOnlyList<BudgetRow> Algorithms);

/// <summary>One algorithm in one world.</summary>
internal sealed record BudgetRow(string Name, double Reward, double StandardError, double? OfBest, double Regret, IReadOnlyList<double> Spent, double Refused, double Rounds);

/// <summary>Source-generated JSON of <c>simulate budget</c>.</summary>
[JsonSerializable(typeof(BudgetOutput))]
internal sealed partial class BudgetJson : JsonSerializerContext
{
    public static BudgetJson Readable => field ??= new BudgetJson(JsonStyle.NewOptions());
}
