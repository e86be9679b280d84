using Forage.Features;
using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy;

/// <summary>
/// Slates drawn without replacement from a base distribution p (Plackett 1975, Luce 1959): position j takes action y with probability
/// p_y / Σ_{z not yet placed} p_z. How a stochastic <see cref="IPolicy"/> fills a slate.
/// </summary>
public static class PlackettLuce
{
    // Above this share of the mass "1 minus what is placed" loses too many digits and the rest is summed directly.
    private const double DirectSumBelow = 1.0 / 16;

    /// <summary>Draws a slate.</summary>
    /// <param name="p">Base distribution; need not be normalised.</param>
    /// <param name="rng">Source of randomness; one draw a position.</param>
    /// <param name="slate">Receives the actions.</param>
    /// <param name="logPropensities">Receives ln of the conditional probability each was drawn with.</param>
    /// <returns>Number of positions filled: fewer than asked for if the support is smaller.</returns>
    public static int Draw(scoped in ActionDistribution p, ref Rng rng, Span<int> slate, Span<double> logPropensities)
    {
        var entries = slate; // first holds entry numbers, then actions
        int placed = 0;
        for (; placed < slate.Length; placed++)
        {
            double mass = MassWithout(p, entries[..placed]);
            if (!(mass > 0)) break;
            double u = rng.NextDouble() * mass;
            int chosen = -1;
            for (int i = 0; i < p.Count; i++)
            {
                double q = p.Probabilities[i];
                if (q <= 0 || entries[..placed].Contains(i)) continue;
                chosen = i;
                if ((u -= q) < 0) break;
            }
            entries[placed] = chosen;
            logPropensities[placed] = Math.Min(0, Math.Log(p.Probabilities[chosen]) - Math.Log(mass));
        }
        for (int j = 0; j < placed; j++) slate[j] = p.ActionAt(entries[j]);
        return placed;
    }

    /// <summary>ln π(y_j | y_1..y_{j-1}) for each position of a given slate; -∞ where the policy would not place it.</summary>
    /// <exception cref="ForageException">An action occurs twice in the slate.</exception>
    public static void LogConditionals(scoped in ActionDistribution p, scoped ReadOnlySpan<LoggedAction> slate, Span<double> logConditionals)
    {
        double total = 1, placedMass = 0;
        for (int j = 0; j < slate.Length; j++)
        {
            int action = slate[j].Action;
            for (int i = 0; i < j; i++)
                if (slate[i].Action == action) OffPolicyThrow.RepeatedAction(action, i, j);
            double q = p.ProbabilityOf(action);
            double mass = total - placedMass;
            if (j > 0 && mass < DirectSumBelow) mass = MassWithout(p, slate[..j]);
            logConditionals[j] = q > 0 && mass > 0 ? Math.Min(0, Math.Log(q) - Math.Log(mass)) : double.NegativeInfinity;
            placedMass += q;
        }
    }

    private static double MassWithout(scoped in ActionDistribution p, scoped ReadOnlySpan<int> entries)
    {
        double mass = 0;
        for (int i = 0; i < p.Count; i++)
            if (!entries.Contains(i)) mass += p.Probabilities[i];
        return mass;
    }

    private static double MassWithout(scoped in ActionDistribution p, scoped ReadOnlySpan<LoggedAction> placed)
    {
        double mass = 0;
        for (int i = 0; i < p.Count; i++)
        {
            if (!Holds(placed, p.ActionAt(i))) mass += p.Probabilities[i];
        }
        return mass;
    }

    private static bool Holds(scoped ReadOnlySpan<LoggedAction> placed, int action)
    {
        foreach (var a in placed)
            if (a.Action == action) return true;
        return false;
    }
}
