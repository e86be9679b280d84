using Forage.Bandits;
using Forage.Bandits.Taming;
using Forage.Budgets;
using Forage.Budgets.Internals;
using Forage.Budgets.Oracle;
using Forage.Budgets.Programs;
using Forage.Features;
using Forage.Simulation.Budgets;

namespace Forage.Tests.Budgets;

public class OracleBudgetsTests
{
    [Fact]
    public void TheBestMixtureFoundThroughTheOracleIsThatOfTheWholeProgram()
    {
        var rng = new Rng(1);
        for (int run = 0; run < 60; run++)
        {
            int k = 2 + rng.NextInt(3), contexts = 1 + rng.NextInt(3), r = rng.NextInt(4), cells = k * contexts;
            var policies = PolicyTable.All(k, contexts);
            double[] gains = [.. Enumerable.Range(0, cells).Select(_ => rng.NextDouble())], loads = [.. Enumerable.Range(0, r * cells).Select(_ => 3 * rng.NextDouble())];
            double penalty = 2 * rng.NextDouble();
            int n = policies.Count + 1;
            double[] matrix = new double[(r + 1) * n], limits = new double[r + 1], objective = new double[n], sums = new double[policies.Count];
            Array.Fill(limits, 1.0);
            for (int q = 0; q <= r; q++)
            {
                policies.Sum(q == r ? gains : loads.AsSpan(q * cells, cells), sums);
                for (int j = 0; j < sums.Length; j++)
                {
                    if (q == r) (objective[j], matrix[q * n + j]) = (sums[j], 1);
                    else matrix[q * n + j] = sums[j];
                }
                if (q < r) matrix[q * n + n - 1] = -1;
            }
            objective[^1] = -penalty;
            double whole = new LinearProgram(matrix, limits).Maximise(objective, new double[n], new double[r + 1]).Value;
            foreach (bool every in (bool[])[true, false])
            {
                var program = new PenalisedMixture(every ? new EveryPolicyOracle(k, contexts) : new FiniteClassOracle(policies), r, 1e-9);
                program.Load(loads);
                program.Maximise(loads.AsSpan(0, r == 0 ? 0 : cells).ToArray() is { Length: > 0 } other ? other : gains, 0.5); // what was met for other gains may stay
                Assert.Equal(whole, program.Maximise(gains, penalty), 1e-5);
                double value = Enumerable.Range(0, cells).Sum(i => program.Table[i] * gains[i]), over = 0;
                for (int q = 0; q < r; q++) over = Math.Max(over, Enumerable.Range(0, cells).Sum(i => program.Table[i] * loads[q * cells + i]) - 1);
                Assert.Equal(whole, value - penalty * over, 1e-5);
            }
        }
    }

    [Fact]
    public void EveryEpochSolvesItsProgramAndExploresEnough()
    {
        var rng = new Rng(2);
        for (int run = 0; run < 5; run++)
        {
            var world = BudgetCases.World(3, 4, 1 + run % 2, 4000, ref rng);
            var bandit = new OracleBudgets(new EveryPolicyOracle(4, 3), world.Budgets, new() { Psi = 1, MuScale = 1 });
            var play = new BudgetedPlay(world, bandit, rng.Fork(1));
            double[] pmf = new double[4];
            for (int t = 100; t <= 4000; t += 100)
            {
                play.Until(t);
                Assert.InRange(bandit.Violation, double.NegativeInfinity, 0.01);
                for (int x = 0; x < 3; x++)
                {
                    bandit.Distribution(x, pmf);
                    Assert.Equal(1, pmf.Sum(), 1e-9);
                    Assert.True(play.Ledger.Skipped > 0 || pmf.Min() > 1e-3);
                }
            }
            Assert.InRange(bandit.Renewals, 15, 60);
        }
    }

    [Fact]
    public void ComesNearTheProgramWhereBudgetsBind()
    {
        var rng = new Rng(3);
        const long rounds = 40_000;
        foreach (var world in (BudgetedWorld[])[BudgetedWorlds.AdAllocation(6, 5, rounds, 0.5, ref rng), BudgetedWorlds.DynamicPricing(4, 6, rounds, 0.2 * rounds), BudgetedWorlds.Procurement(4, 6, rounds, 0.1 * rounds)])
        {
            var bandit = new OracleBudgets(new EveryPolicyOracle(world.Actions, world.Contexts), world.Budgets, new());
            var play = new BudgetedPlay(world, bandit, new Rng(4));
            Assert.InRange(play.ToEnd() / world.BestValue(), 0.9, 1.02);
            for (int i = 0; i < world.Budgets.Resources; i++) Assert.True(play.Ledger.Spent(i) <= world.Budgets.Limits[i]);
        }
    }

    [Fact]
    public void BestValueIsThatOfAllPoliciesWrittenOut()
    {
        var rng = new Rng(4);
        for (int run = 0; run < 20; run++)
        {
            var world = BudgetCases.World(1 + rng.NextInt(3), 2 + rng.NextInt(3), rng.NextInt(4), 1000, ref rng);
            Assert.Equal(KnapsackProgram.Optimum(world.Outcomes(PolicyTable.All(world.Actions, world.Contexts)), world.Budgets).Value, world.BestValue(), 1e-5);
        }
    }

    [Fact]
    public void BadOptionsAreNamed()
    {
        var budgets = new ResourceBudgets(100, [10]);
        var oracle = new EveryPolicyOracle(2, 1);
        Assert.Contains("constant ψ is 0", Assert.Throws<ForageException>(() => new OracleBudgets(oracle, budgets, new() { Psi = 0 })).Message);
        Assert.Contains("multiplier of µ is 2", Assert.Throws<ForageException>(() => new OracleBudgets(oracle, budgets, new() { MuScale = 2 })).Message);
        Assert.Contains("grown by 1", Assert.Throws<ForageException>(() => new OracleBudgets(oracle, budgets, new() { Growth = 1 })).Message);
        Assert.Contains("0 actions", Assert.Throws<ForageException>(() => new EveryPolicyOracle(0, 1)).Message);
    }
}
