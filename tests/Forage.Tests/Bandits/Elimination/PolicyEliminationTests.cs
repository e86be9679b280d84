using Forage.Bandits;
using Forage.Bandits.Elimination;
using Forage.Features;
using Forage.Simulation.Finite;

namespace Forage.Tests.Bandits.Elimination;

public class PolicyEliminationTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ConstraintHoldsInEveryRoundAtItsOwnSmoothing(bool known)
    {
        const int k = 4, rounds = 4000;
        var rng = new Rng(1);
        var world = FiniteWorld.Random(3, k, ref rng);
        var policies = PolicyTable.Random(k, 3, 25, ref rng);
        var options = new PolicyEliminationOptions { RadiusMultiplier = 0.05 };
        var bandit = new PolicyElimination(policies, options, known ? world.Probabilities : default);
        var play = new FinitePlay(world, bandit, world.BestActions(policies), rng);
        double[] counts = new double[3], pmf = new double[k];
        var contexts = rng.Fork(1); // the stream of contexts that the play draws from
        for (int t = 1; t <= rounds; t++)
        {
            double delta = options.Delta / (4 * 25 * Math.Pow(t, 2)), mu = Math.Min(1.0 / (2 * k), Math.Sqrt(Math.Log(1 / delta) / (2 * k * t)));
            Assert.Equal(mu, bandit.Smoothing, 1e-12);
            var weights = known ? world.Probabilities : counts;
            if (known || t > 1)
            {
                double worst = ProgramCase.Values(policies, bandit.Survivors, bandit.Weights, ExplorationFloor.AllActions, k * mu, weights).Max();
                Assert.True(worst <= 2 * k * (1 + 1e-11), $"round {t}: {worst}");
            }
            for (int x = 0; x < 3; x++)
            {
                bandit.Distribution(x, pmf);
                Assert.Equal(1, pmf.Sum(), 1e-12);
                for (int a = 0; a < k; a++) Assert.Equal(ProgramCase.Smoothed(policies, bandit.Survivors, bandit.Weights, ExplorationFloor.AllActions, k * mu, x, a), pmf[a], 1e-12);
            }
            play.Until(t);
            counts[world.DrawContext(ref contexts)]++;
        }
        Assert.InRange(bandit.Survivors.Length, 1, 12);
        if (known) Assert.InRange(bandit.Solutions, 0, 60);
    }

    [Fact]
    public void StepFiveIsTheFormula()
    {
        var rng = new Rng(2);
        var world = FiniteWorld.Random(2, 3, ref rng);
        var policies = PolicyTable.All(3, 2);
        var bandit = new PolicyElimination(policies, new() { Delta = 0.1, RadiusMultiplier = 0.1 }, world.Probabilities);
        var alive = new HashSet<int>(Enumerable.Range(0, 9));
        var values = new double[9];
        for (int t = 1; t <= 3000; t++)
        {
            int x = world.DrawContext(ref rng), a = rng.NextInt(3);
            double r = world.DrawReward(x, a, ref rng);
            bandit.Observe(x, a, 1.0 / 3, r);
            foreach (int i in alive) values[i] += policies[i, x] == a ? 3 * r : 0;
            double b = 2 * Math.Sqrt(2 * 3 * Math.Log(4 * 9 * Math.Pow(t, 2) / 0.1) / t), threshold = alive.Max(i => values[i] / t) - 0.1 * 2 * b;
            alive.RemoveWhere(i => values[i] / t < threshold - 1e-12);
            Assert.Equal(alive.Order(), bandit.Survivors.ToArray());
        }
        Assert.InRange(alive.Count, 1, 6);
    }

    [Fact]
    public void LearnsAnEasyWorldAndKeepsTheBest()
    {
        var policies = PolicyTable.All(2, 2);
        var world = new FiniteWorld([0.5, 0.5], [0.95, 0.05, 0.05, 0.95]);
        int best = Enumerable.Range(0, 4).Single(i => policies[i, 0] == 0 && policies[i, 1] == 1);
        for (ulong seed = 0; seed < 3; seed++)
        {
            var bandit = new PolicyElimination(policies, new(), world.Probabilities);
            var play = new FinitePlay(world, bandit, world.BestActions(), new Rng(seed));
            double first = play.Until(5000).Regret, third = play.Until(15_000).Regret, fourth = play.Until(20_000).Regret;
            Assert.Equal([best], bandit.Survivors.ToArray());
            Assert.True(fourth - third < 0.3 * first, $"{first} in the first quarter, {fourth - third} in the last");
        }
    }

    [Fact]
    public void BadUseIsNamed()
    {
        var policies = PolicyTable.All(2, 1);
        Assert.Contains("δ is 0", Assert.Throws<ForageException>(() => new PolicyElimination(policies, new() { Delta = 0 })).Message);
        Assert.Contains("multiplied by -1", Assert.Throws<ForageException>(() => new PolicyElimination(policies, new() { RadiusMultiplier = -1 })).Message);
        var bandit = new PolicyElimination(policies, new());
        Assert.Contains("probability 1.5", Assert.Throws<ForageException>(() => bandit.Observe(0, 0, 1.5, 1)).Message);
        Assert.Equal(0, bandit.Rounds);
    }
}
