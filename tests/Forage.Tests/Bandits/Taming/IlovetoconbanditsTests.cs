using Forage.Bandits;
using Forage.Bandits.Taming;
using Forage.Features;
using Forage.Oracles;
using Forage.Simulation.Finite;

namespace Forage.Tests.Bandits.Taming;

public class IlovetoconbanditsTests
{
    public static TheoryData<string, double, double> Settings() => new()
    {
        { "every round", 100, 1 }, { "doubling", 100, 1 }, { "squares", 100, 1 },
        { "every round", 1, 0.1 }, { "doubling", 1, 0.1 }, { "squares", 0.5, 0.1 },
    };

    private static EpochSchedule ScheduleOf(string name) => name switch
    {
        "every round" => EpochSchedule.EveryRound,
        "doubling" => EpochSchedule.Doubling,
        _ => EpochSchedule.Squares,
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void Every_round_plays_what_the_paper_says_and_every_epoch_ends_solved(string schedule, double psi, double muScale)
    {
        var rng = new Rng(11);
        var world = FiniteWorld.Random(5, 3, ref rng);
        var policies = PolicyTable.Random(3, 5, 30, ref rng);
        var oracle = new FiniteClassOracle(policies);
        var options = new TamingOptions { Schedule = ScheduleOf(schedule), Psi = psi, MuScale = muScale };
        var bandit = new Ilovetoconbandits(oracle, options);
        var log = new ObservedLog(policies);
        double[] q = new double[30], pmf = new double[3], expected = new double[3];
        int standard = 0, epochs = 0, steps = 0;
        double mu = 1.0 / 6;
        bandit.EpochEnded = e =>
        {
            epochs++;
            steps += e.Steps;
            Assert.Equal((epochs, (long)log.Rounds), (e.Number, e.Rounds));
            Assert.Equal(options.Schedule.End(e.Number), e.Rounds);
            Assert.True(e.Certified && e.Violation <= 0 && e.OracleCalls == e.Steps + 2);
            Assert.Equal(Math.Min(1.0 / 6, muScale * Math.Sqrt(Math.Log(16.0 * e.Rounds * e.Rounds * 30 / 0.05) / (3.0 * e.Rounds))), e.Mu, 1e-12);
        };
        int rounds = schedule == "every round" ? 250 : 1100;
        for (int t = 0; t < rounds; t++)
        {
            int x = world.DrawContext(ref rng);
            bandit.Distribution(x, pmf);
            var smoothed = log.Smoothed(q, x, mu);
            for (int a = 0; a < 3; a++) expected[a] = smoothed[a] + (policies[standard, x] == a ? (1 - 3 * mu) * Math.Max(0, 1 - q.Sum()) : 0);
            for (int a = 0; a < 3; a++) Assert.Equal(expected[a], pmf[a], 1e-12);
            Assert.Equal(1, pmf.Sum(), 1e-12);
            Assert.True(pmf.Min() >= mu * (1 - 1e-12));
            double u = rng.NextDouble();
            int action = u < pmf[0] ? 0 : u < pmf[0] + pmf[1] ? 1 : 2;
            double reward = world.DrawReward(x, action, ref rng);
            log.Add(x, action, pmf[action], reward);
            int before = epochs;
            bandit.Observe(x, action, pmf[action], reward);
            if (epochs == before) continue;
            mu = bandit.LastEpoch.Mu;
            Array.Clear(q);
            foreach (var (policy, weight) in bandit.Weights) q[oracle.NumberOf(policy)] = weight;
            log.AssertSolved(log.Rounds, q, mu, psi);
            var values = log.Values(log.Rounds);
            standard = oracle.NumberOf(bandit.Default);
            Assert.Equal(values.Max(), values[standard], 1e-9);
        }
        Assert.Equal(bandit.Rounds, rounds);
        if (muScale < 1) Assert.True(steps > 10, $"{steps} steps: too few to mean anything");
    }

    [Theory]
    [InlineData("doubling")]
    [InlineData("squares")]
    public void A_context_that_comes_again_is_counted_and_it_makes_no_difference(string schedule)
    {
        var rng = new Rng(5);
        const int rounds = 300;
        var policies = PolicyTable.Random(4, 3, 25, ref rng);
        var world = FiniteWorld.Random(3, 4, ref rng);
        int[] came = new int[rounds], choices = new int[25 * rounds];
        foreach (ref int x in came.AsSpan()) x = world.DrawContext(ref rng);
        for (int i = 0; i < 25; i++)
            for (int t = 0; t < rounds; t++) choices[i * rounds + t] = policies[i, came[t]];
        var options = new TamingOptions { Psi = 1, MuScale = 0.1, Schedule = ScheduleOf(schedule) };
        var counted = new Ilovetoconbandits(new FiniteClassOracle(policies), options);
        var growing = new GrowingOracle(new FiniteClassOracle(new PolicyTable(4, rounds, choices)));
        var listed = new Ilovetoconbandits(growing, options);
        double[] p = new double[4], r = new double[4];
        for (int t = 0; t < rounds; t++)
        {
            growing.Contexts = t + 1;
            counted.Distribution(came[t], p);
            listed.Distribution(t, r);
            for (int a = 0; a < 4; a++) Assert.Equal(p[a], r[a], 1e-9);
            int action = rng.NextInt(4);
            double reward = world.DrawReward(came[t], action, ref rng);
            counted.Observe(came[t], action, p[action], reward);
            listed.Observe(t, action, p[action], reward);
        }
        Assert.True(counted.LastEpoch.Support >= 2, $"a support of {counted.LastEpoch.Support} only");
        Assert.Equal(counted.OracleCalls, listed.OracleCalls);
    }

    [Fact]
    public void Actions_come_as_often_as_their_logged_probability_says()
    {
        var rng = new Rng(8);
        var world = FiniteWorld.Random(4, 3, ref rng);
        var policies = PolicyTable.Random(3, 4, 20, ref rng);
        var counter = new Counter(new Ilovetoconbandits(new FiniteClassOracle(policies), new TamingOptions { Psi = 1, MuScale = 0.1 }), 4);
        new FinitePlay(world, counter, world.BestActions(policies), new Rng(21)).Until(40_000);
        for (int x = 0; x < 4; x++)
        {
            for (int a = 0; a < 3; a++)
            {
                double deviation = (counter.Played[x, a] - counter.Expected[x, a]) / Math.Sqrt(counter.Variance[x, a] + 1);
                Assert.True(Math.Abs(deviation) < 4.5, $"context {x}, action {a}: played {counter.Played[x, a]} times, {counter.Expected[x, a]} expected");
            }
        }
    }

    [Fact]
    public void It_finds_the_best_policy_and_the_same_seed_plays_the_same()
    {
        var rng = new Rng(3);
        var world = FiniteWorld.Random(6, 4, ref rng);
        var policies = PolicyTable.Random(4, 6, 200, ref rng);
        var best = world.BestActions(policies);
        FinitePlay Play() => new(world, new Ilovetoconbandits(new FiniteClassOracle(policies), new TamingOptions { Psi = 0.5, MuScale = 0.1 }), best, new Rng(4));
        var (play, again) = (Play(), Play());
        double early = play.Until(5_000).Regret;
        double late = play.Until(40_000).Regret - play.Until(35_000).Regret;
        play = Play();
        play.Until(35_000);
        double before = play.Now.Regret;
        late = play.Until(40_000).Regret - before;
        Assert.True(late < early / 2, $"regret of the first 5,000 rounds {early}, of the last {late}");
        Assert.Equal(play.Now, again.Until(40_000));
    }

    [Fact]
    public void Bad_use_is_named_and_changes_nothing()
    {
        var policies = PolicyTable.All(2, 2);
        var bandit = new Ilovetoconbandits(new FiniteClassOracle(policies));
        var same = new Ilovetoconbandits(new FiniteClassOracle(policies));
        for (int t = 0; t < 40; t++)
        {
            if (t == 20)
            {
                Assert.Contains("Context 2", Assert.Throws<ForageException>(() => bandit.Observe(2, 0, .5, 1)).Message);
                Assert.Contains("Context -1", Assert.Throws<ForageException>(() => bandit.Distribution(-1, new double[2])).Message);
                Assert.Contains("Action 2", Assert.Throws<ForageException>(() => bandit.Observe(1, 2, .5, 1)).Message);
                Assert.Contains("probability 0", Assert.Throws<ForageException>(() => bandit.Observe(1, 1, 0, 1)).Message);
                Assert.Contains("NaN", Assert.Throws<ForageException>(() => bandit.Observe(1, 1, .5, double.NaN)).Message);
                Assert.Contains("1.5", Assert.Throws<ForageException>(() => bandit.Observe(1, 1, .5, 1.5)).Message);
            }
            bandit.Observe(t % 2, t % 3 % 2, .5, t % 5 == 0 ? 1 : 0);
            same.Observe(t % 2, t % 3 % 2, .5, t % 5 == 0 ? 1 : 0);
        }
        double[] a = new double[2], b = new double[2];
        bandit.Distribution(1, a);
        same.Distribution(1, b);
        Assert.Equal(b, a);
        Assert.Equal(40, bandit.Rounds);
    }

    [Fact]
    public void An_oracle_that_fails_loses_nothing()
    {
        var policies = PolicyTable.All(3, 2);
        var failing = new FailingOracle(new FiniteClassOracle(policies));
        var options = new TamingOptions { Psi = 1, MuScale = 0.1, Schedule = EpochSchedule.Doubling };
        var bandit = new Ilovetoconbandits(failing, options);
        var rng = new Rng(6);
        double[] before = new double[3], after = new double[3];
        for (int t = 1; t <= 65; t++)
        {
            int x = rng.NextInt(2), a = rng.NextInt(3);
            bandit.Distribution(0, before);
            failing.Left = t == 64 ? 2 : int.MaxValue; // fails in the middle of the descent
            if (t != 64) bandit.Observe(x, a, 1 / 3.0, a == x ? 1 : 0);
            else
            {
                Assert.Throws<TimeoutException>(() => bandit.Observe(x, a, 1 / 3.0, a == x ? 1 : 0));
                bandit.Distribution(0, after);
                Assert.Equal(before, after);
                Assert.Equal((64, 6), (bandit.Rounds, bandit.Epochs));
            }
        }
        Assert.Equal((7, 65L), (bandit.Epochs, bandit.LastEpoch.Rounds)); // made up for with the next observation
    }

    [Fact]
    public void Constants_out_of_range_are_refused()
    {
        var oracle = new FiniteClassOracle(PolicyTable.All(2, 1));
        foreach (var options in new TamingOptions[] { new() { Delta = 0 }, new() { Psi = double.NaN }, new() { MuScale = 1.5 }, new() { LogPolicies = -1 }, new() { Schedule = new("tripling", m => m == 1 ? 1 : 3 * m, false) } })
        {
            Assert.Throws<ForageException>(() =>
            {
                var bandit = new Ilovetoconbandits(oracle, options);
                for (int t = 0; t < 10; t++) bandit.Observe(0, 0, 1, 1);
            });
        }
        Assert.Throws<ForageException>(() => new Ilovetoconbandits(new FiniteClassOracle(PolicyTable.All(1, 1))));
        foreach (var schedule in new[] { EpochSchedule.EveryRound, EpochSchedule.Doubling, EpochSchedule.Squares })
        {
            long end = 0;
            for (int m = 1; m <= 60; m++) end = schedule.EndAfter(m, end);
        }
        Assert.Equal([3, 5, 9, 16, 25], Enumerable.Range(1, 5).Select(EpochSchedule.Squares.End));
        Assert.Equal([1, 2, 4, 8, 16], Enumerable.Range(1, 5).Select(EpochSchedule.Doubling.End));
    }

    /// <summary>An oracle that knows the first of its contexts only.</summary>
    private sealed class GrowingOracle(FiniteClassOracle inner) : IArgMaxOracle
    {
        private readonly double[] _padded = new double[inner.Contexts * inner.Actions];

        public int Actions => inner.Actions;

        public int Contexts { get; set; }

        public bool IsExact => true;

        public double LogPolicies => inner.LogPolicies;

        public IContextPolicy Best(ReadOnlySpan<double> rewards)
        {
            Assert.Equal(Contexts * Actions, rewards.Length);
            rewards.CopyTo(_padded);
            return inner.Best(_padded);
        }
    }

    private sealed class FailingOracle(FiniteClassOracle inner) : IArgMaxOracle
    {
        public int Left { get; set; } = int.MaxValue;

        public int Actions => inner.Actions;

        public int Contexts => inner.Contexts;

        public bool IsExact => true;

        public double LogPolicies => inner.LogPolicies;

        public IContextPolicy Best(ReadOnlySpan<double> rewards) => Left-- > 0 ? inner.Best(rewards) : throw new TimeoutException();
    }

    private sealed class Counter(IFiniteBandit inner, int contexts) : IFiniteBandit
    {
        public double[,] Played { get; } = new double[contexts, inner.Actions];

        public double[,] Expected { get; } = new double[contexts, inner.Actions];

        public double[,] Variance { get; } = new double[contexts, inner.Actions];

        public int Actions => inner.Actions;

        public void Distribution(int context, Span<double> pmf)
        {
            inner.Distribution(context, pmf);
            for (int a = 0; a < pmf.Length; a++)
            {
                Expected[context, a] += pmf[a];
                Variance[context, a] += pmf[a] * (1 - pmf[a]);
            }
        }

        public void Observe(int context, int action, double probability, double reward)
        {
            Played[context, action]++;
            inner.Observe(context, action, probability, reward);
        }
    }
}
