using Forage.Bandits;
using Forage.Bandits.Elimination;
using Forage.Features;
using Forage.Simulation.Finite;

namespace Forage.Tests.Bandits.Elimination;

/// <summary>Lemmas 4.1 to 4.3 of paper 07, and the supermartingale behind the tighter radius, by enumeration.</summary>
public class RegressorLemmaTests
{
    // Rewards on {0, ½, 1} with the mean f*; any distribution of actions.
    [Fact]
    public void Lemma42MeanAndVarianceOfTheExcessError()
    {
        var rng = new Rng(1);
        double tightest = 0;
        for (int round = 0; round < 2000; round++)
        {
            double mean = 0, square = 0, expected = 0;
            int cells = 1 + rng.NextInt(8);
            var mass = ProgramCase.RandomWeights(ref rng, cells); // of (x, a)
            for (int cell = 0; cell < cells; cell++)
            {
                double f = rng.NextDouble();
                var q = ProgramCase.RandomWeights(ref rng, 3);
                double truth = q[1] / 2 + q[2];
                expected += mass[cell] * (f - truth) * (f - truth);
                for (int r = 0; r < 3; r++)
                {
                    double y = Excess(f, truth, r / 2.0);
                    mean += mass[cell] * q[r] * y;
                    square += mass[cell] * q[r] * y * y;
                }
            }
            Assert.Equal(expected, mean, 1e-12);
            Assert.True(square - mean * mean <= 4 * mean + 1e-12);
            tightest = Math.Max(tightest, (square - mean * mean) / mean);
        }
        Assert.True(tightest > 1, $"largest variance over mean only {tightest}");
    }

    [Fact]
    public void Lemma43RegretAgainstSquaredErrorUnderTheConstraint()
    {
        var rng = new Rng(2);
        double closest = 0;
        int brokenWithoutConstraint = 0;
        for (int round = 0; round < 400; round++)
        {
            int actions = 2 + rng.NextInt(3), m = 1 + rng.NextInt(4), n = 2 + rng.NextInt(12);
            var world = FiniteWorld.Random(m, actions, ref rng);
            var table = Class(world, n, round % 2 == 0 ? 0.1 : 0.6, ref rng);
            var program = new ExplorationProgram(table.Policies, ExplorationFloor.Represented, 0.05);
            program.SetContexts(world.Probabilities);
            double bound = program.Solve(program.MeanActions, 1e-6).Worst;
            for (int f = 0; f < n; f++)
            {
                var (regret, error) = (Regret(world, table, f), Error(world, table, program, f));
                Assert.True(regret * regret <= 2 * bound * error * (1 + 1e-9) + 1e-15, $"regret {regret}, error {error}, bound {bound}");
                if (error > 0) closest = Math.Max(closest, regret * regret / (2 * bound * error));
            }
            var point = new double[n];
            point[rng.NextInt(n)] = 1;
            program.SetWeights(point);
            for (int f = 0; f < n; f++)
            {
                double regret = Regret(world, table, f);
                if (regret * regret > 2 * bound * Error(world, table, program, f) * (1 + 1e-9)) brokenWithoutConstraint++;
            }
        }
        Assert.True(closest > 0.1, $"never nearer to equality than {closest}");
        Assert.True(brokenWithoutConstraint > 20, $"without the constraint it failed only {brokenWithoutConstraint} times");
    }

