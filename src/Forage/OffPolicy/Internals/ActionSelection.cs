namespace Forage.OffPolicy.Internals;

/// <summary>Picks actions by score.</summary>
internal static class ActionSelection
{
    /// <summary>The eligible actions of finite <paramref name="order"/>, or the <paramref name="limit"/> highest of them if that is positive.</summary>
    public static ReadOnlySpan<int> Candidates(scoped in DecisionContext context, scoped ReadOnlySpan<float> order, int limit, PolicyScratch scratch)
    {
        int n = context.ActionCount;
        var chosen = scratch.Ints(n);
        int count = 0;
        for (int a = 0; a < n; a++)
            if (!float.IsNegativeInfinity(order[a]) && (context.Excluded.IsEmpty || context.IsEligible(a))) chosen[count++] = a;
        if (limit <= 0 || count <= limit) return chosen[..count];
        var top = scratch.Ints(limit);
        return top[..Top(order, chosen[..count], top)];
    }

    /// <summary>The <paramref name="limit"/> most probable actions of <paramref name="p"/>, best first, ties to the lower action; fewer if its support is smaller.</summary>
    public static Span<int> MostProbable(scoped in ActionDistribution p, int limit, PolicyScratch scratch, out Span<double> probabilities)
    {
        var top = scratch.Ints(Math.Clamp(limit, 0, p.Count));
        probabilities = scratch.Doubles(top.Length);
        int filled = 0;
        for (int e = 0; e < p.Count && top.Length > 0; e++)
        {
            double mass = p.Probabilities[e];
            int action = p.ActionAt(e);
            if (!(mass > 0) || (filled == top.Length && !Before(mass, action, probabilities[^1], top[^1]))) continue;
            int at = filled < top.Length ? filled++ : filled - 1;
            for (; at > 0 && Before(mass, action, probabilities[at - 1], top[at - 1]); at--) (top[at], probabilities[at]) = (top[at - 1], probabilities[at - 1]);
            (top[at], probabilities[at]) = (action, mass);
        }
        probabilities = probabilities[..filled];
        return top[..filled];
    }

    /// <summary>The same, with the logarithms of their probabilities.</summary>
    public static Span<int> MostProbable(scoped in ActionDistribution p, int limit, PolicyScratch scratch, out Span<float> logarithms)
    {
        var actions = MostProbable(p, limit, scratch, out Span<double> probabilities);
        logarithms = scratch.Floats(actions.Length);
        for (int k = 0; k < actions.Length; k++) logarithms[k] = (float)Math.Log(probabilities[k]);
        return actions;
    }

    /// <summary>The distribution of a ranking: its first action, for sure.</summary>
    public static ActionDistribution First(IRankingPolicy ranking, scoped in DecisionContext context, PolicyScratch scratch)
    {
        var best = ranking.Rank(context, 1, scratch);
        var p = scratch.Doubles(best.Length);
        p.Fill(1);
        return new ActionDistribution(best, p);
    }

    /// <summary>Writes the actions with the highest scores, best first, ties to the lower action; returns how many.</summary>
    public static int Top(scoped ReadOnlySpan<float> scores, scoped ReadOnlySpan<int> actions, scoped Span<int> top)
    {
        int filled = 0;
        foreach (int a in actions)
        {
            float score = scores[a];
            if (float.IsNegativeInfinity(score) || (filled == top.Length && !(score > scores[top[^1]]))) continue;
            int at = filled < top.Length ? filled++ : filled - 1;
            for (; at > 0 && score > scores[top[at - 1]]; at--) top[at] = top[at - 1];
            top[at] = a;
        }
        return filled;
    }

    private static bool Before(double p, int action, double q, int other) => p > q || (p == q && action < other);
}
