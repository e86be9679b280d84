using Forage.Bandits;
using Forage.Budgets;
using Forage.Budgets.Elimination;
using Forage.Budgets.Practical;
using Forage.Budgets.Programs;
using Forage.Features;
using Forage.Simulation.Budgets;

namespace Forage.Tests.Budgets;

public class PracticalTests
{
    [Fact]
    public void NothingIsOverdrawnByAnyAlgorithmUnderEitherRule()
    {
        var rng = new Rng(1);
        for (int run = 0; run < 300; run++)
        {
            int k = 2 + rng.NextInt(3), contexts = 1 + rng.NextInt(3);
            var world = BudgetCases.World(contexts, k, 1 + run % 3, 20 + rng.NextInt(200), ref rng, share: rng.NextDouble());
            var policies = PolicyTable.Random(k, contexts, 6, ref rng);
            IBudgetedBandit[] bandits = [new LagrangianRegression(k, contexts, world.Budgets, new()), new PrimalDualPolicies(policies, world.Budgets), new MixtureElimination(policies, world.Probabilities, world.Budgets, new() { Growth = 2 })];
            foreach (var rule in (StoppingRule[])[StoppingRule.Reserve, StoppingRule.Violation])
            {
                var play = new BudgetedPlay(world, bandits[run % 3], rng.Fork((ulong)run), rule);
                play.ToEnd();
                for (int i = 0; i < world.Budgets.Resources; i++) Assert.True(play.Ledger.Spent(i) <= world.Budgets.Limits[i]);
                Assert.True(rule == StoppingRule.Violation || play.Ledger.Rounds == world.Budgets.Horizon);
                Assert.True(play.Ledger.ViolatingRound == 0 || play.Ledger.ViolatingRound == play.Ledger.Rounds + 1);
            }
        }
    }

    [Fact]
    public void PricesComeNearTheProgramAndAboveGreedUntilBroke()
    {
        var rng = new Rng(2);
        const long rounds = 60_000;
        var ads = BudgetedWorlds.AdAllocation(6, 5, rounds, 0.6, ref rng);
        Assert.InRange(Share(ads, 1, StoppingRule.Reserve), 0.95, 1.01);
        var sales = BudgetedWorlds.DynamicPricing(3, 10, rounds, 0.2 * rounds);
        foreach (var (world, rule) in new[] { (ads, StoppingRule.Violation), (sales, StoppingRule.Reserve) })
        {
            double priced = Share(world, 1, rule), greedy = Share(world, 0, rule);
            Assert.True(priced > greedy + 0.1, $"{priced} with prices, {greedy} without");
        }
        static double Share(BudgetedWorld world, double step, StoppingRule rule)
            => new BudgetedPlay(world, new LagrangianRegression(world.Actions, world.Contexts, world.Budgets, new() { PriceStep = 2 * step }), new Rng(3), rule).ToEnd()
                / KnapsackProgram.Optimum(world.Outcomes(PolicyTable.All(world.Actions, world.Contexts)), world.Budgets).Value;
    }

    [Fact]
    public void TakingTurnsEarnsTwiceTheBestFixedPolicy()
    {
        var world = BudgetedWorlds.TakingTurns(4000);
        var policies = PolicyTable.All(3, 1);
        var outcomes = world.Outcomes(policies);
        Assert.Equal(4000, KnapsackProgram.Optimum(outcomes, world.Budgets).Value, 1e-6);
        for (int i = 1; i < 3; i++) Assert.Equal(2000, KnapsackProgram.Value([.. Enumerable.Range(0, 3).Select(j => j == i ? 1.0 : 0)], outcomes, world.Budgets), 1e-9);
        Assert.InRange(new BudgetedPlay(world, new PrimalDualPolicies(policies, world.Budgets), new Rng(1)).ToEnd(), 3600, 4000);
        Assert.InRange(new BudgetedPlay(world, new LagrangianRegression(3, 1, world.Budgets, new()), new Rng(1)).ToEnd(), 3000, 4000);
    }

