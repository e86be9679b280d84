namespace Forage.Evaluation;

/// <summary>
/// Precision of rankings against sets of right labels: P@k = (1/n) Σ_i |first k of ranking i ∩ right labels of i| / k, for k = 1..5. A ranking shorter than k misses in the
/// places it lacks, and an example without right labels counts with 0, as is usual for sets of many labels.
/// </summary>
public sealed class PrecisionAtK
{
    /// <summary>Largest k.</summary>
    public const int Most = 5;

    private readonly long[] _hits = new long[Most];

    /// <summary>Rankings judged.</summary>
    public long Count { get; private set; }

    /// <summary>Judges a ranking.</summary>
    /// <param name="ranking">Labels, best first, each once.</param>
    /// <param name="right">Right labels, ascending.</param>
    public void Add(ReadOnlySpan<int> ranking, ReadOnlySpan<int> right)
    {
        Count++;
        for (int place = 0; place < Math.Min(Most, ranking.Length); place++)
            if (right.BinarySearch(ranking[place]) >= 0) _hits[place]++;
    }

    /// <summary>P@k, 1 ≤ k ≤ <see cref="Most"/>; NaN if nothing was judged.</summary>
    public double At(int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, Most);
        return (double)_hits.AsSpan(0, k).ToArray().Sum() / (k * (double)Count);
    }
}
