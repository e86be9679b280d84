namespace Forage.OffPolicy;

/// <summary>
/// A policy π(a|x) over 2 to 10^6 actions. It reads only: deciding changes nothing, and one policy may be asked from several threads, each with
/// its own scratch.
/// </summary>
/// <remarks>
/// For slates of length l a policy draws without replacement from its distribution (Plackett-Luce): position j has the distribution masked by the
/// actions already placed and renormalised, π(y_j | x, y_1..y_{j-1}) = π(y_j|x) / (1 - Σ_{i&lt;j} π(y_i|x)). A policy whose slate is certain is an
/// <see cref="IRankingPolicy"/>.
/// </remarks>
public interface IPolicy
{
    /// <summary>Distribution over the first (or only) position: 0 on excluded actions, sum 1; sparse where the support is small.</summary>
    /// <param name="context">The decision.</param>
    /// <param name="scratch">Where the result lives until <see cref="PolicyScratch.Clear"/>; nothing is allocated in steady state.</param>
    ActionDistribution Distribution(scoped in DecisionContext context, PolicyScratch scratch);
}

/// <summary>A deterministic policy: its slate of length l is the first l actions of its ranking, always.</summary>
public interface IRankingPolicy : IPolicy
{
    /// <summary>The best <paramref name="length"/> eligible actions, best first; fewer if there are fewer.</summary>
    ReadOnlySpan<int> Rank(scoped in DecisionContext context, int length, PolicyScratch scratch);
}
