namespace Forage.Bandits.Taming;

/// <summary>
/// When the distribution over policies is computed anew: after rounds τ_1 &lt; τ_2 &lt; ..., with τ_{m+1} ≤ 2 τ_m. Oracle calls over T rounds (§§3.3-3.4; Õ hides
/// logarithms, N policies): Õ(√(K T³/ln N)) for every round, Õ(√(K T/ln N)) for the other two.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="End">τ_m for m ≥ 1.</param>
/// <param name="WarmStart">Begin with the weights of the epoch before instead of none (§3.4).</param>
public sealed record EpochSchedule(string Name, Func<int, long> End, bool WarmStart)
{
    /// <summary>τ_m = m: after every round, from scratch.</summary>
    public static EpochSchedule EveryRound { get; } = new("every round", m => m, false);

    /// <summary>τ_m = 2^(m-1), from scratch (Lemma 2): all the work in log₂ T rounds.</summary>
    public static EpochSchedule Doubling { get; } = new("doubling", m => m <= 62 ? 1L << (m - 1) : long.MaxValue, false);

    /// <summary>τ = 3, 5, 9, 16, 25, ..., m², with warm start (Lemma 3): little work in each of √T rounds.</summary>
    public static EpochSchedule Squares { get; } = new("squares", m => m switch { 1 => 3, 2 => 5, _ => (long)m * m }, true);

    /// <summary>End of epoch m, checked against the epoch before.</summary>
    internal long EndAfter(int m, long previous)
    {
        long end = End(m);
        if (end > previous && (previous == 0 || end / 2 < previous || end == 2 * previous)) return end;
        throw new ForageException($"Epoch {m} of schedule '{Name}' ends at round {end} after {previous}; expected a later round, at most twice as late.");
    }
}
