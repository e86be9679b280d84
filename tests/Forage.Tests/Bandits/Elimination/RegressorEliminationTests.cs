using Forage.Bandits;
using Forage.Bandits.Elimination;
using Forage.Bandits.Taming;
using Forage.Features;
using Forage.Simulation.Finite;

namespace Forage.Tests.Bandits.Elimination;

public class RegressorEliminationTests
{
    private const int Rounds = 6000;

    // Theorem 5.1's world with Lemma 6.1's regressors: 27 policies, gap 0.1.
    private static (FiniteWorld World, RegressorTable Telling, int Optimal) Lemma61(ulong seed)
    {
        var rng = new Rng(seed);
        var hard = LowerBoundInstance.Draw(3, 3, 0.1, ref rng);
        return (hard.World, LowerBoundInstance.Telling(hard.World, hard.Regressors.Policies, hard.Optimal), hard.Optimal);
    }

    [Theory]
    [InlineData(EliminationRadius.Freedman, 3500)]
    [InlineData(EliminationRadius.Supermartingale, 200)]
    public void EveryWrongRegressorGoesAndRegretIsFlatAfter(EliminationRadius radius, int by)
    {
        for (ulong seed = 0; seed < 3; seed++)
        {
            var (world, telling, optimal) = Lemma61(seed);
            var bandit = new RegressorElimination(telling, new() { Horizon = Rounds, Radius = radius }, world.Probabilities);
            var play = new FinitePlay(world, bandit, world.BestActions(), new Rng(seed));
            double regret = play.Until(by).Regret;
            Assert.Equal([optimal], bandit.Survivors.ToArray());
            Assert.Equal(regret, play.Until(Rounds).Regret, 1e-9);
            Assert.InRange(regret, 0.1, 0.1 * by);
        }
    }

