using Forage.Bandits;
using Forage.Bandits.Taming;
using Forage.Features;
using Forage.Simulation.Finite;

namespace Forage.Tests.Bandits.Taming;

/// <summary>Regret grows like √T with constants for use, stays below Theorem 2's expression, and grows like T at the paper's constants for as long as can be played here.</summary>
public class RegretGrowthTests
{
    private const int K = 5, Contexts = 10, N = 200;

    // Mean regret over six worlds after 8,192 · 2^i rounds, and the oracle calls of the last world.
    private static (double[] Regret, double[] Calls) Play(TamingOptions options)
    {
        double[] regret = new double[5], calls = new double[5];
        for (ulong seed = 0; seed < 6; seed++)
        {
            var rng = new Rng(31).Fork(seed);
            var world = FiniteWorld.Random(Contexts, K, ref rng);
            var policies = PolicyTable.Random(K, Contexts, N, ref rng);
            var bandit = new Ilovetoconbandits(new FiniteClassOracle(policies), options);
            var play = new FinitePlay(world, bandit, world.BestActions(policies), rng.Fork(1));
            for (int i = 0; i < regret.Length; i++)
            {
                regret[i] += play.Until(8_192L << i).Regret / 6;
                calls[i] = bandit.OracleCalls;
            }
        }
        return (regret, calls);
    }

    private static double Slope(double early, double late, int doublings) => Math.Log2(late / early) / doublings;

    [Fact]
    public void It_is_of_the_order_of_the_root_of_the_rounds()
    {
        var (regret, calls) = Play(new TamingOptions { Psi = 1, MuScale = 0.1 });
        double slope = Slope(regret[1] - regret[0], regret[4] - regret[3], 3);
        Assert.InRange(slope, 0.4, 0.65);
        Assert.True(Slope(calls[0], calls[4], 4) <= 0.6);
        for (int i = 0; i < regret.Length; i++)
        {
            double rounds = 8_192 << i;
            Assert.True(regret[i] <= Math.Sqrt(K * rounds * Math.Log(rounds * N / 0.05)), $"regret {regret[i]} after {rounds} rounds");
        }
    }

    [Fact]
    public void At_the_papers_constants_nothing_is_exploited_yet()
    {
        var (regret, _) = Play(new TamingOptions());
        Assert.True(Slope(regret[1] - regret[0], regret[4] - regret[3], 3) > 0.95);
    }
}
