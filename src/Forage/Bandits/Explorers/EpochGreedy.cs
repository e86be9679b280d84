using Forage.Bandits.Internals;

namespace Forage.Bandits.Explorers;

/// <summary>
/// The schedule of epoch-greedy: epoch n is one uniform round and then ⌈sqrt(n)⌉ rounds of the best action, so that about T^(2/3) of T rounds explore
/// (Langford, Zhang 2007, with s(n) ~ sqrt(n)). Rounds that do not explore are drawn with probability 1 and teach nothing.
/// </summary>
public sealed record EpochGreedy : IExplorer
{
    /// <summary>True if the round explores.</summary>
    public static bool Explores(long round)
    {
        // Epochs 1..n take n + Σ ⌈sqrt(i)⌉ rounds. The inverse is started from the integral n + 2/3 n^(3/2) and corrected.
        long at = round - 1;
        long n = (long)Math.Pow(1.5 * at, 2.0 / 3);
        while (n > 0 && Length(n) > at) n--;
        while (Length(n + 1) <= at) n++;
        return Length(n) == at;
    }

    /// <inheritdoc/>
    public void Explore(ReadOnlySpan<float> scores, long round, Span<double> pmf)
    {
        if (Explores(round)) Best.Uniform(scores, pmf);
        else Best.Share(scores, pmf);
    }

    /// <summary>Rounds of the first <paramref name="n"/> epochs: n + Σ_{i=1..n} ⌈sqrt(i)⌉; ⌈sqrt(i)⌉ is c for 2c - 1 numbers.</summary>
    private static long Length(long n)
    {
        if (n == 0) return 0;
        long root = (long)Math.Sqrt(n);
        while (root * root > n) root--;
        while ((root + 1) * (root + 1) <= n) root++;
        long sum = root * (root + 1) * (4 * root - 1) / 6; // Σ_{c=1..root} c (2c - 1)
        return n + sum + (n - root * root) * (root + 1);
    }
}
