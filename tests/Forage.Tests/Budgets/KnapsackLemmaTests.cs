using Forage.Bandits;
using Forage.Budgets;
using Forage.Budgets.Programs;
using Forage.Features;
using Forage.Simulation.Budgets;

namespace Forage.Tests.Budgets;

/// <summary>Lemmas of paper 01 on random instances.</summary>
public class KnapsackLemmaTests
{
    [Fact]
    public void Lemma4_NoAlgorithmEarnsMoreThanTheProgram()
    {
        // One resource, consumed one unit at a success: the best algorithm that knows everything, by dynamic programming over rounds and units left.
        var rng = new Rng(1);
        double closest = 0;
        for (int run = 0; run < 40; run++)
        {
            int k = 2 + rng.NextInt(3), contexts = 1 + rng.NextInt(3), rounds = 5 + rng.NextInt(40), units = 1 + rng.NextInt(rounds);
            double[] events = [.. Enumerable.Range(0, contexts * k).Select(_ => rng.NextDouble())], rewards = [.. Enumerable.Range(0, contexts * k).Select(c => c % k == 0 ? 0 : rng.NextDouble())];
            double[] used = [.. Enumerable.Range(0, contexts * k).Select(c => c % k == 0 ? 0.0 : rng.NextInt(2))];
            double[] p = [.. Enumerable.Repeat(1.0 / contexts, contexts)];
            var world = new BudgetedWorld(p, events, rewards, used, new ResourceBudgets(rounds, [units]));
            var policies = PolicyTable.All(k, contexts);
            double[] now = new double[units + 1], next = new double[units + 1];
            for (int t = 0; t < rounds; t++)
            {
                for (int left = 0; left <= units; left++)
                {
                    double best = 0;
                    for (int i = 0; i < policies.Count; i++)
                    {
                        double value = 0;
                        for (int x = 0; x < contexts; x++)
                        {
                            int cell = x * k + policies[i, x];
                            bool possible = used[cell] <= left; // the benchmark may use the other stopping rule
                            value += p[x] * (possible ? events[cell] * (rewards[cell] + now[left - (int)used[cell]]) + (1 - events[cell]) * now[left] : now[left]);
                        }
                        best = Math.Max(best, value);
                    }
                    next[left] = best;
                }
                (now, next) = (next, now);
            }
            double bound = KnapsackProgram.Optimum(world.Outcomes(policies), world.Budgets).Value;
            Assert.True(now[units] <= bound + 1e-9, $"{run}: {now[units]} > {bound}");
            closest = Math.Max(closest, now[units] / bound);
        }
        Assert.InRange(closest, 0.9, 1 + 1e-9);
    }

    [Fact]
    public void Lemma10_ValuesOfOneMixtureAreCloseIfTuplesAre()
    {
        var rng = new Rng(2);
        double tightest = 0;
        for (int run = 0; run < 3000; run++)
        {
            var (box, budgets) = Uniform(6, 1 + run % 3, Math.Pow(10, -3 * rng.NextDouble()), ref rng);
            var (one, other) = (BudgetCases.Member(box, ref rng), BudgetCases.Member(box, ref rng));
            double[] p = Mixture(6, ref rng);
            double w = Apart(p, one, other), first = KnapsackProgram.Value(p, one, budgets), second = KnapsackProgram.Value(p, other, budgets);
            double bound = (first / budgets.Smallest + 2) * budgets.Horizon * w;
            Assert.True(first - second <= bound + 1e-9);
            if (bound > 0) tightest = Math.Max(tightest, (first - second) / bound);
        }
        Assert.InRange(tightest, 0.3, 1);
    }

