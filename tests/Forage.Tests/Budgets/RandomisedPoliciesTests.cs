using Forage.Budgets;
using Forage.Budgets.Elimination;
using Forage.Budgets.Programs;
using Forage.Features;
using Forage.Simulation.Budgets;

namespace Forage.Tests.Budgets;

public class RandomisedPoliciesTests
{
    [Fact]
    public void Footnote5_TheReductionPlaysEveryPolicyAsItIs()
    {
        var rng = new Rng(1);
        for (int run = 0; run < 100; run++)
        {
            int k = 1 + rng.NextInt(4), contexts = 1 + rng.NextInt(4), n = 1 + rng.NextInt(6);
            double[] p = Distribution(contexts, ref rng), all = [.. Enumerable.Range(0, n * contexts).SelectMany(_ => Distribution(k, ref rng))];
            var reduced = new RandomisedPolicies(k, p, all);
            Assert.InRange(reduced.Probabilities.Count, contexts, contexts * (n * (k - 1) + 1));
            Assert.Equal(1, reduced.Probabilities.Sum(), 1e-12);
            double[] played = new double[all.Length], reached = new double[contexts];
            for (int z = 0; z < reduced.Probabilities.Count; z++)
            {
                int x = reduced.Original(z);
                reached[x] += reduced.Probabilities[z];
                for (int i = 0; i < n; i++) played[(i * contexts + x) * k + reduced.Policies[i, z]] += reduced.Probabilities[z] / p[x];
            }
            for (int i = 0; i < all.Length; i++) Assert.Equal(all[i], played[i], 1e-9);
            for (int x = 0; x < contexts; x++) Assert.Equal(p[x], reached[x], 1e-12);

            // u and the intervals agree
            double[] counts = new double[reduced.Probabilities.Count];
            const int steps = 4000;
            for (int x = 0; x < contexts; x++)
            {
                for (int s = 0; s < steps; s++)
                {
                    int z = reduced.Context(x, (s + 0.5) / steps);
                    Assert.Equal(x, reduced.Original(z));
                    counts[z] += p[x] / steps;
                }
            }
            for (int z = 0; z < counts.Length; z++) Assert.InRange(counts[z] - reduced.Probabilities[z], -1.0 / steps, 1.0 / steps);
        }
    }

    [Fact]
    public void MixtureEliminationLearnsAmongRandomisedPolicies()
    {
        // Selling at a low or a high price in one context: policy 0 asks the low one, policy 1 the high one, policy 2 tosses a coin.
        const long rounds = 20_000;
        var world = new BudgetedWorld([1], [0, 0.9, 0.5], [0, 0.4, 1], [0, 1, 1], new ResourceBudgets(rounds, [0.6 * rounds]));
        var reduced = new RandomisedPolicies(3, [1], [0, 1, 0, 0, 0, 1, 0, 0.5, 0.5]);
        Assert.Equal(2, reduced.Probabilities.Count);
        double[] p = [.. reduced.Probabilities], rewards = [0.36, 0.5, 0.43], sold = [0.9, 0.5, 0.7];
        double best = KnapsackProgram.Optimum(new ExpectedOutcomes(rewards, sold), world.Budgets).Value;
        var bandit = new RandomisedBandit(reduced, new MixtureElimination(reduced.Policies, p, world.Budgets, new()), new Rng(3));
        Assert.InRange(new BudgetedPlay(world, bandit, new Rng(4)).ToEnd() / best, 0.9, 1.01);
    }

    [Fact]
    public void BadNumbersAreNamed()
    {
        Assert.Contains("3 probabilities were given", Assert.Throws<ForageException>(() => new RandomisedPolicies(2, [1], [0.5, 0.5, 1])).Message);
        Assert.Contains("sum to 0.9", Assert.Throws<ForageException>(() => new RandomisedPolicies(2, [1], [0.5, 0.4])).Message);
        Assert.Contains("probability 2", Assert.Throws<ForageException>(() => new RandomisedPolicies(2, [1], [2, -1])).Message);
        var reduced = new RandomisedPolicies(2, [0.5, 0.5], [0.5, 0.5, 1, 0]);
        var bandit = new RandomisedBandit(reduced, FixedMixture.Uniform(2, reduced.Probabilities.Count), new Rng(1));
        Assert.Contains("no distribution was asked for", Assert.Throws<ForageException>(() => bandit.Skip(0, 1)).Message);
    }

    private static double[] Distribution(int count, ref Rng rng)
    {
        var p = new double[count];
        foreach (ref double v in p.AsSpan()) v = rng.NextInt(4) == 0 && count > 1 ? 1e-3 : rng.NextExponential();
        double sum = p.Sum();
        foreach (ref double v in p.AsSpan()) v /= sum;
        return p;
    }
}
