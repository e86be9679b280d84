namespace Forage.Bandits.Explorers;

/// <summary>Distributions in which nothing is too rare to learn from.</summary>
public static class MinimumProbability
{
    /// <summary>
    /// Lifts what is below <paramref name="least"/> to it and scales the rest by one factor so that the sum stays 1, again and again until nothing is
    /// below: the distribution nearest in relative entropy with that floor. A floor above 1/n becomes 1/n.
    /// </summary>
    /// <param name="pmf">Distribution; changed.</param>
    /// <param name="least">The floor μ.</param>
    /// <param name="eligible">Scores of which -∞ marks actions that stay at 0; empty if none does.</param>
    /// <param name="liftZeros">False leaves actions of probability 0 alone.</param>
    public static void Enforce(Span<double> pmf, double least, ReadOnlySpan<float> eligible = default, bool liftZeros = true)
    {
        int count = 0;
        for (int a = 0; a < pmf.Length; a++)
            if (Concerned(pmf, a, eligible, liftZeros)) count++;
        if (count == 0 || !(least > 0)) return;
        if (least * count >= 1)
        {
            for (int a = 0; a < pmf.Length; a++)
                if (Concerned(pmf, a, eligible, liftZeros)) pmf[a] = 1.0 / count;
            return;
        }
        int lifted = 0, before;
        do
        {
            before = lifted;
            lifted = 0;
            double rest = 0;
            for (int a = 0; a < pmf.Length; a++)
            {
                if (!Concerned(pmf, a, eligible, liftZeros)) continue;
                if (pmf[a] <= least)
                {
                    pmf[a] = least;
                    lifted++;
                }
                else
                {
                    rest += pmf[a];
                }
            }
            if (lifted == before) return;
            double factor = (1 - lifted * least) / rest;
            for (int a = 0; a < pmf.Length; a++)
                if (pmf[a] > least) pmf[a] *= factor;
        }
        while (true);
    }

    private static bool Concerned(ReadOnlySpan<double> pmf, int a, ReadOnlySpan<float> eligible, bool liftZeros) =>
        (liftZeros || pmf[a] > 0) && (eligible.IsEmpty || !float.IsNegativeInfinity(eligible[a]));
}
