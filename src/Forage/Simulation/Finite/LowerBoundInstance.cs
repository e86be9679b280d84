using Forage.Bandits;
using Forage.Bandits.Elimination;
using Forage.Features;

namespace Forage.Simulation.Finite;

/// <summary>
/// The hard instance of Theorem 5.1 of paper 07: M equally likely contexts, all N = K^M maps g from contexts to actions, f_g(x, a) = ½ + ε if a = g(x) and ½ otherwise, and
/// 0/1 rewards whose mean is one of them, drawn at random. Its best gap ε makes every algorithm's expected regret at least <see cref="LeastRegret"/>.
/// </summary>
public sealed class LowerBoundInstance
{
    private LowerBoundInstance(FiniteWorld world, RegressorTable regressors, int optimal) => (World, Regressors, Optimal) = (world, regressors, optimal);

    /// <summary>The world.</summary>
    public FiniteWorld World { get; }

    /// <summary>The class F; f_g has g's number in <see cref="PolicyTable.All"/>.</summary>
    public RegressorTable Regressors { get; }

    /// <summary>Number of f* and of its policy.</summary>
    public int Optimal { get; }

    /// <summary>Draws an instance.</summary>
    /// <param name="actions">K ≥ 2.</param>
    /// <param name="contexts">M ≥ 1; the class has K^M regressors.</param>
    /// <param name="gap">ε in (0, ½].</param>
    /// <param name="rng">Draws the truth.</param>
    public static LowerBoundInstance Draw(int actions, int contexts, double gap, ref Rng rng)
    {
        if (!(gap is > 0 and <= 0.5)) throw new ForageException(FormattableString.Invariant($"A gap of {gap} was asked for; expected one in (0, 0.5]."));
        var maps = PolicyTable.All(actions, contexts);
        int cells = actions * contexts, optimal = rng.NextInt(maps.Count);
        var values = new double[maps.Count * cells];
        Array.Fill(values, 0.5);
        for (int g = 0; g < maps.Count; g++)
            for (int x = 0; x < contexts; x++) values[g * cells + x * actions + maps[g, x]] = 0.5 + gap;
        var probabilities = new double[contexts];
        Array.Fill(probabilities, 1.0 / contexts);
        return new LowerBoundInstance(new FiniteWorld(probabilities, values.AsSpan(optimal * cells, cells)), new RegressorTable(actions, contexts, values), optimal);
    }

    /// <summary>
    /// ε T (1 - 1/K) - ε² T^(3/2) √(10/(KM)), which the proof shows for ε ≤ 0.44 and T ≥ M, at its best ε: (1 - 1/K)² √(KMT) / (4√10).
    /// </summary>
    public static double LeastRegret(int actions, int contexts, long rounds)
        => Math.Pow(1 - 1.0 / actions, 2) * Math.Sqrt((double)actions * contexts * rounds) / (4 * Math.Sqrt(10));

    /// <summary>
    /// Lemma 6.1: regressors for the same policies that are wrong by at least 1/√20 in every context and for every action, except f*, which is right. Where the mean of π(x) is
    /// above ¾, f(x, π(x)) = 0.51, else 1; for other actions 0 where their mean is above ¼, else ½.
    /// </summary>
    /// <param name="world">The world; the optimal policy plays its best action in every context.</param>
    /// <param name="policies">The policies to be induced.</param>
    /// <param name="optimal">Number of the one that is optimal.</param>
    /// <exception cref="ForageException">The optimal policy does not play the best action, lowest of equals, everywhere: then no class induces it and holds the truth.</exception>
    public static RegressorTable Telling(FiniteWorld world, PolicyTable policies, int optimal)
    {
        var best = world.BestActions();
        for (int x = 0; x < best.Length; x++)
            if (policies[optimal, x] != best[x]) throw new ForageException($"Policy {optimal} plays action {policies[optimal, x]} in context {x}, where {best[x]} is the best; expected the optimal policy.");
        int cells = world.Contexts * world.Actions;
        var values = new double[policies.Count * cells];
        for (int i = 0; i < policies.Count; i++)
        {
            for (int x = 0; x < world.Contexts; x++)
            {
                for (int a = 0; a < world.Actions; a++)
                {
                    double mean = world.Mean(x, a);
                    values[i * cells + x * world.Actions + a] = i == optimal ? mean : a == policies[i, x] ? mean > 0.75 ? 0.51 : 1 : mean > 0.25 ? 0 : 0.5;
                }
            }
        }
        return new RegressorTable(world.Actions, world.Contexts, values);
    }
}
