using Forage.Extreme;
using Forage.Extreme.Tree;
using Forage.Features;
using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy.Learning.Slates;

/// <summary>A partition of the actions into clusters 0..Count-1 that behave alike.</summary>
public sealed class ActionClusters
{
    private const double Rewarded = 0.5;

    private readonly int[] _clusterOf;

    /// <summary>A partition.</summary>
    /// <param name="clusterOf">The cluster of each action, at least 0.</param>
    public ActionClusters(ReadOnlySpan<int> clusterOf)
    {
        _clusterOf = clusterOf.ToArray();
        if (_clusterOf.Length == 0) throw new ForageException("Clusters of no actions were asked for; expected at least one action.");
        foreach (int c in _clusterOf)
        {
            if (c < 0) throw ObjectiveThrow.Wrong($"An action is in cluster {c}; expected 0 or more.");
            Count = Math.Max(Count, c + 1);
        }
    }

    /// <summary>Number of clusters.</summary>
    public int Count { get; }

    /// <summary>Number of actions.</summary>
    public int ActionCount => _clusterOf.Length;

    /// <summary>Cluster of each action.</summary>
    public ReadOnlySpan<int> ClusterOf => _clusterOf;

    /// <summary>A level of a label tree; labels that are not in the tree have the last cluster to themselves.</summary>
    /// <param name="shape">The shape of the tree.</param>
    /// <param name="level">Its level, 0 to Depth - 1.</param>
    /// <param name="actions">Number of actions.</param>
    public static ActionClusters OfTree(LabelTreeShape shape, int level, int actions)
    {
        int[] of = new int[actions];
        for (int a = 0; a < actions; a++) of[a] = shape.ClusterOf(level, a) is int c and >= 0 ? c : shape.ClusterCount(level);
        return new ActionClusters(of);
    }

    /// <summary>
    /// About <paramref name="clusters"/> clusters of actions rewarded in similar contexts: the last level of a label tree over the decisions, whose labels are the actions
    /// that were shown and rewarded (more than half of the range). Actions never rewarded are one cluster more.
    /// </summary>
    /// <param name="log">The log.</param>
    /// <param name="decisions">The decisions used.</param>
    /// <param name="clusters">How many, at least 2; more if clusters would be larger than 256.</param>
    /// <param name="threads">Threads; the result does not depend on them.</param>
    /// <param name="seed">Seed of the clustering.</param>
    /// <param name="cancellation">Stops it.</param>
    public static ActionClusters OfRewards(SlateLog log, ReadOnlySpan<int> decisions, int clusters, int threads = 1, ulong seed = 1, CancellationToken cancellation = default)
    {
        if (clusters < 2) throw ObjectiveThrow.Wrong($"{clusters} clusters of actions were asked for; expected at least 2.");
        var rows = new FeatureBlock();
        var labels = new LabelSets();
        var seen = new HashSet<int>();
        Span<int> rewarded = stackalloc int[log.SlateLength];
        foreach (int i in decisions)
        {
            int n = 0;
            var shown = log.Shown(i);
            for (int j = 0; j < shown.Length; j++)
                if (log.Rewards(i)[j] > Rewarded) rewarded[n++] = shown[j];
            if (n == 0) continue;
            rows.Append(log.Rows, i, 1);
            labels.Add(rewarded[..n]);
            foreach (int a in rewarded[..n]) seen.Add(a);
        }
        labels.Declare(log.Actions);
        if (seen.Count == 0) return new ActionClusters(new int[log.Actions]);
        int size = Math.Clamp((seen.Count + clusters - 1) / clusters, 2, 256);
        // Only the shape is wanted: classifiers are made as quickly as can be.
        var tree = SparseLabelTree.Train(rows, labels, new LabelTreeOptions { Arity = 256, LeafSize = size, MaxPasses = 1, Seed = seed }, threads, cancellation: cancellation);
        return OfTree(tree.Shapes[0], tree.Shapes[0].Depth - 1, log.Actions);
    }

    internal void Replace(Span<int> actions)
    {
        foreach (ref int a in actions) a = _clusterOf[a];
    }
}
