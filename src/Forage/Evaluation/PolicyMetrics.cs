using System.Collections.Concurrent;
using Forage.Evaluation.Internals;
using Forage.Extreme;
using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Evaluation;

/// <summary>How a policy's slates are measured against the truth.</summary>
public sealed record PolicyMetricsOptions
{
    /// <summary>Longest slate l.</summary>
    public int Length { get; init; } = 5;

    /// <summary>Propensities of the labels, for PSR@k; null: not measured.</summary>
    public LabelPropensities? Propensities { get; init; }

    /// <summary>
    /// 0: expectations over slates are exact, to about 1e-12 (<see cref="PositionProbabilities"/>). Above 0: averages over this many slates drawn a row, for sets of
    /// actions so large that the exact ones take too long.
    /// </summary>
    public int SampledSlates { get; init; }

    /// <summary>Seed of drawn slates; every row has its own stream.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads to use; the result does not depend on it.</summary>
    public int Threads { get; init; } = 1;

    internal PolicyMetricsOptions Validated()
    {
        if (Length < 1) throw new ForageException($"The slate length is {Length}; expected at least 1.");
        if (SampledSlates < 0) throw new ForageException($"The number of drawn slates is {SampledSlates}; expected 0 (exact) or more.");
        if (Threads < 1) throw new ForageException($"The number of threads is {Threads}; expected at least 1.");
        return this;
    }
}

/// <summary>Measures a policy on rows whose right labels are all known.</summary>
public static class PolicyMetrics
{
    private const int Piece = 64;

    /// <summary>R@k, nDCR@k and PSR@k of a policy; of its one slate if it is an <see cref="IRankingPolicy"/>, else as expectations.</summary>
    /// <param name="policy">The policy; its actions are the labels.</param>
    /// <param name="rows">One row an example.</param>
    /// <param name="truth">Right labels of each row, ascending; as many rows.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told the number of rows done since the last call; called from several threads.</param>
    /// <param name="cancellation">Stops it.</param>
    public static SlateMetrics Measure(IPolicy policy, FeatureBlock rows, LabelSets truth, PolicyMetricsOptions? options = null, Action<int>? progress = null,
        CancellationToken cancellation = default)
    {
        options = (options ?? new()).Validated();
        if (rows.RowCount != truth.Count) throw new ForageException($"There are {rows.RowCount} rows of features but {truth.Count} sets of right labels; expected as many.");
        int count = truth.Count, length = options.Length;
        var hits = new double[(long)count * length];
        var scored = options.Propensities is null ? [] : new double[(long)count * length];
        var workers = new ConcurrentBag<SlateExpectation>();
        ParallelWork.For((count + Piece - 1) / Piece, options.Threads, cancellation, part =>
        {
            if (!workers.TryTake(out var worker)) worker = new SlateExpectation(policy, options);
            int from = part * Piece, to = Math.Min(count, from + Piece);
            for (int i = from; i < to; i++)
            {
                var context = new DecisionContext(rows, i, false, truth.LabelCount, number: i);
                worker.Of(context, i, truth[i], hits.AsSpan(i * length, length), scored.Length == 0 ? default : scored.AsSpan(i * length, length));
            }
            workers.Add(worker);
            progress?.Invoke(to - from);
        });
        var metrics = new SlateMetrics(length, options.Propensities);
        for (int i = 0; i < count; i++) metrics.Add(truth[i], hits.AsSpan(i * length, length), scored.Length == 0 ? default : scored.AsSpan(i * length, length));
        return metrics;
    }
}