    [Fact]
    public void SellsAtPricesThatDependOnTheCustomerAndTheSupply()
    {
        const long rounds = 30_000;
        var scarce = BudgetedWorlds.DynamicPricing(3, 10, rounds, 0.2 * rounds);
        var policies = PolicyTable.All(11, 3);
        double optimum = KnapsackProgram.Optimum(scarce.Outcomes(policies), scarce.Budgets).Value;
        Assert.True(optimum > KnapsackProgram.Optimum(scarce.Outcomes(Single(11, 3)), scarce.Budgets).Value * 1.02); // contexts matter
        Assert.InRange(new BudgetedPlay(scarce, new LagrangianRegression(11, 3, scarce.Budgets, new()), new Rng(1)).ToEnd() / optimum, 0.85, 1.02);
    }

    [Fact]
    public void Theorem18_NobodyFindsTheOneActionThatEarns()
    {
        const int k = 5, rounds = 2000, budget = 40; // √(KT)/2 = 50
        var family = new HardBudgetFamily(k, rounds, budget);
        var rng = new Rng(5);
        double earned = 0;
        for (int run = 0; run < 40; run++)
        {
            var world = family.Instance(1 + rng.NextInt(k - 1), rng.NextInt(family.Contexts));
            if (run == 0) Assert.Equal(budget, KnapsackProgram.Optimum(world.Outcomes(family.Policies), world.Budgets).Value, 1e-6);
            IBudgetedBandit bandit = run % 2 == 0 ? new LagrangianRegression(k, family.Contexts, world.Budgets, new()) : new PrimalDualPolicies(family.Policies, world.Budgets);
            earned += new BudgetedPlay(world, bandit, rng.Fork((ulong)run)).ToEnd() / 40;
        }
        Assert.InRange(earned, 0, 0.5 * budget);
        Assert.Equal(0, KnapsackProgram.Optimum(family.Instance(0, 0).Outcomes(family.Policies), family.Instance(0, 0).Budgets).Value);
    }

    [Fact]
    public void RoundsAllocateNothing()
    {
        var rng = new Rng(8);
        var world = BudgetedWorlds.AdAllocation(4, 3, 1_000_000, 0.5, ref rng);
        var policies = PolicyTable.All(4, 4);
        foreach (IBudgetedBandit bandit in (IBudgetedBandit[])[new LagrangianRegression(4, 4, world.Budgets, new()), new PrimalDualPolicies(policies, world.Budgets), new MixtureElimination(policies, world.Probabilities, world.Budgets, new() { Growth = 10 })])
        {
            var play = new BudgetedPlay(world, bandit, new Rng(9));
            play.Until(2000);
            Allocation.AssertNone(() => play.Until(play.Ledger.Rounds + 200));
        }
    }

    [Fact]
    public void BadOptionsAreNamed()
    {
        var budgets = new ResourceBudgets(100, [10]);
        Assert.Contains("greed of γ is 0", Assert.Throws<ForageException>(() => new LagrangianRegression(2, 1, budgets, new() { Greed = 0 })).Message);
        Assert.Contains("step of prices is -1", Assert.Throws<ForageException>(() => new LagrangianRegression(2, 1, budgets, new() { PriceStep = -1 })).Message);
        Assert.Contains("radius is 0", Assert.Throws<ForageException>(() => new PrimalDualPolicies(PolicyTable.All(2, 1), budgets, 0)).Message);
        Assert.Contains("budget 7", Assert.Throws<ForageException>(() => new HardBudgetFamily(3, 100, 7)).Message);
        Assert.Contains("Action 0 earns", Assert.Throws<ForageException>(() => new BudgetedWorld([1], [1, 1], [1, 0], [0, 0], budgets)).Message);
    }

    // Policies that do not look at the context.
    private static PolicyTable Single(int actions, int contexts) => new(actions, contexts, [.. Enumerable.Range(0, actions).SelectMany(a => Enumerable.Repeat(a, contexts))]);
}
