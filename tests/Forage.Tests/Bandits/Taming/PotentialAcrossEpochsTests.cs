using Forage.Bandits;
using Forage.Bandits.Taming;
using Forage.Features;
using Forage.Simulation.Finite;

namespace Forage.Tests.Bandits.Taming;

/// <summary>Lemma 8 and what Lemma 3 makes of it: with warm start the potential rises from epoch to epoch by no more than Õ(√(T ln(N/δ)/K)) in all.</summary>
public class PotentialAcrossEpochsTests
{
    private const int K = 3;
    private const int N = 60;

    /// <param name="Rise">Σ_m Φ_(m+1)(Q_m) - Φ_m(Q_m).</param>
    /// <param name="Allowed">√(T ln(16 T² N/δ)/K) ln T, up to a constant.</param>
    private sealed record Run(double Rise, double Allowed);

    private static Run Play(ulong seed, long rounds, TamingOptions options)
    {
        var rng = new Rng(seed);
        var world = FiniteWorld.Random(5, K, ref rng);
        var policies = PolicyTable.Random(K, 5, N, ref rng);
        var bandit = new Ilovetoconbandits(new FiniteClassOracle(policies), options with { TracePotential = true });
        double rise = 0, last = 0, drops = 0;
        bandit.EpochEnded = e =>
        {
            if (e.Number > 1) rise += e.PotentialBefore - last;
            else drops -= e.PotentialBefore; // Φ_1(0), which no rise accounts for
            double drop = e.Rounds * e.Mu * e.Mu / (4 * (1 - K * e.Mu));
            Assert.True(e.PotentialBefore - e.PotentialAfter >= e.Steps * drop * (1 - 1e-9) - 1e-9, $"epoch {e.Number}: {e.Steps} steps of {drop} from {e.PotentialBefore} to {e.PotentialAfter}");
            drops += e.Steps * drop;
            last = e.PotentialAfter;
        };
        new FinitePlay(world, bandit, world.BestActions(policies), new Rng(seed + 100)).Until(rounds);
        Assert.True(drops <= rise + 1e-6, $"steps took {drops} from the potential, which rose by {rise} only");
        double log = Math.Log(16.0 * rounds * rounds * N / options.Delta);
        return new Run(rise, Math.Sqrt(rounds * log / K) * Math.Log(rounds));
    }

    [Theory]
    [InlineData(100, 1)] // the paper's constants
    [InlineData(1, 0.1)]
    public void The_rise_is_of_the_order_of_the_root_of_the_rounds(double psi, double muScale)
    {
        var options = new TamingOptions { Psi = psi, MuScale = muScale };
        for (ulong seed = 0; seed < 4; seed++)
        {
            var (small, large) = (Play(seed, 4_000, options), Play(seed, 64_000, options));
            Assert.True(small.Rise > 0 && small.Rise <= 0.05 * small.Allowed && large.Rise <= 0.05 * large.Allowed, $"rose by {small.Rise} and {large.Rise}; allowed {small.Allowed} and {large.Allowed} times 0.05");
            Assert.True(large.Rise / large.Allowed <= 1.2 * small.Rise / small.Allowed, $"the rise grew from {small.Rise} to {large.Rise}, the bound from {small.Allowed} to {large.Allowed}");
        }
    }
}
