using Forage.Bandits;
using Forage.Bandits.Elimination;
using Forage.Features;
using Forage.Simulation.Finite;

namespace Forage.Tests.Bandits.Elimination;

public class EliminationAllocationTests
{
    [Fact]
    public void RoundsAllocateNothing()
    {
        var rng = new Rng(1);
        var world = FiniteWorld.Random(4, 3, ref rng);
        var table = RegressorLemmaTests.Class(world, 80, 0.6, ref rng);
        var options = new RegressorEliminationOptions { Horizon = 2000, Radius = EliminationRadius.Supermartingale };
        IFiniteBandit[] Make() => [new RegressorElimination(table, options), new RegressorElimination(table, options with { Soft = true }, world.Probabilities), new PolicyElimination(table.Policies, new() { RadiusMultiplier = 0.05 })];
        foreach (var warm in Make()) Rounds(warm);
        for (int k = 0; k < 3; k++)
        {
            IFiniteBandit? bandit = null;
            Allocation.AssertNone(() => Rounds(bandit!), () => bandit = Make()[k]);
        }

        void Rounds(IFiniteBandit bandit)
        {
            var draws = new Rng(2);
            Span<double> pmf = stackalloc double[3];
            for (int t = 0; t < 2000; t++)
            {
                int x = world.DrawContext(ref draws), a = draws.NextInt(3);
                bandit.Distribution(x, pmf);
                if (!(pmf[a] > 0)) continue;
                bandit.Observe(x, a, pmf[a], world.DrawReward(x, a, ref draws));
            }
        }
    }
}