    // The comparison takes any algorithm that sees policies only.
    [Fact]
    public void AlgorithmsOverPoliciesKeepPaying()
    {
        var (world, telling, _) = Lemma61(1);
        IFiniteBandit[] agnostic =
        [
            new PolicyElimination(telling.Policies, new(), world.Probabilities),
            new PolicyElimination(telling.Policies, new() { RadiusMultiplier = 0.1 }),
            new Ilovetoconbandits(new FiniteClassOracle(telling.Policies), new() { Schedule = EpochSchedule.Doubling }),
        ];
        foreach (var bandit in agnostic)
        {
            var play = new FinitePlay(world, bandit, world.BestActions(), new Rng(1));
            double half = play.Until(Rounds / 2).Regret, whole = play.Until(Rounds).Regret;
            Assert.True(whole > 1.8 * half && whole > 0.05 * Rounds, $"{half} then {whole}");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ConstraintHoldsInEveryRound(bool known)
    {
        var rng = new Rng(4);
        var world = FiniteWorld.Random(4, 4, ref rng);
        var table = RegressorLemmaTests.Class(world, 60, 0.5, ref rng);
        var options = new RegressorEliminationOptions { Horizon = 1000, Radius = EliminationRadius.Supermartingale, Tolerance = known ? 1e-6 : 1e-3 };
        var bandit = new RegressorElimination(table, options, known ? world.Probabilities : default);
        double[] counts = new double[4], pmf = new double[4];
        int sizes = 0, last = 60;
        for (int t = 0; t < 1000; t++)
        {
            var contexts = known ? world.Probabilities : counts;
            if (known || t > 0)
            {
                double worst = ProgramCase.Values(table.Policies, bandit.Survivors, bandit.Weights, ExplorationFloor.Represented, bandit.Smoothing, contexts).Max();
                double bound = ProgramCase.MeanActions(table.Policies, bandit.Survivors, contexts);
                Assert.True(worst <= bound * (1 + options.Tolerance) * (1 + 1e-11), $"round {t}: {worst} against {bound}");
                Assert.Equal(worst, bandit.Certificate.Worst, 1e-9 * worst);
            }
            int x = world.DrawContext(ref rng);
            bandit.Distribution(x, pmf);
            Assert.Equal(1, pmf.Sum(), 1e-12);
            for (int a = 0; a < 4; a++) Assert.Equal(ProgramCase.Smoothed(table.Policies, bandit.Survivors, bandit.Weights, ExplorationFloor.Represented, bandit.Smoothing, x, a), pmf[a], 1e-12);
            int action = Array.FindIndex(pmf, p => p > 0);
            for (int a = 0, skip = rng.NextInt(pmf.Count(p => p > 0)); a < 4; a++)
                if (pmf[a] > 0 && skip-- == 0) action = a;
            bandit.Observe(x, action, pmf[action], world.DrawReward(x, action, ref rng));
            counts[x]++;
            sizes += bandit.Survivors.Length != last ? 1 : 0;
            last = bandit.Survivors.Length;
        }
        Assert.True(sizes > 5, $"the class shrank only {sizes} times");
        if (known) Assert.InRange(bandit.Solutions, 1, sizes + 1); // solved only when it shrank
    }

    [Fact]
    public void StepFourIsTheFormula()
    {
        var rng = new Rng(5);
        var world = FiniteWorld.Random(2, 3, ref rng);
        var table = RegressorLemmaTests.Class(world, 30, 0.9, ref rng);
        var bandit = new RegressorElimination(table, new() { Horizon = 2000, Delta = 0.1, RadiusMultiplier = 0.2 }, world.Probabilities);
        var alive = new HashSet<int>(Enumerable.Range(0, 30));
        var errors = new double[30];
        for (int t = 1; t <= 2000; t++)
        {
            int x = world.DrawContext(ref rng), a = rng.NextInt(3);
            double r = world.DrawReward(x, a, ref rng);
            bandit.Observe(x, a, 1.0 / 3, r);
            foreach (int f in alive) errors[f] += Math.Pow(table[f, x, a] - r, 2);
            double delta = 0.1 / (2 * 30 * Math.Pow(t, 3) * Math.Max(1, Math.Log2(t)));
            double threshold = alive.Min(f => errors[f] / t) + 0.2 * 18 * Math.Log(1 / delta) / t;
            alive.RemoveWhere(f => errors[f] / t >= threshold);
            Assert.Equal(alive.Order(), bandit.Survivors.ToArray());
        }
        Assert.InRange(alive.Count, 1, 25);
    }

    // Two regressors, .13 (the truth) and 1, and δ = ½. With the radius of the paper f* is never lost; divided by 50 a reward of 1 in the first round is enough. With δ = .05 no
    // round would be: half of ln(N/δ) is provably enough, and 1/50 of the paper's radius is not much less.
    [Fact]
    public void RadiusFiftyTimesSmallerLosesTheTruth()
    {
        var world = new FiniteWorld([1], [0.13, 0.13]);
        var table = new RegressorTable(2, 1, [0.13, 0.13, 1, 1]);
        var options = new RegressorEliminationOptions { Horizon = 30, Delta = 0.5 };
        Assert.Equal(0, Lost(table, world, options, 2000));
        Assert.InRange(Lost(table, world, options with { RadiusMultiplier = 1.0 / 50 }, 2000), 200, 320); // .13 of 2,000 is 260, with a deviation of 15
        Assert.Equal(0, Lost(table, world, options with { RadiusMultiplier = 1.0 / 50, Soft = true }, 500)); // it comes back
        Assert.Equal(0, Lost(table, world, options with { RadiusMultiplier = 1.0 / 50, Delta = 0.05 }, 500));
    }

    // At δ = .05 with 100 regressors off by ¼ everywhere: the radius divided by 50 is still safe, by 500 it is not.
    [Fact]
    public void HowSmallARadiusMustBeToLoseTheTruth()
    {
        var (world, table) = Guesses();
        var options = new RegressorEliminationOptions { Horizon = 120, Tolerance = 1 }; // how actions are drawn does not matter here
        Assert.Equal(0, Lost(table, world, options, 100));
        Assert.Equal(0, Lost(table, world, options with { RadiusMultiplier = 1.0 / 50 }, 100));
        Assert.InRange(Lost(table, world, options with { RadiusMultiplier = 1.0 / 500 }, 100), 90, 100);
        var tight = options with { Radius = EliminationRadius.Supermartingale };
        Assert.InRange(Lost(table, world, tight, 100), 0, 5 + 7); // δ of them, and three deviations
        Assert.InRange(Lost(table, world, tight with { RadiusMultiplier = 0.1 }, 100), 90, 100);
    }

    [Fact]
    public void SoftVersionTakesTheTruthBack()
    {
        var (world, table) = Guesses();
        var options = new RegressorEliminationOptions { Horizon = 4000, RadiusMultiplier = 1.0 / 500, Soft = true };
        int wasLost = 0;
        for (ulong seed = 0; seed < 5; seed++)
        {
            var bandit = new RegressorElimination(table, options, world.Probabilities);
            var play = new FinitePlay(world, bandit, world.BestActions(), new Rng(seed));
            bool lost = false;
            for (int t = 1; t <= 300; t++)
            {
                play.Until(t);
                lost |= !bandit.Survivors.Contains(0);
                Assert.True(bandit.Certificate.Holds(options.Tolerance));
            }
            wasLost += lost ? 1 : 0;
            play.Until(4000);
            Assert.Equal([0], bandit.Survivors.ToArray());
        }
        Assert.True(wasLost >= 4);
    }

    [Fact]
    public void BadUseIsNamedAndNothingIsLost()
    {
        var table = new RegressorTable(2, 1, [0.2, 0.4, 0.5, 0.1]);
        Assert.Equal(1, table.Policies[0, 0]);
        Assert.Equal(0, table.Policies[1, 0]);
        var bandit = new RegressorElimination(table, new() { Horizon = 10 });
        bandit.Observe(0, 1, 0.5, 1);
        double before = bandit.SquaredErrors[0];
        Assert.Contains("-0.5", Assert.Throws<ForageException>(() => bandit.Observe(0, 1, 0.5, -0.5)).Message);
        Assert.Contains("NaN", Assert.Throws<ForageException>(() => bandit.Observe(0, 1, 0.5, double.NaN)).Message);
        Assert.Contains("probability 0", Assert.Throws<ForageException>(() => bandit.Observe(0, 1, 0, 1)).Message);
        Assert.Contains("Action 2", Assert.Throws<ForageException>(() => bandit.Observe(0, 2, 0.5, 1)).Message);
        Assert.Contains("Context 1", Assert.Throws<ForageException>(() => bandit.Observe(1, 0, 0.5, 1)).Message);
        Assert.Equal((1, before), (bandit.Rounds, bandit.SquaredErrors[0]));
        Assert.Contains("1.2", Assert.Throws<ForageException>(() => new RegressorTable(2, 1, [0.2, 1.2])).Message);
        Assert.Contains("horizon", Assert.Throws<ForageException>(() => new RegressorElimination(table, new() { Horizon = 0 })).Message);
        Assert.Contains("δ is 2", Assert.Throws<ForageException>(() => new RegressorElimination(table, new() { Horizon = 1, Delta = 2 })).Message);
        Assert.Contains("multiplied by 0", Assert.Throws<ForageException>(() => new RegressorElimination(table, new() { Horizon = 1, RadiusMultiplier = 0 })).Message);
        Assert.Contains("3 weights", Assert.Throws<ForageException>(() => new RegressorElimination(table, new() { Horizon = 1 }, [1, 1, 1])).Message);
    }

    // Regressor 0 is the truth, ½ everywhere; 99 others say ¼ or ¾ at random, as if independent.
    private static (FiniteWorld World, RegressorTable Table) Guesses()
    {
        var rng = new Rng(6);
        const int contexts = 40;
        var values = new double[100 * contexts * 2];
        for (int i = 0; i < values.Length; i++) values[i] = i < contexts * 2 ? 0.5 : rng.NextInt(2) == 0 ? 0.25 : 0.75;
        return (new FiniteWorld([.. Enumerable.Repeat(1.0 / contexts, contexts)], values.AsSpan(0, contexts * 2)), new RegressorTable(2, contexts, values));
    }

    // In how many of the runs regressor 0, the truth, is out of play at the end.
    private static int Lost(RegressorTable table, FiniteWorld world, RegressorEliminationOptions options, int runs)
    {
        int lost = 0;
        for (int run = 0; run < runs; run++)
        {
            var bandit = new RegressorElimination(table, options, world.Probabilities);
            new FinitePlay(world, bandit, world.BestActions(), new Rng((ulong)run)).Until(options.Horizon);
            lost += bandit.Survivors.Contains(0) ? 0 : 1;
        }
        return lost;
    }
}