    // The conditional expectations are enumerated round by round: Freedman's event holds for every regressor, and what survives has error and regret as the lemma says.
    [Theory]
    [InlineData(EliminationRadius.Freedman, 1, 3, 5000)]
    [InlineData(EliminationRadius.Supermartingale, 2, 0.7, 2000)]
    public void Lemma41WhatSurvivesIsNearlyRight(EliminationRadius radius, ulong seed, double spread, int rounds)
    {
        var rng = new Rng(seed);
        var world = FiniteWorld.Random(3, 3, ref rng);
        var table = Class(world, 40, spread, ref rng);
        var options = new RegressorEliminationOptions { Horizon = rounds, Radius = radius };
        var bandit = new RegressorElimination(table, options, world.Probabilities);
        var play = new FinitePlay(world, bandit, world.BestActions(), rng);
        double[] expected = new double[40], pmf = new double[3];
        int dropped = 0;
        for (int t = 1; t <= rounds; t++)
        {
            for (int x = 0; x < 3; x++)
            {
                bandit.Distribution(x, pmf);
                for (int a = 0; a < 3; a++)
                    for (int f = 0; f < 40; f++) expected[f] += world.Probabilities[x] * pmf[a] * Math.Pow(table[f, x, a] - world.Mean(x, a), 2);
            }
            play.Until(t);
            Assert.Contains(0, bandit.Survivors.ToArray()); // f* is number 0
            dropped = 40 - bandit.Survivors.Length;
            double logN = Math.Log(40 / options.Delta), log = radius == EliminationRadius.Freedman ? options.RadiusAt(t, 40) / 18 : double.NaN;
            double least = bandit.SquaredErrors[0];
            foreach (int f in bandit.Survivors)
            {
                double z = bandit.SquaredErrors[f] - least, ceiling = radius == EliminationRadius.Freedman ? 100 * log : 3.82 * logN;
                if (radius == EliminationRadius.Freedman) Assert.True(expected[f] - z <= 8 * Math.Sqrt(expected[f] * log) + 2 * log);
                Assert.True(expected[f] <= ceiling, $"round {t}: regressor {f} survives with {expected[f]} above {ceiling}");
                Assert.True(Regret(world, table, f) <= Math.Sqrt(2 * 3 * 1.001 * expected[f] / t) + 1e-12);
            }
        }
        Assert.True(dropped > 5, $"only {dropped} of 39 wrong regressors went");
    }

    // E exp(-2Y) ≤ 1 and E exp(-Y + d²/2) ≤ 1 for rewards in [0, 1]: at Bernoulli rewards, which are the worst of their mean, on a grid, and at rewards of three values.
    [Fact]
    public void ExcessErrorsMakeSupermartingales()
    {
        double largest = 0;
        for (int i = 0; i <= 100; i++)
        {
            for (int j = 0; j <= 100; j++)
            {
                double f = i / 100.0, truth = j / 100.0, d = f - truth;
                double down = (1 - truth) * Math.Exp(-2 * Excess(f, truth, 0)) + truth * Math.Exp(-2 * Excess(f, truth, 1));
                double up = (1 - truth) * Math.Exp(-Excess(f, truth, 0) + d * d / 2) + truth * Math.Exp(-Excess(f, truth, 1) + d * d / 2);
                Assert.True(down <= 1 + 1e-12 && up <= 1 + 1e-12, $"f {f}, truth {truth}: {down}, {up}");
                if (i != j) largest = Math.Max(largest, down);
            }
        }
        Assert.True(largest > 0.9999); // not to be had with a larger exponent
        var rng = new Rng(7);
        for (int round = 0; round < 2000; round++)
        {
            double f = rng.NextDouble(), middle = rng.NextDouble(), down = 0, up = 0;
            var q = ProgramCase.RandomWeights(ref rng, 3);
            double truth = q[1] * middle + q[2];
            for (int r = 0; r < 3; r++)
            {
                double y = Excess(f, truth, r == 1 ? middle : r / 2);
                down += q[r] * Math.Exp(-2 * y);
                up += q[r] * Math.Exp(-y + (f - truth) * (f - truth) / 2);
            }
            Assert.True(down <= 1 + 1e-12 && up <= 1 + 1e-12);
        }
    }

    private static double Excess(double f, double truth, double reward) => (f - reward) * (f - reward) - (truth - reward) * (truth - reward);

    // Regressor 0 is the truth, the others are off by up to a spread.
    internal static RegressorTable Class(FiniteWorld world, int count, double spread, ref Rng rng)
    {
        var values = new double[count * world.Means.Length];
        for (int i = 0; i < values.Length; i++)
        {
            double mean = world.Means[i % world.Means.Length];
            values[i] = i < world.Means.Length ? mean : Math.Clamp(mean + spread * (2 * rng.NextDouble() - 1), 0, 1);
        }
        return new RegressorTable(world.Actions, world.Contexts, values);
    }

    private static double Regret(FiniteWorld world, RegressorTable table, int f)
    {
        double regret = 0;
        for (int x = 0; x < world.Contexts; x++) regret += world.Probabilities[x] * (world.Mean(x, table.Policies[0, x]) - world.Mean(x, table.Policies[f, x]));
        return regret;
    }

    private static double Error(FiniteWorld world, RegressorTable table, ExplorationProgram program, int f)
    {
        double error = 0;
        var pmf = new double[world.Actions];
        for (int x = 0; x < world.Contexts; x++)
        {
            program.Distribution(x, pmf);
            for (int a = 0; a < pmf.Length; a++) error += world.Probabilities[x] * pmf[a] * Math.Pow(table[f, x, a] - world.Mean(x, a), 2);
        }
        return error;
    }
}
