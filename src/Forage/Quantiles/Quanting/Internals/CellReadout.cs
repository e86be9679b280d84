namespace Forage.Quantiles.Quanting.Internals;

/// <summary>Algorithm 2: from the scores of all thresholds to a prediction.</summary>
internal static class CellReadout
{
    /// <summary>A probability as a score.</summary>
    public static float Cut(double probability, bool logOdds) => logOdds ? (float)Math.Log(probability / (1 - probability)) : (float)probability;

    /// <summary>A prediction.</summary>
    public static double Read(QuantileReadout readout, ThresholdMesh mesh, ReadOnlySpan<float> scores, float cut, double probability, bool logOdds)
        => readout == QuantileReadout.Votes || mesh.IsExact ? Votes(mesh, scores, cut) : Interpolated(mesh, scores, cut, probability, logOdds);

    /// <summary>Lowest + Σ h_k 1{score_k ≥ cut}; where exactly the first m say yes, edge m itself.</summary>
    public static double Votes(ThresholdMesh mesh, ReadOnlySpan<float> scores, float cut)
    {
        var edges = mesh.Edges;
        int k = 0;
        while (k < scores.Length && scores[k] >= cut) k++;
        double result = edges[k];
        for (int j = k + 1; j < scores.Length; j++)
            if (scores[j] >= cut) result += edges[j + 1] - edges[j];
        return result;
    }

    /// <summary>
    /// Lowest + the measure of {t : p(t) ≥ level}, where p is linear between thresholds, 1 at the lowest target and 0 at the highest (unless that is a threshold): what Algorithm 2 gives for classifiers at all t.
    /// </summary>
    public static double Interpolated(ThresholdMesh mesh, ReadOnlySpan<float> scores, float cut, double level, bool logOdds)
    {
        var t = mesh.Thresholds;
        double from = mesh.Lowest, sum = from, before = 1;
        bool above = true, known = true; // whether `before` has been computed
        for (int k = 0; k <= t.Length; k++)
        {
            bool end = k == t.Length;
            double to = end ? mesh.Highest : t[k];
            if (end && to <= from) break;
            bool yes = !end && scores[k] >= cut;
            if (yes && above)
            {
                sum += to - from;
                known = false;
            }
            else if (yes != above)
            {
                if (!known) before = Probability(scores[k - 1], logOdds);
                double now = end ? 0 : Probability(scores[k], logOdds);
                double share = before == now ? 0.5 : Math.Clamp((level - before) / (now - before), 0, 1);
                sum += (to - from) * (above ? share : 1 - share);
                (before, known) = (now, true);
            }
            else
            {
                known = false;
            }
            (from, above) = (to, yes);
        }
        return Math.Min(sum, mesh.Highest);
    }

    private static double Probability(float score, bool logOdds) => logOdds ? 1 / (1 + Math.Exp(-(double)score)) : score;
}
