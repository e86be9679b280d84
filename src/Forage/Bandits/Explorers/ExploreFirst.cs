using Forage.Bandits.Internals;

namespace Forage.Bandits.Explorers;

/// <summary>Uniform in the first rounds, then always the best action. With T^(2/3) rounds its regret is T^(2/3), if T is known.</summary>
/// <param name="Rounds">Number of uniform rounds.</param>
public sealed record ExploreFirst(long Rounds) : IExplorer
{
    /// <inheritdoc/>
    public void Explore(ReadOnlySpan<float> scores, long round, Span<double> pmf)
    {
        if (round <= Rounds) Best.Uniform(scores, pmf);
        else Best.Share(scores, pmf);
    }
}
