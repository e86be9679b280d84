using System.Collections.Concurrent;
using Forage.Extreme;
using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Evaluation;

/// <summary>
/// How much of a logging policy lies within its k most probable actions, averaged over rows: what a selector Φ_k keeps and what it costs. Lopez, Dhillon, Jordan 2021, Figure 1.
/// </summary>
public sealed class SelectorCurve
{
    private SelectorCurve(double[] mass, double[] covered, int[] points, MetricValue[] reward) => (Mass, Covered, RewardPoints, Reward) = (mass, covered, points, reward);

    /// <summary>Element k-1: mean of Σ_{y∈Φ_k} ρ(y|x), the policy's cumulated probability, for k = 1, 2, …</summary>
    public IReadOnlyList<double> Mass { get; }

    /// <summary>Element k-1: share of all right labels (over all rows) that are within Φ_k.</summary>
    public IReadOnlyList<double> Covered { get; }

    /// <summary>The k at which <see cref="Reward"/> is known.</summary>
    public IReadOnlyList<int> RewardPoints { get; }

    /// <summary>R@l of ρ restricted to Φ_k and renormalised, slates of l (all k actions if k &lt; l; their absence counts as no hit).</summary>
    public IReadOnlyList<MetricValue> Reward { get; }

    /// <summary>Where <see cref="Reward"/> is computed unless said otherwise: the shape of the curve at a tenth of the work.</summary>
    public static IReadOnlyList<int> DefaultRewardPoints { get; } = [1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 20, 25, 32, 40, 50, 65, 80, 100, 130, 160, 200];

    /// <summary>Measures a policy.</summary>
    /// <param name="policy">ρ.</param>
    /// <param name="rows">One row an example.</param>
    /// <param name="truth">Right labels of each row, ascending.</param>
    /// <param name="most">Largest k.</param>
    /// <param name="length">l.</param>
    /// <param name="points">The k at which R@l is computed, ascending; null: <see cref="DefaultRewardPoints"/>. Those above <paramref name="most"/> are left out.</param>
    /// <param name="threads">Threads to use; the result does not depend on it.</param>
    /// <param name="cancellation">Stops it.</param>
    public static SelectorCurve Measure(IPolicy policy, FeatureBlock rows, LabelSets truth, int most = 200, int length = 5, IReadOnlyList<int>? points = null, int threads = 1,
        CancellationToken cancellation = default)
    {
        if (most < 1) throw new ForageException($"A curve up to the {most} most probable actions was asked for; expected at least 1.");
        if (rows.RowCount != truth.Count) throw new ForageException($"There are {rows.RowCount} rows of features but {truth.Count} sets of right labels; expected as many.");
        int count = truth.Count;
        int[] at = [.. (points ?? DefaultRewardPoints).Where(k => k >= 1 && k <= most)];
        const int piece = 64;
        int pieces = (count + piece - 1) / piece;
        // One partial sum a piece, added up in order: the same with any number of threads.
        double[][] mass = new double[pieces][], found = new double[pieces][];
        var reward = new double[(long)count * at.Length];
        var workers = new ConcurrentBag<Worker>();
        ParallelWork.For(pieces, threads, cancellation, part =>
        {
            if (!workers.TryTake(out var worker)) worker = new Worker(policy, most, length, at);
            (mass[part], found[part]) = (new double[most], new double[most]);
            for (int i = part * piece; i < Math.Min(count, (part + 1) * piece); i++)
                worker.Add(new DecisionContext(rows, i, false, truth.LabelCount, number: i), truth[i], mass[part], found[part], reward.AsSpan(i * at.Length, at.Length));
            workers.Add(worker);
        });
        double[] massTotal = new double[most], foundTotal = new double[most];
        for (int part = 0; part < pieces; part++)
        {
            for (int k = 0; k < most; k++)
            {
                massTotal[k] += mass[part][k];
                foundTotal[k] += found[part][k];
            }
        }
        for (int k = 0; k < most; k++)
        {
            massTotal[k] /= Math.Max(1, count);
            foundTotal[k] /= Math.Max(1, truth.Total);
        }
        return new SelectorCurve(massTotal, foundTotal, at, Means(reward, count, at.Length));
    }

    private static MetricValue[] Means(double[] reward, int count, int points)
    {
        var means = new MetricValue[points];
        for (int k = 0; k < points; k++)
        {
            double sum = 0, squares = 0;
            for (int i = 0; i < count; i++)
            {
                double r = reward[i * points + k];
                sum += r;
                squares += r * r;
            }
            double mean = sum / Math.Max(1, count);
            means[k] = new MetricValue(mean, count < 2 ? double.NaN : Math.Sqrt(Math.Max(0, squares / count - mean * mean) / (count - 1)));
        }
        return means;
    }

    /// <summary>One thread's part.</summary>
    private sealed class Worker(IPolicy policy, int most, int length, int[] points)
    {
        private readonly GreedyPolicy _ranking = new(policy);
        private readonly PolicyScratch _scratch = new();
        private readonly PositionProbabilities _positions = new();

        public void Add(scoped in DecisionContext context, ReadOnlySpan<int> right, double[] mass, double[] found, Span<double> reward)
        {
            _scratch.Clear();
            var top = _ranking.Rank(context, most, _scratch);
            var p = policy.Distribution(context, _scratch);
            var kept = _scratch.Doubles(top.Length);
            double cumulated = 0;
            int hits = 0;
            Span<int> places = _scratch.Ints(right.Length);
            for (int k = 0; k < most; k++)
            {
                if (k < top.Length)
                {
                    cumulated += kept[k] = p.ProbabilityOf(top[k]);
                    if (right.BinarySearch(top[k]) >= 0) places[hits++] = k;
                }
                mass[k] += cumulated;
                found[k] += hits;
            }
            var positions = _scratch.Doubles(hits * length);
            for (int at = 0; at < points.Length; at++)
            {
                int k = Math.Min(points[at], top.Length), within = 0;
                while (within < hits && places[within] < k) within++;
                _positions.Of(new ActionDistribution(default, kept[..k]), length, places[..within], positions);
                double sum = 0;
                foreach (double q in positions[..(within * length)]) sum += q;
                reward[at] = sum / length;
            }
        }
    }
}
