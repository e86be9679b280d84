namespace Forage.OffPolicy.Checking.Internals;

/// <summary>Whether logged distributions are distributions, hold what was drawn, and describe what was drawn.</summary>
internal sealed class DistributionTally(double tolerance)
{
    private readonly Calibration _calibration = new();
    private long _count, _wrongLength, _wrongSum, _wrongEntry, _onExcluded;

    /// <summary>Takes in one; true if it is sound and agrees with the propensities.</summary>
    public bool Add(LoggedDecision decision, ReadOnlySpan<double> distribution, ReadOnlySpan<LoggedAction> slate)
    {
        _count++;
        if (distribution.Length != decision.ActionCount)
        {
            _wrongLength++;
            return false;
        }
        double sum = 0;
        bool possible = true, sound = true;
        foreach (double p in distribution)
        {
            possible &= p >= 0 && p <= 1 + tolerance;
            sum += p;
        }
        if (!possible || !(Math.Abs(sum - 1) <= tolerance))
        {
            _wrongSum++;
            return false;
        }
        foreach (int a in decision.Excluded)
        {
            if ((uint)a >= (uint)distribution.Length || !(distribution[a] > 0)) continue;
            _onExcluded++;
            sound = false;
            break;
        }
        if (slate.IsEmpty) return sound;
        if (!Agrees(distribution, slate))
        {
            _wrongEntry++;
            sound = false;
        }
        _calibration.Add(distribution, slate[0].Action);
        return sound;
    }

    public DistributionSummary? Summary(double confidence) =>
        _count == 0 ? null : new DistributionSummary(_count, _wrongLength, _wrongSum, _wrongEntry, _onExcluded, _calibration.Summary(confidence));

    // Plackett-Luce over the whole slate; the tolerance grows as the mass left shrinks, for rounding errors do.
    private bool Agrees(ReadOnlySpan<double> distribution, ReadOnlySpan<LoggedAction> slate)
    {
        for (int j = 0; j < slate.Length; j++)
        {
            double p = slate[j].Propensity;
            if ((uint)slate[j].Action >= (uint)distribution.Length) return false;
            if (!(p > 0)) continue; // missing or impossible: counted with the propensities
            double left = 0;
            for (int a = 0; a < distribution.Length; a++)
            {
                bool placed = false;
                for (int i = 0; i < j; i++) placed |= slate[i].Action == a;
                if (!placed) left += distribution[a];
            }
            double expected = distribution[slate[j].Action] / left;
            if (!(Math.Abs(p - expected) <= tolerance * Math.Max(p, expected) * Math.Max(1, 1 / left) + 1e-9)) return false;
        }
        return true;
    }
}
