using Forage.Bandits.Internals;

namespace Forage.Bandits.Explorers;

/// <summary>p(a) ∝ exp(λ s_a): the softer the smaller λ.</summary>
/// <param name="Lambda">λ &gt; 0.</param>
public sealed record SoftmaxExplorer(double Lambda) : IExplorer
{
    /// <inheritdoc/>
    public void Explore(ReadOnlySpan<float> scores, long round, Span<double> pmf)
    {
        float top = Best.Score(scores);
        double sum = 0;
        for (int a = 0; a < scores.Length; a++) sum += pmf[a] = Math.Exp(Lambda * ((double)scores[a] - top));
        for (int a = 0; a < scores.Length; a++) pmf[a] /= sum;
    }
}
