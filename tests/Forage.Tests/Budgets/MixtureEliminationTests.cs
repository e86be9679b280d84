using Forage.Bandits;
using Forage.Budgets;
using Forage.Budgets.Elimination;
using Forage.Budgets.Programs;
using Forage.Features;
using Forage.Simulation.Budgets;

namespace Forage.Tests.Budgets;

public class MixtureEliminationTests
{
    [Fact]
    public void EveryRenewalIsCertifiedAndTheRegionOnlyShrinks()
    {
        var rng = new Rng(1);
        for (int run = 0; run < 4; run++)
        {
            var world = BudgetCases.World(3, 4, 1 + run % 3, 4000, ref rng);
            var bandit = new MixtureElimination(PolicyTable.Random(4, 3, 25, ref rng), world.Probabilities, world.Budgets, new());
            var play = new BudgetedPlay(world, bandit, rng.Fork(7));
            double[] before = bandit.Most.ToArray(), pmf = new double[4];
            Assert.Equal(Math.Min(0.5, Math.Sqrt(4 / 4000.0 * Math.Log(4 * 4000.0 * 26))), bandit.Noise, 1e-12);
            for (int t = 50; t <= 4000; t += 50)
            {
                play.Until(t);
                Assert.True(bandit.Balance.Holds);
                Assert.True(bandit.Balance.Worst <= bandit.Balance.Bound && bandit.Balance.Bound == 8);
                Assert.InRange(bandit.Balance.ProgramError, 0, 1e-7);
                if (bandit.Closed == 0 && bandit.Corrections == 0)
                    for (int i = 0; i < before.Length; i++) Assert.True(bandit.Most[i] <= before[i]);
                before = bandit.Most.ToArray();
                double[] alpha = new double[before.Length], centre = new double[before.Length];
                bandit.Polytope.Extremes(alpha, centre);
                for (int i = 0; i < before.Length; i++) Assert.True(before[i] >= alpha[i] - 1e-7, $"{t}.{i}: {before[i]} < {alpha[i]}");
                for (int x = 0; x < 3; x++)
                {
                    bandit.Distribution(x, pmf);
                    Assert.Equal(1, pmf.Sum(), 1e-12);
                    Assert.True(bandit.Closed > 0 || pmf.Min() >= bandit.Noise / 4 - 1e-15);
                }
            }
            Assert.InRange(bandit.Renewals, 30, 120);
        }
    }

    [Fact]
    public void Lemma8_TheTruthStaysInTheRegionAndWouldNotInAMuchSmallerOne()
    {
        var rng = new Rng(2);
        int lost = 0;
        for (int run = 0; run < 6; run++)
        {
            var world = BudgetCases.World(2, 3, 1, 3000, ref rng, share: 3);
            var policies = PolicyTable.All(3, 2);
            foreach (bool proved in (bool[])[true, false])
            {
                var bandit = new MixtureElimination(policies, world.Probabilities, world.Budgets, new() { Radius = proved ? null : 1e-4 });
                var truth = world.Outcomes(bandit.Policies);
                new BudgetedPlay(world, bandit, rng.Fork((ulong)run)).ToEnd();
                if (proved) Assert.True(bandit.Box.Contains(truth));
                else lost += bandit.Box.Contains(truth) ? 0 : 1;
            }
        }
        Assert.Equal(6, lost);
    }

