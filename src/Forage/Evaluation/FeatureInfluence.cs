using System.Runtime.InteropServices;
using Forage.Features;
using Forage.OffPolicy;
using Forage.OffPolicy.Learning;
using Forage.OffPolicy.Learning.Slates;

namespace Forage.Evaluation;

/// <summary>How much one feature moves the scores of the actions a policy takes.</summary>
/// <param name="Namespace">First byte of its namespace.</param>
/// <param name="Index">Its index.</param>
/// <param name="Influence">Mean over decisions of the mean change of score, over the actions taken, when it is taken away (0 where it is absent).</param>
/// <param name="Decisions">Sampled decisions it was present in.</param>
/// <param name="Raises">The action whose score it raises most, summed over decisions; -1 if none.</param>
public readonly record struct FeatureInfluence(byte Namespace, uint Index, double Influence, int Decisions, int Raises)
{
    /// <summary>Takes features away one at a time from a sample of decisions, whatever the model: interactions and the prior are included.</summary>
    /// <param name="log">The log.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="from">First decision of the part sampled from.</param>
    /// <param name="to">One past the last.</param>
    /// <param name="count">How many features to return, most influential first.</param>
    /// <param name="sample">How many decisions to look at, spread evenly.</param>
    public static IReadOnlyList<FeatureInfluence> Of(DecisionLog log, IPolicy policy, int from, int to, int count = 20, int sample = 200)
    {
        if (ScorerOf(policy) is not { } scorer) return [];
        var sums = new Dictionary<(byte, uint), (double Sum, int Decisions, Dictionary<int, double> Actions)>();
        var scratch = new PolicyScratch();
        int step = Math.Max(1, (to - from) / sample), seen = 0;
        for (int i = from; i < to; i += step)
        {
            seen++;
            LookAt(log, i, policy, scorer, sums, scratch);
        }
        return [.. sums.Select(s => new FeatureInfluence(s.Key.Item1, s.Key.Item2, s.Value.Sum / seen, s.Value.Decisions, Most(s.Value.Actions)))
            .OrderByDescending(f => f.Influence).ThenBy(f => f.Index).Take(count)];
    }

    private static void LookAt(DecisionLog log, int i, IPolicy policy, IActionScorer scorer, Dictionary<(byte, uint), (double Sum, int Decisions, Dictionary<int, double> Actions)> sums, PolicyScratch scratch)
    {
        scratch.Clear();
        var context = log.Context(i);
        int n = context.ActionCount;
        var greedy = policy as IRankingPolicy ?? new GreedyPolicy(policy);
        var taken = greedy.Rank(context, log.Slate(i).Length, scratch).ToArray();
        Span<float> full = scratch.Floats(n), without = scratch.Floats(n);
        // Without the recorded distribution, so that the prior feels the change too.
        scorer.Score(new DecisionContext(context.Rows, context.FirstRow, context.HasActionFeatures, n, context.Excluded) { Vectors = context.Vectors, VectorRow = context.VectorRow }, full, scratch);
        var whole = context.Rows.Copy(context.FirstRow, context.HasActionFeatures ? n + 1 : 1);
        var reduced = new FeatureBlock();
        var shared = whole[0];
        for (int g = 0; g < shared.GroupCount; g++)
        {
            var group = shared.Group(g);
            for (int k = group.Start; k < group.End; k++)
            {
                RowsWithout(whole, 0, k, reduced);
                scorer.Score(new DecisionContext(reduced, 0, context.HasActionFeatures, n, context.Excluded) { Vectors = context.Vectors, VectorRow = context.VectorRow }, without, scratch);
                Add(sums, (group.Namespace, shared.Indices[k]), taken, full, without);
            }
        }
        if (!context.HasActionFeatures) return;
        foreach (int a in taken)
        {
            var row = whole.Own(a + 1);
            for (int g = 0; g < row.Groups.Length; g++)
            {
                var group = row.Group(g);
                for (int k = group.Start; k < group.End; k++)
                {
                    RowsWithout(whole, a + 1, k, reduced);
                    scorer.Score(new DecisionContext(reduced, 0, true, n, context.Excluded) { Vectors = context.Vectors, VectorRow = context.VectorRow }, without, scratch);
                    Add(sums, (group.Namespace, row.Indices[k]), [a], full, without);
                }
            }
        }
    }

    private static void Add(Dictionary<(byte, uint), (double Sum, int Decisions, Dictionary<int, double> Actions)> sums, (byte, uint) feature, ReadOnlySpan<int> taken, ReadOnlySpan<float> full, ReadOnlySpan<float> without)
    {
        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(sums, feature, out _);
        entry.Actions ??= [];
        entry.Decisions++;
        foreach (int a in taken)
        {
            double change = full[a] - without[a];
            if (!double.IsFinite(change)) continue;
            entry.Sum += Math.Abs(change) / taken.Length;
            CollectionsMarshal.GetValueRefOrAddDefault(entry.Actions, a, out _) += change;
        }
    }

    private static int Most(Dictionary<int, double> actions)
    {
        int best = -1;
        double most = 0;
        foreach (var (action, change) in actions)
            if (change > most || (change == most && change > 0 && action < best)) (best, most) = (action, change);
        return best;
    }

    /// <summary>The rows again, but for one feature of one row (position <paramref name="skip"/>).</summary>
    private static void RowsWithout(FeatureBlock whole, int row, int skip, FeatureBlock to)
    {
        to.Clear();
        var writer = new RowWriter(to);
        for (int r = 0; r < whole.RowCount; r++)
        {
            var from = whole.Own(r);
            writer.BeginRow(r == 0 ? -1 : 0);
            for (int g = 0; g < from.Groups.Length; g++)
            {
                var group = from.Group(g);
                writer.BeginGroup(group.Namespace);
                for (int k = group.Start; k < group.End; k++)
                    if (r != row || k != skip) writer.Add(from.Indices[k], from.Values[k]);
                writer.EndGroup();
            }
            writer.EndRow();
        }
    }

    private static IActionScorer? ScorerOf(IPolicy policy) => policy switch
    {
        GreedyPolicy greedy => ScorerOf(greedy.Inner),
        RestrictedPolicy restricted => ScorerOf(restricted.Inner),
        RecordedPolicy recorded => ScorerOf(recorded.Inner),
        ScorePolicy score => score.Scorer,
        SelectivePolicy selective => selective,
        _ => null,
    };
}
