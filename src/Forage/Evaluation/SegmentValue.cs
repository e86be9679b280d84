using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Evaluation;

/// <summary>Logging policy and another one on a part of the decisions.</summary>
/// <param name="Feature">The feature all decisions of the segment have; the index of a group of the default namespace or another.</param>
/// <param name="Count">Number of decisions.</param>
/// <param name="Logging">Mean reward per decision of the logging policy.</param>
/// <param name="Policy">Estimated reward per decision of the other.</param>
/// <param name="Difference">Paired difference with a Gaussian interval: approximate, for looking where the gain comes from, not for proof.</param>
public readonly record struct SegmentValue(uint Feature, int Count, double Logging, double Policy, Estimate Difference)
{
    /// <summary>Segments by the features of the context that are present in many decisions, but not in nearly all.</summary>
    /// <param name="log">The log.</param>
    /// <param name="logging">The logging policy's trace.</param>
    /// <param name="policy">The other's trace over the same decisions.</param>
    /// <param name="count">How many segments, the most frequent ones.</param>
    public static IReadOnlyList<SegmentValue> ByFeature(DecisionLog log, PolicyTrace logging, PolicyTrace policy, int count = 8)
    {
        int n = policy.Gains.Length;
        var present = new Dictionary<uint, int>();
        for (int i = 0; i < n; i++)
            foreach (uint index in Indices(log.Context(policy.First + i).Shared)) present[index] = present.GetValueOrDefault(index) + 1;
        var chosen = present.Where(p => p.Key != FeatureHasher.Constant && p.Value <= 0.9 * n && p.Value >= 30).OrderByDescending(p => p.Value).ThenBy(p => p.Key).Take(count).Select(p => p.Key).ToList();
        var differences = chosen.ToDictionary(f => f, _ => (Sum: 0.0, Squares: 0.0, Logging: 0.0, Policy: 0.0));
        for (int i = 0; i < n; i++)
        {
            foreach (uint index in Indices(log.Context(policy.First + i).Shared))
            {
                if (!differences.TryGetValue(index, out var s)) continue;
                double d = policy.Gains[i] - logging.Gains[i];
                differences[index] = (s.Sum + d, s.Squares + d * d, s.Logging + logging.Gains[i], s.Policy + policy.Gains[i]);
            }
        }
        return [.. chosen.Select(f => Of(f, present[f], differences[f]))];
    }

    private static SegmentValue Of(uint feature, int n, (double Sum, double Squares, double Logging, double Policy) s)
    {
        double mean = s.Sum / n, error = Math.Sqrt(Math.Max(0, s.Squares / n - mean * mean) / Math.Max(1, n - 1));
        return new SegmentValue(feature, n, s.Logging / n, s.Policy / n, new Estimate(mean, mean - 1.96 * error, mean + 1.96 * error, n, n));
    }

    private static HashSet<uint> Indices(in FeatureRow row)
    {
        var indices = new HashSet<uint>();
        for (int g = 0; g < row.GroupCount; g++)
        {
            var group = row.Group(g);
            for (int k = group.Start; k < group.End; k++)
                if (row.Values[k] != 0) indices.Add(row.Indices[k]);
        }
        return indices;
    }
}
