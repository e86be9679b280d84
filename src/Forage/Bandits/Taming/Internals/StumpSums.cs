namespace Forage.Bandits.Taming.Internals;

/// <summary>A question with one action a side, or one action alone, and what it earns.</summary>
internal readonly record struct Stump(double Value, int Feature, int Threshold, int Below, int Above)
{
    public TreeNode Node() => Feature < 0 ? new TreeNode(Below) : TreeNode.Ask(Feature, Threshold, new TreeNode(Below), new TreeNode(Above));
}

/// <summary>
/// Rewards of a set of contexts by feature, bin and action, from which the best stump is read in S K additions. Contexts are added and taken away one
/// by one, so the sets on both sides of a threshold that moves up cost what they change by.
/// </summary>
internal sealed class StumpSums
{
    private readonly SplitGrid _grid;
    private readonly int _actions;
    private readonly int[] _starts; // first row of a feature's bins
    private readonly double[] _sums; // (feature, bin) × K
    private readonly double[] _all;
    private readonly double[] _below;
    private readonly double[] _above;

    public StumpSums(SplitGrid grid, int actions)
    {
        (_grid, _actions) = (grid, actions);
        _starts = new int[grid.Features + 1];
        for (int f = 0; f < grid.Features; f++) _starts[f + 1] = _starts[f] + grid.Of(f).Length + 1;
        _sums = new double[_starts[^1] * actions];
        (_all, _below, _above) = (new double[actions], new double[actions], new double[actions]);
    }

    public void Clear() => _sums.AsSpan().Clear();

    /// <summary>Adds (sign 1) or takes away (sign -1) a context's rewards.</summary>
    public void Add(ReadOnlySpan<byte> bins, ReadOnlySpan<double> rewards, double sign = 1)
    {
        for (int f = 0; f < bins.Length; f++)
        {
            var row = _sums.AsSpan((_starts[f] + bins[f]) * _actions, _actions);
            for (int a = 0; a < row.Length; a++) row[a] += sign * rewards[a];
        }
    }

    /// <summary>The action that earns most on the whole set, as a stump without a question.</summary>
    public Stump BestLeaf()
    {
        _all.AsSpan().Clear();
        for (int bin = 0; bin < _starts[1]; bin++) AddRow(_all, bin, 1);
        int best = ArgMax(_all);
        return new Stump(_all[best], -1, -1, best, best);
    }

    /// <summary>The stump that earns most; ties go to the leaf, then to the lower feature and threshold.</summary>
    public Stump Best()
    {
        var best = BestLeaf();
        for (int f = 0; f < _grid.Features; f++)
        {
            _below.AsSpan().Clear();
            _all.CopyTo(_above.AsSpan());
            for (int j = 0; j < _grid.Of(f).Length; j++)
            {
                AddRow(_below, _starts[f] + j, 1);
                AddRow(_above, _starts[f] + j, -1);
                int below = ArgMax(_below), above = ArgMax(_above);
                double value = _below[below] + _above[above];
                if (value > best.Value) best = new Stump(value, f, j, below, above);
            }
        }
        return best;
    }

    private void AddRow(double[] to, int row, double sign)
    {
        var from = _sums.AsSpan(row * _actions, _actions);
        for (int a = 0; a < from.Length; a++) to[a] += sign * from[a];
    }

    private static int ArgMax(double[] values)
    {
        int best = 0;
        for (int a = 1; a < values.Length; a++)
            if (values[a] > values[best]) best = a;
        return best;
    }
}
