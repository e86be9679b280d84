using Forage.Bandits;
using Forage.Bandits.Elimination;
using Forage.Features;

namespace Forage.Tests.Bandits.Elimination;

/// <summary>Random small programs and what a distribution over policies reaches in them, computed the slow way.</summary>
internal static class ProgramCase
{
    public static PolicyTable RandomPolicies(ref Rng rng, out double[] contexts)
    {
        int actions = 1 + rng.NextInt(6), m = 1 + rng.NextInt(6), n = 1 + rng.NextInt(40);
        contexts = new double[m];
        for (int x = 0; x < m; x++) contexts[x] = rng.NextInt(5) == 0 ? 0 : rng.NextExponential();
        contexts[rng.NextInt(m)] += 0.1;
        return PolicyTable.Random(actions, m, n, ref rng);
    }

    /// <summary>κ between 1e-4 and <paramref name="most"/>, evenly in its logarithm.</summary>
    public static double RandomSmoothing(ref Rng rng, double most) => most * Math.Pow(1e-4 / most, rng.NextDouble());

    /// <summary>A point of the simplex, now and then on its border.</summary>
    public static double[] RandomWeights(ref Rng rng, int count)
    {
        var p = new double[count];
        for (int i = 0; i < count; i++) p[i] = rng.NextInt(3) == 0 ? 0 : rng.NextExponential();
        p[rng.NextInt(count)] += 0.1;
        double sum = p.Sum();
        return [.. p.Select(w => w / sum)];
    }

    /// <summary>P'(a|x) from the definition.</summary>
    public static double Smoothed(PolicyTable policies, ReadOnlySpan<int> active, ReadOnlySpan<double> p, ExplorationFloor floor, double kappa, int context, int action)
    {
        double mass = 0;
        var represented = new HashSet<int>();
        for (int i = 0; i < active.Length; i++)
        {
            if (policies[active[i], context] == action) mass += p[i];
            represented.Add(policies[active[i], context]);
        }
        if (floor == ExplorationFloor.AllActions) return (1 - kappa) * mass + kappa / policies.Actions;
        return represented.Contains(action) ? (1 - kappa) * mass + kappa / represented.Count : 0;
    }

    /// <summary>V_f of every active policy from the definition.</summary>
    public static double[] Values(PolicyTable policies, ReadOnlySpan<int> active, ReadOnlySpan<double> p, ExplorationFloor floor, double kappa, ReadOnlySpan<double> contexts)
    {
        var v = new double[active.Length];
        double total = 0;
        foreach (double w in contexts) total += w;
        for (int x = 0; x < contexts.Length; x++)
        {
            if (!(contexts[x] > 0)) continue;
            var inverse = new double[policies.Actions];
            for (int a = 0; a < inverse.Length; a++) inverse[a] = 1 / Smoothed(policies, active, p, floor, kappa, x, a);
            for (int i = 0; i < v.Length; i++) v[i] += contexts[x] / total * inverse[policies[active[i], x]];
        }
        return v;
    }

    /// <summary>E_x|A(F, x)| from the definition.</summary>
    public static double MeanActions(PolicyTable policies, ReadOnlySpan<int> active, ReadOnlySpan<double> contexts)
    {
        double sum = 0, total = 0;
        for (int x = 0; x < contexts.Length; x++)
        {
            var represented = new HashSet<int>();
            foreach (int f in active) represented.Add(policies[f, x]);
            sum += contexts[x] * represented.Count;
            total += contexts[x];
        }
        return sum / total;
    }

    /// <summary>L(P) = -E_x Σ_{a in A(F, x)} ln P'(a|x).</summary>
    public static double Loss(PolicyTable policies, ReadOnlySpan<int> active, ReadOnlySpan<double> p, ExplorationFloor floor, double kappa, ReadOnlySpan<double> contexts)
    {
        double loss = 0, total = 0;
        for (int x = 0; x < contexts.Length; x++)
        {
            total += contexts[x];
            var represented = new HashSet<int>();
            foreach (int f in active) represented.Add(policies[f, x]);
            foreach (int a in represented) loss -= contexts[x] * Math.Log(Smoothed(policies, active, p, floor, kappa, x, a));
        }
        return loss / total;
    }
}
