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

    /// <summary>The <paramref name="limit"/> most probable actions of <paramref name="p"/>, best first, with the logarithms of their probabilities; fewer if its support is smaller.</summary>
    public static Span<int> MostProbable(scoped in ActionDistribution p, int limit, PolicyScratch scratch, out Span<float> logarithms)
    {
        var order = scratch.Floats(p.Count);
        var entries = scratch.Ints(p.Count);
        for (int e = 0; e < p.Count; e++) (order[e], entries[e]) = (p.Probabilities[e] > 0 ? (float)Math.Log(p.Probabilities[e]) : float.NegativeInfinity, e);
        var actions = scratch.Ints(Math.Min(limit, p.Count));
        actions = actions[..Top(order, entries, actions)];
        logarithms = scratch.Floats(actions.Length);
        for (int k = 0; k < actions.Length; k++) (actions[k], logarithms[k]) = (p.ActionAt(actions[k]), order[actions[k]]);
        return actions;
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
}
