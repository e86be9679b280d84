using Forage.Features;
using Node = Forage.Quantiles.Trees.DecisionTree.Node;

namespace Forage.Quantiles.Trees.Internals;

/// <summary>
/// Grows one tree, depth first. The rows of a node stand in one stretch of a stack of (row, weight, class); those of a child are put on top and taken off when its subtree is done, so a row with a missing value
/// can be on both sides with a share of its weight.
/// </summary>
internal sealed class TreeGrower
{
    private const float LeastShare = 1e-4f; // of a row's weight: below, a row with many missing values is let go

    private readonly BinnedTable _bins;
    private readonly DecisionTreeOptions _options;
    private readonly PessimisticError? _pruning;
    private readonly SplitSearch _search = new();
    private readonly List<Grown> _nodes = [];
    private readonly int[] _columns;
    private Rng _rng;
    private int[] _rows;
    private float[] _weights;
    private byte[] _classes;

    private TreeGrower(BinnedTable bins, DecisionTreeOptions options, Rng rng, int rows)
    {
        (_bins, _options, _rng) = (bins, options, rng);
        _pruning = options.PruningConfidence is { } c ? new PessimisticError(c) : null;
        _columns = [.. Enumerable.Range(0, bins.Columns)];
        (_rows, _weights, _classes) = (new int[4 * rows], new float[4 * rows], new byte[4 * rows]);
    }

    private record struct Grown(int Column, int Bin, int Left, int Right, float LeftShare, float Probability);

    public static DecisionTree Grow(BinnedTable bins, ReadOnlySpan<bool> positive, ReadOnlySpan<float> weights, DecisionTreeOptions options, Rng rng)
    {
        double total = 0;
        int count = 0;
        foreach (float w in weights)
        {
            if (!(w > 0)) continue;
            total += w;
            count++;
        }
        var grower = new TreeGrower(bins, options, rng, Math.Max(1, count));
        float scale = (float)(count / total);
        int at = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            if (!(weights[i] > 0)) continue;
            (grower._rows[at], grower._weights[at], grower._classes[at]) = (i, weights[i] * scale, positive[i] ? (byte)1 : (byte)0);
            at++;
        }
        grower.Node(0, count, 0, out int root);
        return new DecisionTree(grower.Flatten(root));
    }

    // Returns the errors to expect of the subtree.
    private double Node(int from, int to, int depth, out int id)
    {
        double negatives = 0, positives = 0;
        for (int i = from; i < to; i++)
        {
            if (_classes[i] == 0) negatives += _weights[i];
            else positives += _weights[i];
        }
        double total = negatives + positives, wrong = Math.Min(negatives, positives);
        double asLeaf = _pruning is null ? wrong : wrong + (total > 0 ? _pruning.Extra(total, wrong) : 0);
        id = _nodes.Count;
        _nodes.Add(new Grown(-1, 0, 0, 0, 0, total > 0 ? (float)(positives / total) : 0.5f));
        if (wrong <= 0 || depth >= _options.Depth || total < 2 * _options.LeafWeight) return asLeaf;
        var (column, cut) = Choose(from, to, total);
        if (column < 0) return asLeaf;
        int nodesBefore = _nodes.Count;
        double below = Node(to, Put(from, to, column, cut, left: true), depth + 1, out int leftId);
        below += Node(to, Put(from, to, column, cut, left: false), depth + 1, out int rightId);
        if (_pruning is not null && asLeaf <= below + 0.1)
        {
            _nodes.RemoveRange(nodesBefore, _nodes.Count - nodesBefore);
            return asLeaf;
        }
        _nodes[id] = _nodes[id] with { Column = column, Bin = cut.Bin, Left = leftId, Right = rightId, LeftShare = cut.LeftShare };
        return below;
    }

    private (int Column, SplitSearch.Cut Cut) Choose(int from, int to, double total)
    {
        double least = _options.LeafWeight;
        if (_options.Penalty) least = Math.Clamp(0.05 * total, least, Math.Max(least, 25));
        int looked = Math.Min(_options.ColumnsOfNode ?? _columns.Length, _columns.Length), found = 0;
        double sum = 0;
        Span<(int Column, SplitSearch.Cut Cut)> cuts = looked <= 256 ? stackalloc (int, SplitSearch.Cut)[looked] : new (int, SplitSearch.Cut)[looked];
        for (int j = 0; j < looked; j++)
        {
            if (looked < _columns.Length)
            {
                int pick = j + _rng.NextInt(_columns.Length - j);
                (_columns[j], _columns[pick]) = (_columns[pick], _columns[j]);
            }
            var cut = _search.Best(_bins.Column(_columns[j]), _rows.AsSpan(from, to - from), _weights.AsSpan(from, to - from), _classes.AsSpan(from, to - from), total, least, _options.Penalty);
            if (cut.Bin < 0) continue;
            sum += cut.Gain;
            cuts[found++] = (_columns[j], cut);
        }
        (int Column, SplitSearch.Cut Cut) best = (-1, default);
        double bestScore = 0, average = _options.Criterion == SplitCriterion.GainRatio ? sum / Math.Max(1, found) - 1e-3 : double.NegativeInfinity;
        for (int j = 0; j < found; j++)
        {
            var cut = cuts[j].Cut;
            double score = _options.Criterion == SplitCriterion.GainRatio ? cut.Ratio : cut.Gain;
            if (cut.Gain >= average && score > bestScore) (best, bestScore) = (cuts[j], score);
        }
        return best;
    }

    // Puts the rows of one side on top of the stack; returns their end.
    private int Put(int from, int to, int column, SplitSearch.Cut cut, bool left)
    {
        if (to + to - from > _rows.Length)
        {
            int size = Math.Max(2 * _rows.Length, 2 * to);
            Array.Resize(ref _rows, size);
            Array.Resize(ref _weights, size);
            Array.Resize(ref _classes, size);
        }
        var bins = _bins.Column(column);
        float share = left ? cut.LeftShare : 1 - cut.LeftShare;
        int end = to;
        for (int i = from; i < to; i++)
        {
            int b = bins[_rows[i]];
            float w = _weights[i];
            if (b == BinnedTable.Missing)
            {
                w *= share;
                if (w < LeastShare) continue;
            }
            else if (b <= cut.Bin != left)
            {
                continue;
            }
            (_rows[end], _weights[end], _classes[end]) = (_rows[i], w, _classes[i]);
            end++;
        }
        return end;
    }

    // Breadth first, siblings side by side.
    private Node[] Flatten(int root)
    {
        var flat = new List<Node> { default };
        var queue = new Queue<(int Id, int Place)>([(root, 0)]);
        while (queue.TryDequeue(out var next))
        {
            var node = _nodes[next.Id];
            if (node.Column < 0)
            {
                flat[next.Place] = new Node { Feature = -1, Value = node.Probability };
                continue;
            }
            int left = flat.Count;
            flat.Add(default);
            flat.Add(default);
            flat[next.Place] = new Node { Feature = node.Column, Value = _bins.Cut(node.Column, node.Bin), Left = left, LeftShare = node.LeftShare };
            queue.Enqueue((node.Left, left));
            queue.Enqueue((node.Right, left + 1));
        }
        return [.. flat];
    }
}