    [Fact]
    public void TheRegionIsWhatEquations6And7Say()
    {
        var rng = new Rng(3);
        var world = BudgetCases.World(2, 3, 2, 1000, ref rng);
        var bandit = new MixtureElimination(PolicyTable.All(3, 2), world.Probabilities, world.Budgets, new() { Radius = 0.02 });
        int n = bandit.Policies.Count, t = 0, missed = 0;
        double[] sums = new double[3 * n], varied = new double[n], low = new double[3 * n], high = new double[3 * n], pmf = new double[3], used = new double[2];
        Array.Fill(high, 1.0);
        for (int q = 0; q < 3; q++) high[q * n + n - 1] = 0;
        while (bandit.Renewals < 40)
        {
            int x = world.DrawContext(ref rng), a = rng.NextInt(3), renewals = bandit.Renewals;
            for (int z = 0; z < 2; z++)
            {
                bandit.Distribution(z, pmf);
                for (int i = 0; i < n; i++) varied[i] += bandit.Policies[i, z] == 0 ? 0 : world.Probabilities[z] / pmf[bandit.Policies[i, z]];
            }
            bandit.Distribution(x, pmf);
            double r = world.Draw(x, a, ref rng, used);
            double[] alpha = bandit.Most.ToArray();
            for (int i = 0; i < n; i++)
                for (int q = 0; q < 3; q++) sums[q * n + i] += bandit.Policies[i, x] == a ? (q == 0 ? r : used[q - 1]) / pmf[a] : 0;
            bandit.Observe(x, a, pmf[a], r, used);
            t++;
            if (bandit.Renewals == renewals) continue;
            bool miss = false;
            for (int i = 0; i < n - 1; i++)
            {
                double second = Math.Sqrt(5) / 8 * 0.02 * 3 / (bandit.Noise * t), radius = Math.Sqrt(0.02 * varied[i] / 2) / t + second;
                if (missed == 0) Assert.True(radius <= Math.Sqrt(0.02 * 3 / (alpha[i] * t)) + second + 1e-9); // rad_t(K/α)
                for (int q = 0; q < 3; q++)
                {
                    int at = q * n + i;
                    double estimate = sums[at] / t, newLow = Math.Clamp(estimate - radius, 0, 1), newHigh = Math.Clamp(estimate + radius, 0, 1);
                    bool meets = newLow <= high[at] && newHigh >= low[at];
                    miss |= !meets;
                    (low[at], high[at]) = meets ? (Math.Max(low[at], newLow), Math.Min(high[at], newHigh)) : (newLow, newHigh);
                }
            }
            missed += miss ? 1 : 0;
            Assert.Equal(missed, bandit.Corrections);
            for (int i = 0; i < n; i++)
            {
                Assert.Equal(low[i], bandit.Box.RewardLow[i], 1e-9);
                Assert.Equal(high[i], bandit.Box.RewardHigh[i], 1e-9);
            }
            for (int i = 0; i < 2 * n; i++)
            {
                Assert.Equal(low[n + i], bandit.Box.ConsumptionLow[i], 1e-9);
                Assert.Equal(high[n + i], bandit.Box.ConsumptionHigh[i], 1e-9);
            }
        }
    }

    [Fact]
    public void ARunIsTheSameTwiceAndRefusedActionsAreClosed()
    {
        var rng = new Rng(4);
        var world = BudgetCases.World(2, 3, 1, 3000, ref rng, share: 0.02);
        MixtureElimination Play(out double reward)
        {
            var bandit = new MixtureElimination(PolicyTable.All(3, 2), world.Probabilities, world.Budgets, new());
            var play = new BudgetedPlay(world, bandit, new Rng(9));
            reward = play.ToEnd();
            Assert.True(play.Ledger.Spent(0) <= world.Budgets.Limits[0]);
            Assert.Equal(bandit.Closed > 0, play.Ledger.Skipped > 0);
            Assert.Equal(3000, bandit.Rounds);
            return bandit;
        }
        var (one, two) = (Play(out double first), Play(out double second));
        Assert.Equal(first, second);
        Assert.Equal(one.Mixture.ToArray(), two.Mixture.ToArray());
        Assert.InRange(one.Closed, 1, 2);
        for (int i = 0; i < one.Policies.Count; i++)
            for (int x = 0; x < 2; x++) Assert.True(one.Closed < 2 || one.Policies[i, x] == 0);
    }