    [Fact]
    public void Lemma11_TheValueOfAMixtureOfMixturesLiesAboveTheLeast()
    {
        var rng = new Rng(3);
        for (int run = 0; run < 3000; run++)
        {
            var outcomes = BudgetCases.Outcomes(6, 1 + run % 3, ref rng);
            var budgets = new ResourceBudgets(1000, [.. Enumerable.Range(0, outcomes.Resources).Select(_ => 1000 * rng.NextDouble())]);
            double[] p = Mixture(6, ref rng), q = Mixture(6, ref rng);
            double share = rng.NextDouble();
            double[] between = [.. p.Select((v, i) => share * v + (1 - share) * q[i])];
            Assert.True(KnapsackProgram.Value(between, outcomes, budgets) >= Math.Min(KnapsackProgram.Value(p, outcomes, budgets), KnapsackProgram.Value(q, outcomes, budgets)) - 1e-9);
        }
    }

    [Fact]
    public void Lemma12_PerfectMixturesOfABoxAreWorthNearlyTheSame()
    {
        var rng = new Rng(4);
        double tightest = 0;
        for (int run = 0; run < 1500; run++)
        {
            const int n = 6;
            var (box, budgets) = Uniform(n, 1 + run % 3, 0.1 * rng.NextDouble(), ref rng);
            double[][] perfect = new double[4][];
            for (int i = 0; i < 4; i++) perfect[i] = PerfectPolytopeTests.Perfect(BudgetCases.Member(box, ref rng), budgets);
            double a = rng.NextDouble(), b = rng.NextDouble();
            double[] p = [.. Enumerable.Range(0, n).Select(i => a * perfect[0][i] + (1 - a) * perfect[1][i])], q = [.. Enumerable.Range(0, n).Select(i => b * perfect[2][i] + (1 - b) * perfect[3][i])];
            var (one, other) = (BudgetCases.Member(box, ref rng), BudgetCases.Member(box, ref rng));
            // the widest any mixture's reward or consumption can be in the box, and the greatest value in it
            double w = 0;
            for (int i = 0; i < n; i++) w = Math.Max(w, box.RewardHigh[i] - box.RewardLow[i]);
            for (int i = 0; i < box.ConsumptionLow.Length; i++) w = Math.Max(w, box.ConsumptionHigh[i] - box.ConsumptionLow[i]);
            double best = KnapsackProgram.Optimum(new ExpectedOutcomes(box.RewardHigh, box.ConsumptionLow), budgets).Value;
            double phi = (2 + best / budgets.Smallest) * budgets.Horizon * w;
            double apart = Math.Abs(KnapsackProgram.Value(p, one, budgets) - KnapsackProgram.Value(q, other, budgets));
            Assert.True(apart <= 3 * phi + 1e-9);
            if (phi > 0) tightest = Math.Max(tightest, apart / (3 * phi));
        }
        Assert.InRange(tightest, 0.05, 1);
    }

    // Lemma 10 is stated for uniform budgets.
    private static (Forage.Budgets.Elimination.ConfidenceBox Box, ResourceBudgets Budgets) Uniform(int n, int r, double width, ref Rng rng)
    {
        var box = BudgetCases.Around(BudgetCases.Outcomes(n, r, ref rng), width, ref rng);
        var limits = new double[r];
        Array.Fill(limits, 1000 * (0.05 + 0.6 * rng.NextDouble()));
        return (box, new ResourceBudgets(1000, limits));
    }

    private static double[] Mixture(int n, ref Rng rng)
    {
        var p = new double[n];
        foreach (ref double v in p.AsSpan()) v = Math.Pow(rng.NextExponential(), 2);
        double sum = p.Sum();
        foreach (ref double v in p.AsSpan()) v /= sum;
        return p;
    }

    private static double Apart(double[] p, ExpectedOutcomes one, ExpectedOutcomes other)
    {
        double apart = Math.Abs(one.Reward(p) - other.Reward(p));
        for (int i = 0; i < one.Resources; i++) apart = Math.Max(apart, Math.Abs(one.Consumed(i, p) - other.Consumed(i, p)));
        return apart;
    }
}
