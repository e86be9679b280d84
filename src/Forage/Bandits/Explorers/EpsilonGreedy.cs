using Forage.Bandits.Internals;

namespace Forage.Bandits.Explorers;

/// <summary>
/// The best action with probability 1 - ε_t (shared if several are the best), a uniform one with probability ε_t = min(1, ε t^-decay).
/// A fixed ε costs ε for ever; ε_t ~ t^(-1/3) has regret T^(2/3).
/// </summary>
/// <param name="Epsilon">ε.</param>
/// <param name="Decay">Exponent of its decay.</param>
public sealed record EpsilonGreedy(double Epsilon, double Decay = 0) : IExplorer
{
    /// <summary>ε_t.</summary>
    public double At(long round) => Math.Min(1, Decay == 0 ? Epsilon : Epsilon * Math.Pow(round, -Decay));

    /// <inheritdoc/>
    public void Explore(ReadOnlySpan<float> scores, long round, Span<double> pmf)
    {
        Best.Share(scores, pmf);
        Best.MixUniform(scores, At(round), pmf);
    }
}