    [Fact]
    public void WhenOneResourceIsGoneTheOthersAreStillLearnt()
    {
        // Action 1 has hardly any budget and is refused at once. Of the rest, action 2 is right in context 0 and action 3 in context 1, and a budget allows them in half of the rounds.
        const long rounds = 20_000;
        double[] rewards = [0, 1, 0.8, 0.2, 0, 1, 0.1, 0.9], used = new double[16];
        for (int cell = 0; cell < 8; cell++)
            if (cell % 4 != 0) used[2 * cell + (cell % 4 == 1 ? 0 : 1)] = 1;
        var world = new BudgetedWorld([0.5, 0.5], [1, 1, 1, 1, 1, 1, 1, 1], rewards, used, new ResourceBudgets(rounds, [3, 0.5 * rounds]));
        var policies = PolicyTable.All(4, 2);
        var bandit = new MixtureElimination(policies, world.Probabilities, world.Budgets, new());
        var play = new BudgetedPlay(world, bandit, new Rng(1));
        play.Until(200);
        Assert.Equal(1, bandit.Closed);
        play.ToEnd();
        Assert.InRange(play.Ledger.Reward / KnapsackProgram.Optimum(world.Outcomes(policies), world.Budgets).Value, 0.75, 1); // frozen at the refusal it earns 0.5 of it
    }

    [Fact]
    public void ATruthThatWasLostIsFoundAgain()
    {
        var rng = new Rng(6);
        int lost = 0, corrected = 0;
        double share = 0;
        for (int run = 0; run < 4; run++)
        {
            var world = BudgetedWorlds.DynamicPricing(3, 4, 30_000, 6000);
            var bandit = new MixtureElimination(PolicyTable.All(5, 3), world.Probabilities, world.Budgets, new() { Radius = 0.02 });
            var play = new BudgetedPlay(world, bandit, rng.Fork((ulong)run));
            for (int t = 1000; t <= 10_000; t += 1000)
            {
                play.Until(t);
                lost += bandit.Box.Contains(world.Outcomes(bandit.Policies)) ? 0 : 1;
            }
            play.ToEnd();
            corrected += bandit.Corrections;
            share += play.Ledger.Reward / KnapsackProgram.Optimum(world.Outcomes(PolicyTable.All(5, 3)), world.Budgets).Value / 4;
        }
        Assert.True(lost > 0 && corrected > 0, $"{lost} {corrected}");
        Assert.InRange(share, 0.85, 1);
    }

    [Fact]
    public void LearnsToSpendWhereItPays()
    {
        // Two equally likely contexts; action 1 earns 0.9 in one and 0.2 in the other, and costs 1 wherever it is taken. The budget allows it in half of the rounds.
        const long rounds = 20_000;
        var world = new BudgetedWorld([0.5, 0.5], [0, 0.9, 0, 0.9], [0, 1, 0, 0.2], [0, 1, 0, 1], new ResourceBudgets(rounds, [0.45 * rounds]));
        var policies = PolicyTable.All(2, 2);
        double best = KnapsackProgram.Optimum(world.Outcomes(policies), world.Budgets).Value, sum = 0;
        Assert.Equal(0.45 * rounds, best, 1e-6);
        for (ulong seed = 0; seed < 3; seed++)
            sum += new BudgetedPlay(world, new MixtureElimination(policies, world.Probabilities, world.Budgets, new()), new Rng(seed)).ToEnd() / 3;
        Assert.InRange(sum, 0.8 * best, best); // spending wherever one can earns 0.6 of it
    }

    [Fact]
    public void BadUseIsNamed()
    {
        var policies = PolicyTable.All(2, 1);
        var budgets = new ResourceBudgets(100, [10]);
        Assert.Contains("C_rad is 0", Assert.Throws<ForageException>(() => new MixtureElimination(policies, [1], budgets, new() { Radius = 0 })).Message);
        Assert.Contains("q0 is 0.7", Assert.Throws<ForageException>(() => new MixtureElimination(policies, [1], budgets, new() { Noise = 0.7 })).Message);
        Assert.Contains("grown by 1", Assert.Throws<ForageException>(() => new MixtureElimination(policies, [1], budgets, new() { Growth = 1 })).Message);
        Assert.Contains("2 probabilities", Assert.Throws<ForageException>(() => new MixtureElimination(policies, [0.5, 0.5], budgets, new())).Message);
        var bandit = new MixtureElimination(policies, [1], budgets, new());
        Assert.Contains("consumption of 2", Assert.Throws<ForageException>(() => bandit.Observe(0, 1, 0.5, 1, [2])).Message);
        Assert.Equal(0, bandit.Rounds);
    }
}
