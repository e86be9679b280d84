namespace Forage.OffPolicy;

/// <summary>
/// Always the action another policy likes best, and for slates its best l; ties go to the lower action. Sharpening alone often gains much: the
/// greedy logging policy is the baseline to beat, not the sampled one.
/// </summary>
/// <param name="inner">The policy made greedy.</param>
public sealed class GreedyPolicy(IPolicy inner) : IRankingPolicy
{
    /// <summary>The policy made greedy.</summary>
    public IPolicy Inner { get; } = inner;

    /// <inheritdoc/>
    public ActionDistribution Distribution(scoped in DecisionContext context, PolicyScratch scratch)
    {
        var best = Rank(context, 1, scratch);
        var p = scratch.Doubles(best.Length);
        p.Fill(1);
        return new ActionDistribution(best, p);
    }

    /// <inheritdoc/>
    public ReadOnlySpan<int> Rank(scoped in DecisionContext context, int length, PolicyScratch scratch)
    {
        if (Inner is IRankingPolicy ranking) return ranking.Rank(context, length, scratch);
        if (length <= 0) return default;
        var distribution = Inner.Distribution(context, scratch);
        var top = scratch.Ints(Math.Min(length, distribution.Count));
        var probabilities = scratch.Doubles(top.Length);
        int filled = 0;
        for (int i = 0; i < distribution.Count; i++)
        {
            double p = distribution.Probabilities[i];
            int action = distribution.ActionAt(i);
            if (!(p > 0) || (filled == top.Length && !Before(p, action, probabilities[^1], top[^1]))) continue;
            int at = filled < top.Length ? filled++ : filled - 1;
            for (; at > 0 && Before(p, action, probabilities[at - 1], top[at - 1]); at--) (top[at], probabilities[at]) = (top[at - 1], probabilities[at - 1]);
            (top[at], probabilities[at]) = (action, p);
        }
        return top[..filled];
    }

    private static bool Before(double p, int action, double q, int other) => p > q || (p == q && action < other);
}
