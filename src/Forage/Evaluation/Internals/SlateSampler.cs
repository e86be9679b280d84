using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Evaluation.Internals;

/// <summary>
/// Many Plackett-Luce slates from one large distribution: an action is found in the cumulated probabilities by bisection and drawn again if it is placed already, which
/// leaves the masked, renormalised distribution. Where nearly all mass is placed, the rest of a slate is drawn the direct way.
/// </summary>
internal sealed class SlateSampler
{
    private const int MostTries = 64;

    private double[] _cumulated = [];

    /// <summary>Takes in a distribution.</summary>
    public void Prepare(scoped in ActionDistribution p)
    {
        if (_cumulated.Length < p.Count) _cumulated = new double[p.Count];
        double sum = 0;
        for (int i = 0; i < p.Count; i++) _cumulated[i] = sum += p.Probabilities[i];
    }

    /// <summary>Draws a slate from the distribution taken in last; returns how many positions are filled.</summary>
    public int Draw(scoped in ActionDistribution p, ref Rng rng, Span<int> slate)
    {
        var cumulated = _cumulated.AsSpan(0, p.Count);
        if (cumulated.IsEmpty || !(cumulated[^1] > 0)) return 0;
        var entries = slate; // first holds entry numbers, then actions
        int placed = 0;
        for (; placed < slate.Length; placed++)
        {
            int entry = Free(cumulated, entries[..placed], p, ref rng);
            if (entry < 0) break;
            entries[placed] = entry;
        }
        for (int j = 0; j < placed; j++) slate[j] = p.ActionAt(entries[j]);
        return placed;
    }

    private static int Free(ReadOnlySpan<double> cumulated, ReadOnlySpan<int> placed, scoped in ActionDistribution p, ref Rng rng)
    {
        for (int tries = 0; tries < MostTries; tries++)
        {
            int entry = Find(cumulated, rng.NextDouble() * cumulated[^1]);
            if (!placed.Contains(entry)) return entry;
        }
        double mass = 0;
        for (int i = 0; i < p.Count; i++)
            if (!placed.Contains(i)) mass += p.Probabilities[i];
        if (!(mass > 0)) return -1;
        double u = rng.NextDouble() * mass;
        int last = -1;
        for (int i = 0; i < p.Count; i++)
        {
            double q = p.Probabilities[i];
            if (q <= 0 || placed.Contains(i)) continue;
            last = i;
            if ((u -= q) < 0) break;
        }
        return last;
    }

    // First entry whose cumulated probability exceeds u; entries of probability 0 are never first.
    private static int Find(ReadOnlySpan<double> cumulated, double u)
    {
        int low = 0, high = cumulated.Length - 1;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (cumulated[middle] > u) high = middle;
            else low = middle + 1;
        }
        return low;
    }
}
