using Forage.Bandits.Internals;

namespace Forage.Bandits.Explorers;

/// <summary>
/// Inverse gap weighting, the rule of SquareCB: with b the best of K actions, p(a) = 1/(K + γ_t (s_b - s_a)) for the others and the rest for b; γ_t = γ t^exponent.
/// With an online regressor of regret R and γ = sqrt(K T/R) the regret is at most of order sqrt(K T R) (Abe, Long 1999; Foster, Rakhlin 2020, Theorem 1).
/// </summary>
/// <param name="Gamma">γ &gt; 0, for scores in [0, 1].</param>
/// <param name="Exponent">Exponent of the schedule.</param>
public sealed record InverseGapWeighting(double Gamma, double Exponent = 0.5) : IExplorer
{
    /// <summary>γ_t.</summary>
    public double At(long round) => Exponent == 0 ? Gamma : Exponent == 0.5 ? Gamma * Math.Sqrt(round) : Gamma * Math.Pow(round, Exponent);

    /// <inheritdoc/>
    public void Explore(ReadOnlySpan<float> scores, long round, Span<double> pmf)
    {
        int best = Best.Action(scores), count = Best.Eligible(scores);
        double gamma = At(round), rest = 1, top = scores[best];
        for (int a = 0; a < scores.Length; a++)
        {
            if (a == best) continue;
            pmf[a] = 1 / (count + gamma * (top - scores[a])); // 0 where the score is -∞
            rest -= pmf[a];
        }
        pmf[best] = Math.Max(rest, 0);
    }
}
