using Forage.Bandits;
using Forage.Bandits.Elimination;
using Forage.Features;
using Forage.Simulation.Finite;

namespace Forage.Tests.Simulation.Finite;

public class LowerBoundInstanceTests
{
    [Fact]
    public void IsTheConstructionOfTheorem51()
    {
        var rng = new Rng(1);
        var instance = LowerBoundInstance.Draw(3, 2, 0.2, ref rng);
        var maps = PolicyTable.All(3, 2);
        Assert.Equal(9, instance.Regressors.Count);
        for (int g = 0; g < 9; g++)
        {
            for (int x = 0; x < 2; x++)
            {
                Assert.Equal(maps[g, x], instance.Regressors.Policies[g, x]);
                for (int a = 0; a < 3; a++)
                {
                    Assert.Equal(a == maps[g, x] ? 0.7 : 0.5, instance.Regressors[g, x, a]);
                    if (g == instance.Optimal) Assert.Equal(instance.Regressors[g, x, a], instance.World.Mean(x, a));
                }
            }
        }
        Assert.Throws<ForageException>(() => LowerBoundInstance.Draw(3, 2, 0.6, ref rng));
    }

    [Fact]
    public void TellingRegressorsInduceTheSamePoliciesAndAreWrongEverywhere()
    {
        var rng = new Rng(2);
        for (int round = 0; round < 50; round++)
        {
            var world = FiniteWorld.Random(1 + rng.NextInt(4), 2 + rng.NextInt(3), ref rng);
            var best = world.BestActions();
            var random = PolicyTable.Random(world.Actions, world.Contexts, 20, ref rng);
            var policies = new PolicyTable(world.Actions, world.Contexts, [.. best, .. Enumerable.Range(0, 20).SelectMany(i => Enumerable.Range(0, world.Contexts).Select(x => random[i, x]))]);
            var table = LowerBoundInstance.Telling(world, policies, 0);
            for (int i = 0; i < policies.Count; i++)
            {
                for (int x = 0; x < world.Contexts; x++)
                {
                    Assert.Equal(policies[i, x], table.Policies[i, x]);
                    for (int a = 0; a < world.Actions; a++)
                    {
                        double miss = Math.Pow(table[i, x, a] - world.Mean(x, a), 2);
                        if (i == 0) Assert.Equal(0, miss);
                        else Assert.True(miss >= 1 / 20.0);
                    }
                }
            }
        }
        var flat = new FiniteWorld([1], [0.3, 0.3]);
        Assert.Throws<ForageException>(() => LowerBoundInstance.Telling(flat, PolicyTable.All(2, 1), 1)); // action 1 is not the lowest of equals
    }

    // Theorem 5.1 on a small scale: at some gap every algorithm pays at least what the proof says.
    [Fact]
    public void NoAlgorithmStaysBelowTheBoundAtEveryGap()
    {
        const int actions = 3, contexts = 2, rounds = 1500, instances = 6;
        Func<LowerBoundInstance, IFiniteBandit>[] algorithms =
        [
            i => new RegressorElimination(i.Regressors, new() { Horizon = rounds }, i.World.Probabilities),
            i => new RegressorElimination(i.Regressors, new() { Horizon = rounds, Radius = EliminationRadius.Supermartingale }, i.World.Probabilities),
            i => new PolicyElimination(i.Regressors.Policies, new(), i.World.Probabilities),
        ];
        foreach (var algorithm in algorithms)
        {
            double most = 0;
            foreach (double gap in new[] { 0.02, 0.05, 0.1, 0.2 })
            {
                double regret = 0;
                for (ulong seed = 0; seed < instances; seed++)
                {
                    var rng = new Rng(seed);
                    var instance = LowerBoundInstance.Draw(actions, contexts, gap, ref rng);
                    regret += new FinitePlay(instance.World, algorithm(instance), instance.World.BestActions(), rng).Until(rounds).Regret / instances;
                }
                most = Math.Max(most, regret);
            }
            Assert.True(most >= LowerBoundInstance.LeastRegret(actions, contexts, rounds), $"{most}");
        }
    }
}
