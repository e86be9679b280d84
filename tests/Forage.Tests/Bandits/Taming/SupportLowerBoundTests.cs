using Forage.Bandits.Taming;
using Forage.Features;
using Forage.Simulation.Finite;

namespace Forage.Tests.Bandits.Taming;

/// <summary>Theorem 4 on our instance of it, at the paper's constants.</summary>
public class SupportLowerBoundTests
{
    [Theory]
    [InlineData(2, 1 << 17)]
    [InlineData(3, 1 << 18)]
    [InlineData(4, 1 << 18)]
    public void No_solution_is_sparser_than_the_root_of_the_rounds(int actions, int rounds)
    {
        var options = new TamingOptions { Schedule = EpochSchedule.Doubling };
        var instance = new SupportLowerBound(actions, rounds, options);
        Assert.True(instance.World.Contexts >= 4);
        var oracle = new FiniteClassOracle(instance.Policies);
        var bandit = new Ilovetoconbandits(oracle, options);
        var log = new ObservedLog(instance.Policies);
        int checkedEpochs = 0;
        bandit.EpochEnded = e =>
        {
            if (e.Rounds < rounds / 2) return;
            checkedEpochs++;
            Assert.True(e.Certified);
            Assert.True(e.Support >= instance.Support, $"{e.Support} policies, fewer than {instance.Support}");
            double log = Math.Log(16.0 * rounds * rounds * instance.Policies.Count / options.Delta);
            Assert.True(e.Support >= 0.07 * Math.Sqrt(actions * (double)rounds / log), $"{e.Support} is not of the order of √(Kτ/ln)");
        };
        var rng = new Rng((ulong)actions);
        var pmf = new double[actions];
        for (int t = 0; t < rounds; t++)
        {
            int x = instance.World.DrawContext(ref rng);
            bandit.Distribution(x, pmf);
            int action = rng.NextInt(actions);
            log.Add(x, action, pmf[action], 0);
            bandit.Observe(x, action, pmf[action], 0);
        }
        Assert.Equal(2, checkedEpochs);

        // Any policy but π_0 taken away breaks Eq. 3, however the rest is weighted: also when its weight goes to all others.
        double mu = bandit.LastEpoch.Mu;
        var q = new double[instance.Policies.Count];
        foreach (var (policy, weight) in bandit.Weights) q[oracle.NumberOf(policy)] = weight;
        log.AssertSolved(rounds, q, mu, options.Psi);
        for (int p = 1; p < q.Length; p++)
        {
            var without = (double[])q.Clone();
            without[p] = 0;
            double scale = 1 / without.Sum();
            for (int i = 0; i < without.Length; i++) without[i] *= scale;
            Assert.True(log.Moments(rounds, without, mu).V[p] > 2 * actions);
        }
    }

    [Fact]
    public void Too_few_rounds_are_refused() => Assert.Throws<ForageException>(() => new SupportLowerBound(5, 1000, new TamingOptions()));
}
