namespace Forage.OffPolicy.Internals;

/// <summary>What every fold demands of what it is given.</summary>
internal static class Check
{
    public static void Observation(scoped in Observation observation)
    {
        if (observation.Weights.IsEmpty) OffPolicyThrow.NoAction(-1);
        foreach (double w in observation.Weights)
            if (!(w >= 0 && w <= double.MaxValue)) OffPolicyThrow.BadWeight(w);
        foreach (double r in observation.Rewards)
            if (!double.IsFinite(r)) OffPolicyThrow.BadReward(r);
    }
}
