using System.Numerics.Tensors;

namespace Forage.Search.Internals;

/// <summary>What a cost-sensitive example asks the scores to do: the derivative of <see cref="CostLoss"/> in every score.</summary>
internal static class CostGradient
{
    /// <summary>Costs closer than this to the least count as the least.</summary>
    private const float Tie = 1e-6f;

    /// <summary>Fills <paramref name="gradient"/> (zero where nothing moves); false if nothing is to be learnt.</summary>
    /// <param name="options">Which loss.</param>
    /// <param name="scores">Scores of all actions.</param>
    /// <param name="costs">Their costs, at least 0, the least 0; +infinity for those not allowed.</param>
    /// <param name="gradient">As long as the scores.</param>
    public static bool Of(SearchOptions options, ReadOnlySpan<float> scores, ReadOnlySpan<float> costs, Span<float> gradient) => options.Loss switch
    {
        CostLoss.Softmax => Softmax(options, scores, costs, gradient),
        CostLoss.Hinge => Hinge(options, scores, costs, gradient),
        _ => Squared(scores, costs, gradient),
    };

    /// <summary>1 for the action that should win and others equal: the case of a right action without costs.</summary>
    public static bool Of(SearchOptions options, ReadOnlySpan<float> scores, int right, ActionSet? allowed, Span<float> costs, Span<float> gradient)
    {
        for (int a = 0; a < costs.Length; a++) costs[a] = a == right ? 0 : allowed is null || allowed.Contains(a) ? 1 : float.PositiveInfinity;
        return Of(options, scores, costs, gradient);
    }

    private static bool Softmax(SearchOptions options, ReadOnlySpan<float> scores, ReadOnlySpan<float> costs, Span<float> gradient)
    {
        float top = float.NegativeInfinity, range = 0;
        for (int a = 0; a < scores.Length; a++)
        {
            bool allowed = costs[a] < float.PositiveInfinity;
            float s = allowed ? scores[a] + options.Margin * costs[a] : float.NegativeInfinity;
            gradient[a] = s;
            if (!allowed) continue;
            top = Math.Max(top, s);
            range = Math.Max(range, costs[a]);
        }
        TensorPrimitives.Subtract(gradient, top, gradient);
        TensorPrimitives.Exp(gradient, gradient);
        float all = 0, best = 0;
        for (int a = 0; a < scores.Length; a++)
        {
            all += gradient[a];
            if (costs[a] <= Tie) best += gradient[a];
        }
        if (all - best <= options.Ignore * all) return false;
        float share = range / all, inBest = best > 0 ? range / best : 0;
        for (int a = 0; a < scores.Length; a++) gradient[a] = gradient[a] * share - (costs[a] <= Tie ? gradient[a] * inBest : 0);
        if (best <= 0) Spread(costs, range, gradient);
        return true;
    }

    // The cheapest actions are so far below that their exponentials vanish: they share the push.
    private static void Spread(ReadOnlySpan<float> costs, float range, Span<float> gradient)
    {
        int ties = 0;
        foreach (float c in costs) ties += c <= Tie ? 1 : 0;
        for (int a = 0; a < costs.Length; a++)
            if (costs[a] <= Tie) gradient[a] -= range / ties;
    }

    private static bool Hinge(SearchOptions options, ReadOnlySpan<float> scores, ReadOnlySpan<float> costs, Span<float> gradient)
    {
        int worst = -1, best = -1;
        float top = float.NegativeInfinity;
        for (int a = 0; a < scores.Length; a++)
        {
            gradient[a] = 0;
            if (float.IsPositiveInfinity(costs[a])) continue;
            float s = scores[a] + options.Margin * costs[a];
            if (s > top || (s == top && costs[a] > Tie && costs[worst] <= Tie)) (worst, top) = (a, s);
            if (costs[a] <= Tie && (best < 0 || scores[a] > scores[best])) best = a;
        }
        if (costs[worst] <= Tie) return false;
        gradient[worst] = costs[worst];
        gradient[best] = -costs[worst];
        return true;
    }

    private static bool Squared(ReadOnlySpan<float> scores, ReadOnlySpan<float> costs, Span<float> gradient)
    {
        for (int a = 0; a < scores.Length; a++) gradient[a] = float.IsPositiveInfinity(costs[a]) ? 0 : scores[a] + costs[a];
        return true;
    }
}
