namespace Forage.Multiclass.Trees.Internals;

/// <summary>What became of a LOMtree.</summary>
internal static class LomSummary
{
    public const int Shown = 20;

    public static ClassTreeSummary Of(LomTree tree, LomShape shape, ClassTally[] tallies, int[] regressors)
    {
        int[] depths = new int[shape.Count];
        var todo = new Stack<int>([LomShape.Root]);
        int depth = 0, recycled = 0;
        double arrived = 0, depthSum = 0, entropy = 0;
        long counters = shape.Bytes + 16L * shape.Count;
        var inner = new List<int>();
        while (todo.TryPop(out int v))
        {
            counters += tallies[v].Bytes;
            recycled = Math.Max(recycled, shape.Recycled(v));
            depth = Math.Max(depth, depths[v]);
            if (shape.IsLeaf(v))
            {
                long seen = tallies[v].Seen;
                arrived += seen;
                depthSum += (double)seen * depths[v];
                entropy += seen * SplitQuality.Entropy([.. tallies[v].Counts.Select(e => (double)e.Seen)]);
                continue;
            }
            inner.Add(v);
            foreach (int child in new[] { shape.Left(v), shape.Right(v) })
            {
                depths[child] = depths[v] + 1;
                todo.Push(child);
            }
        }
        var largest = inner.OrderByDescending(v => tallies[v].Trained).ThenBy(v => v).Take(Shown).Select(v =>
        {
            var entries = tallies[v].Counts.Where(e => e.Trained > 0).ToList();
            var quality = SplitQuality.Of([.. entries.Select(e => (double)e.Trained)], [.. entries.Select(e => (double)e.Right)]);
            return new NodeSummary(v, depths[v], tallies[v].Trained, entries.Count, quality, tree.Pool.WeightsOf(regressors[v]));
        }).ToList();
        return new ClassTreeSummary(shape.Inner, shape.Count - shape.Inner, depth, arrived > 0 ? depthSum / arrived : 0, arrived > 0 ? entropy / arrived : 0, shape.Swaps, recycled,
            tree.Pool.Weights, tree.Pool.Bytes, counters, tree.Pool.IsFull, largest);
    }
}
