using Forage.Features;

namespace Forage.Quantiles.Quanting.Internals;

/// <summary>
/// Thresholds where predictions are: starts with 8 cells of equal mass; then, until there are enough, learns on each half of the rows, predicts the other half and splits the cells of the largest
/// width × (predictions in it), as many as there are cells. A cell is split at the median of the training targets inside; one with fewer than two values inside is left. (The paper refers to Probing, which is not at hand: this is ours.)
/// </summary>
internal static class AdaptiveMesh
{
    private const int First = 8;

    public static ThresholdMesh Find(QuantileSet set, double[] levels, IThresholdLearner learner, bool shared, QuantingOptions options, Rng rng, int threads, CancellationToken cancellation)
    {
        var mesh = ThresholdMesh.OfTargets(set.Targets, Math.Min(First, options.Classifiers));
        double[] sorted = [.. set.Targets];
        Array.Sort(sorted);
        int[] order = [.. Enumerable.Range(0, set.Count)];
        rng.Shuffle<int>(order);
        int half = set.Count / 2;
        if (half < 2) return mesh;
        QuantileSet[] parts = [set.Select(order.AsSpan(0, half)), set.Select(order.AsSpan(half))];
        for (ulong round = 1; mesh.Count < options.Classifiers && mesh.Count > 0; round++)
        {
            double[] thresholds = mesh.Thresholds.ToArray();
            int[] inside = new int[thresholds.Length + 1];
            for (int p = 0; p < 2; p++)
            {
                var model = QuantingTrainer.Fit(parts[p], levels, learner, mesh, shared, options with { Readout = QuantileReadout.Interpolated, Calibrate = false }, rng.Fork(2 * round + (ulong)p), threads, null, cancellation);
                foreach (double f in model.PredictAll(parts[1 - p].Table, threads, cancellation)) inside[mesh.RankOf(f)]++;
            }
            double[] grown = Split(sorted, thresholds, inside, options.Classifiers);
            if (grown.Length == thresholds.Length) break;
            mesh = ThresholdMesh.Of(sorted[0], sorted[^1], grown);
        }
        return mesh;
    }

    private static double[] Split(double[] sorted, double[] thresholds, int[] inside, int most)
    {
        double Low(int c) => c == 0 ? sorted[0] : thresholds[c - 1];
        double High(int c) => c == thresholds.Length ? sorted[^1] : thresholds[c];
        var added = new List<double>();
        foreach (int c in Enumerable.Range(0, inside.Length).Where(c => inside[c] > 0).OrderByDescending(c => (High(c) - Low(c)) * inside[c]).ThenBy(c => c))
        {
            if (added.Count + thresholds.Length >= most || added.Count > thresholds.Length) break;
            if (Middle(sorted, Low(c), High(c)) is { } t) added.Add(t);
        }
        return [.. thresholds.Concat(added).Order()];
    }

    // A value strictly between, as near to the median of those inside as there is.
    private static double? Middle(double[] sorted, double low, double high)
    {
        int from = Array.BinarySearch(sorted, low), to = Array.BinarySearch(sorted, high);
        from = from < 0 ? ~from : from;
        to = to < 0 ? ~to : to;
        while (from < sorted.Length && sorted[from] <= low) from++;
        while (to > 0 && sorted[to - 1] >= high) to--;
        return from < to ? sorted[(from + to) / 2] : null;
    }
}
