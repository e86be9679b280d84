namespace Forage.Bandits.Internals;

/// <summary>The best of some scores; -∞ marks actions that cannot be chosen.</summary>
internal static class Best
{
    /// <summary>The highest score.</summary>
    public static float Score(ReadOnlySpan<float> scores)
    {
        float top = float.NegativeInfinity;
        foreach (float s in scores) top = MathF.Max(top, s);
        return top;
    }

    /// <summary>The action of the highest score, the lowest such.</summary>
    public static int Action(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int a = 1; a < scores.Length; a++)
            if (scores[a] > scores[best]) best = a;
        return best;
    }

    /// <summary>Number of actions that can be chosen.</summary>
    public static int Eligible(ReadOnlySpan<float> scores)
    {
        int n = 0;
        foreach (float s in scores)
            if (!float.IsNegativeInfinity(s)) n++;
        return n;
    }

    /// <summary>All mass on the best action; equal parts if several share the highest score.</summary>
    public static void Share(ReadOnlySpan<float> scores, Span<double> pmf)
    {
        pmf.Clear();
        Vote(scores, 1, pmf);
    }

    /// <summary>Adds <paramref name="mass"/> to the best action, in equal parts if several are the best.</summary>
    public static void Vote(ReadOnlySpan<float> scores, double mass, Span<double> votes)
    {
        float top = scores[0];
        int first = 0, ties = 1;
        for (int a = 1; a < scores.Length; a++)
        {
            if (scores[a] > top) (top, first, ties) = (scores[a], a, 1);
            else if (scores[a] == top) ties++;
        }
        if (ties == 1)
        {
            votes[first] += mass;
            return;
        }
        double part = mass / ties;
        for (int a = first; a < scores.Length; a++)
            if (scores[a] == top) votes[a] += part;
    }

    /// <summary>Equal mass on all actions that can be chosen.</summary>
    public static void Uniform(ReadOnlySpan<float> scores, Span<double> pmf)
    {
        double each = 1.0 / Eligible(scores);
        for (int a = 0; a < scores.Length; a++) pmf[a] = float.IsNegativeInfinity(scores[a]) ? 0 : each;
    }

    /// <summary>p ← (1 - ε) p + ε/n over the n actions that can be chosen.</summary>
    public static void MixUniform(ReadOnlySpan<float> scores, double epsilon, Span<double> pmf)
    {
        if (epsilon == 0) return;
        double each = epsilon / Eligible(scores);
        for (int a = 0; a < scores.Length; a++)
            if (!float.IsNegativeInfinity(scores[a])) pmf[a] = (1 - epsilon) * pmf[a] + each;
    }
}
