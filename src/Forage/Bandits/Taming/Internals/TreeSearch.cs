namespace Forage.Bandits.Taming.Internals;

/// <summary>
/// Finds the tree that earns most. Depth 2 is exact: for every feature the contexts are sorted by its bin, and as the root's threshold moves up contexts move
/// from the sums above to the sums below, each of which yields its best stump. Deeper trees take the best stump's question and go on with both sides.
/// </summary>
/// <remarks>Sums that contexts were taken from again are exact to rounding: trees that earn equally to some 1e-13 of all rewards may be taken for one another.</remarks>
internal sealed class TreeSearch(SplitGrid grid, int actions)
{
    private readonly StumpSums _below = new(grid, actions);
    private readonly StumpSums _above = new(grid, actions);
    private int[] _sorted = [];
    private int[] _members = [];

    public TreeNode Best(ReadOnlySpan<byte> bins, ReadOnlySpan<double> rewards, int depth)
    {
        int contexts = rewards.Length / actions;
        if (_sorted.Length < contexts) (_sorted, _members) = (new int[Math.Max(contexts, 2 * _sorted.Length)], new int[Math.Max(contexts, 2 * _sorted.Length)]);
        var members = _members.AsSpan(0, contexts);
        for (int x = 0; x < members.Length; x++) members[x] = x;
        return Grow(bins, rewards, members, depth);
    }

    private TreeNode Grow(ReadOnlySpan<byte> bins, ReadOnlySpan<double> rewards, Span<int> members, int depth)
    {
        if (depth == 2) return Pair(bins, rewards, members);
        Fill(_above, bins, rewards, members);
        if (depth == 0) return _above.BestLeaf().Node();
        var stump = _above.Best();
        if (depth == 1 || stump.Feature < 0) return stump.Node();
        int below = SplitOff(bins, members, stump.Feature, stump.Threshold);
        return TreeNode.Ask(stump.Feature, stump.Threshold, Grow(bins, rewards, members[..below], depth - 1), Grow(bins, rewards, members[below..], depth - 1));
    }

    // The best tree of depth 2.
    private TreeNode Pair(ReadOnlySpan<byte> bins, ReadOnlySpan<double> rewards, ReadOnlySpan<int> members)
    {
        Fill(_above, bins, rewards, members);
        var single = _above.Best();
        double best = single.Value;
        var tree = single.Node();
        for (int f = 0; f < grid.Features; f++)
        {
            var sorted = SortByBin(bins, members, f);
            Fill(_above, bins, rewards, members);
            _below.Clear();
            for (int j = 0, moved = 0; j < grid.Of(f).Length; j++)
            {
                int before = moved;
                for (; moved < sorted.Length && Row(bins, sorted[moved])[f] <= j; moved++)
                {
                    var row = Row(bins, sorted[moved]);
                    var reward = rewards.Slice(sorted[moved] * actions, actions);
                    _below.Add(row, reward);
                    _above.Add(row, reward, -1);
                }
                if (moved == before || moved == sorted.Length) continue; // splits as the threshold before, or not at all
                Stump below = _below.Best(), above = _above.Best();
                if (!(below.Value + above.Value > best)) continue;
                best = below.Value + above.Value;
                tree = TreeNode.Ask(f, j, below.Node(), above.Node());
            }
        }
        return tree;
    }

    private void Fill(StumpSums sums, ReadOnlySpan<byte> bins, ReadOnlySpan<double> rewards, ReadOnlySpan<int> members)
    {
        sums.Clear();
        foreach (int x in members) sums.Add(Row(bins, x), rewards.Slice(x * actions, actions));
    }

    private ReadOnlySpan<byte> Row(ReadOnlySpan<byte> bins, int x) => bins.Slice(x * grid.Features, grid.Features);

    // Counting sort, stable.
    private ReadOnlySpan<int> SortByBin(ReadOnlySpan<byte> bins, ReadOnlySpan<int> members, int feature)
    {
        Span<int> starts = stackalloc int[byte.MaxValue + 2];
        starts.Clear();
        foreach (int x in members) starts[Row(bins, x)[feature] + 1]++;
        for (int b = 1; b < starts.Length; b++) starts[b] += starts[b - 1];
        foreach (int x in members) _sorted[starts[Row(bins, x)[feature]]++] = x;
        return _sorted.AsSpan(0, members.Length);
    }

    // Stable partition in place; returns how many are at or below the threshold.
    private int SplitOff(ReadOnlySpan<byte> bins, Span<int> members, int feature, int threshold)
    {
        int below = 0, above = 0;
        for (int i = 0; i < members.Length; i++)
        {
            if (Row(bins, members[i])[feature] <= threshold) members[below++] = members[i];
            else _sorted[above++] = members[i];
        }
        _sorted.AsSpan(0, above).CopyTo(members[below..]);
        return below;
    }
}
