using System.Numerics.Tensors;

namespace Forage.Quantiles.Trees.Internals;

/// <summary>Grows a tree best leaf first. The histograms of the smaller child are summed, those of the larger are the parent's less the smaller's.</summary>
internal sealed class SlotTreeGrower
{
    private readonly BoostData _data;
    private readonly SlotBoostOptions _options;
    private readonly float[][] _sums;
    private readonly int[][] _counts;
    private readonly Leaf[] _leaves;
    private readonly int[] _features, _bins, _children;
    private readonly float[] _cuts;
    private readonly bool[] _missingLeft;
    private readonly int[] _rows, _spare;
    private int _grown;

    public SlotTreeGrower(BoostData data, SlotBoostOptions options, int rows)
    {
        (_data, _options) = (data, options);
        int leaves = options.Leaves, bins = data.Offsets[^1];
        _sums = new float[leaves][];
        _counts = new int[leaves][];
        for (int l = 0; l < leaves; l++) (_sums[l], _counts[l]) = (new float[bins * SlotKernels.Stride], new int[bins]);
        _leaves = new Leaf[leaves];
        (_features, _bins, _children, _cuts, _missingLeft) = (new int[leaves - 1], new int[leaves - 1], new int[2 * (leaves - 1)], new float[leaves - 1], new bool[leaves - 1]);
        (_rows, _spare) = (new int[rows], new int[rows]);
    }

    private record struct Leaf(int From, int To, int Parent, SlotSplit Split);

    /// <summary>Number of leaves of the tree grown last.</summary>
    public int Leaves => _grown + 1;

    /// <summary>Grows a tree over some rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="gradients">32 numbers a row of the data: gradients and curvatures of 16 slots.</param>
    /// <param name="columns">Columns that may be split.</param>
    public void Grow(ReadOnlySpan<int> rows, ReadOnlySpan<float> gradients, ReadOnlySpan<int> columns)
    {
        rows.CopyTo(_rows);
        _grown = 0;
        Sum(0, 0, rows.Length, gradients);
        _leaves[0] = new Leaf(0, rows.Length, -1, Judge(0, rows.Length, columns));
        while (_grown < _options.Leaves - 1)
        {
            int best = 0;
            for (int l = 1; l <= _grown; l++)
                if (_leaves[l].Split.Gain > _leaves[best].Split.Gain) best = l;
            if (_leaves[best].Split.Column < 0) break;
            Split(best, gradients, columns);
        }
    }

    /// <summary>Rows of a leaf.</summary>
    public ReadOnlySpan<int> RowsOf(int leaf) => _rows.AsSpan(_leaves[leaf].From, _leaves[leaf].To - _leaves[leaf].From);

    /// <summary>The leaf a row of the data falls into.</summary>
    public int LeafOf(ReadOnlySpan<byte> bins)
    {
        if (_grown == 0) return 0;
        int at = 0;
        while (at >= 0)
        {
            int c = _features[at], b = bins[c];
            bool left = b == _data.Bins(c) ? _missingLeft[at] : b <= _bins[at];
            at = _children[2 * at + (left ? 0 : 1)];
        }
        return ~at;
    }

    /// <summary>The tree, with the numbers of its leaves.</summary>
    public SlotTree ToTree(ReadOnlySpan<float> values) => new(_features[.._grown], _cuts[.._grown], _children[..(2 * _grown)], _missingLeft[.._grown], values.ToArray(), _data.Slots);

    private void Split(int left, ReadOnlySpan<float> gradients, ReadOnlySpan<int> columns)
    {
        var leaf = _leaves[left];
        var split = leaf.Split;
        int node = _grown, right = ++_grown, middle = leaf.From, kept = 0, missing = _data.Bins(split.Column);
        for (int i = leaf.From; i < leaf.To; i++)
        {
            int row = _rows[i], b = _data.Row(row)[split.Column];
            if (b == missing ? split.MissingLeft : b <= split.Bin) _rows[middle++] = row;
            else _spare[kept++] = row;
        }
        _spare.AsSpan(0, kept).CopyTo(_rows.AsSpan(middle));
        (_features[node], _bins[node], _cuts[node], _missingLeft[node]) = (split.Column, split.Bin, _data.Cut(split.Column, split.Bin), split.MissingLeft);
        (_children[2 * node], _children[2 * node + 1]) = (~left, ~right);
        if (leaf.Parent >= 0) _children[leaf.Parent] = node;
        bool leftIsSmaller = middle - leaf.From <= leaf.To - middle;
        // The smaller child's histograms are summed into the new leaf's memory; the parent's, less those, become the larger child's.
        if (leftIsSmaller) Sum(right, leaf.From, middle, gradients);
        else Sum(right, middle, leaf.To, gradients);
        TensorPrimitives.Subtract<float>(_sums[left], _sums[right], _sums[left]);
        TensorPrimitives.Subtract<int>(_counts[left], _counts[right], _counts[left]);
        if (leftIsSmaller) ((_sums[left], _sums[right]), (_counts[left], _counts[right])) = ((_sums[right], _sums[left]), (_counts[right], _counts[left]));
        _leaves[left] = new Leaf(leaf.From, middle, 2 * node, Judge(left, middle - leaf.From, columns));
        _leaves[right] = new Leaf(middle, leaf.To, 2 * node + 1, Judge(right, leaf.To - middle, columns));
    }

    private SlotSplit Judge(int leaf, int rows, ReadOnlySpan<int> columns)
        => rows < 2 * _options.LeafRows || columns.IsEmpty ? SlotSplit.None : SlotSplit.Best(_data, columns, _sums[leaf], _counts[leaf], _options.LeafRows, (float)_options.L2 + 1e-6f);

    private void Sum(int leaf, int from, int to, ReadOnlySpan<float> gradients)
    {
        float[] sums = _sums[leaf];
        int[] counts = _counts[leaf];
        Array.Clear(sums);
        Array.Clear(counts);
        for (int i = from; i < to; i++)
        {
            int row = _rows[i];
            SlotKernels.Add(gradients.Slice(row * SlotKernels.Stride, SlotKernels.Stride), _data.Row(row), _data.Offsets, sums, counts);
        }
    }
}
