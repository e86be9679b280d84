using Forage.Extreme.Tree.Internals;
using Forage.Features;

namespace Forage.Extreme.Tree;

/// <summary>
/// Working memory of one thread that asks a <see cref="SparseLabelTree"/>; it grows and stays, so that asking allocates nothing in steady state. It remembers what
/// nodes said of the current query, so that no node is asked twice.
/// </summary>
public sealed class LabelTreeScratch
{
    internal int[] Columns = new int[128];
    internal float[] Values = new float[128];
    internal int[] Hits = new int[128];
    internal float[] HitValues = new float[128];
    internal int Features;
    internal readonly SearchHeap Candidates = new();
    internal readonly SearchHeap Best = new();
    internal SearchHeap[] Frontiers = [];
    internal int[] BeamNodes = new int[32], NextNodes = new int[32];
    internal float[] BeamProbabilities = new float[32], NextProbabilities = new float[32];

    private int[][] _asked = [], _offsets = [];
    private float[] _pool = new float[1024];
    private int[] _seen = [];
    private int _used, _query, _mark;

    /// <summary>Starts a query.</summary>
    internal void Begin(in FeatureRow x, FeatureColumns columns, TreeModel[] trees, int labels)
    {
        int room = x.Count + 1;
        if (Columns.Length < room) (Columns, Values, Hits, HitValues) = (new int[2 * room], new float[2 * room], new int[2 * room], new float[2 * room]);
        Features = columns.Map(x, Columns, Values);
        if (_asked.Length < trees.Length)
        {
            (_asked, _offsets, Frontiers) = (new int[trees.Length][], new int[trees.Length][], new SearchHeap[trees.Length]);
            for (int t = 0; t < trees.Length; t++) (_asked[t], _offsets[t], Frontiers[t]) = ([], [], new SearchHeap());
        }
        for (int t = 0; t < trees.Length; t++)
            if (_asked[t].Length < trees[t].Nodes) (_asked[t], _offsets[t]) = (new int[trees[t].Nodes], new int[trees[t].Nodes]);
        if (_seen.Length < labels) _seen = new int[labels];
        _used = 0;
        if (++_query != int.MaxValue) return;
        _query = 1;
        foreach (int[] asked in _asked) Array.Clear(asked);
    }

    /// <summary>P(child | node, x) of all children of a node; valid until the next node is asked.</summary>
    internal ReadOnlySpan<float> Conditionals(TreeModel[] trees, int tree, int level, int node)
    {
        var model = trees[tree];
        int number = model.NumberOf(level, node), room = model.RoomOf(level, node);
        if (_asked[tree][number] != _query)
        {
            if (_used + room > _pool.Length) Array.Resize(ref _pool, 2 * (_used + room));
            model.Conditionals(level, node, this, _pool.AsSpan(_used, room));
            (_asked[tree][number], _offsets[tree][number]) = (_query, _used);
            _used += room;
        }
        return _pool.AsSpan(_offsets[tree][number], room);
    }

    /// <summary>Forgets which labels were seen.</summary>
    internal void ForgetLabels()
    {
        if (++_mark != int.MaxValue) return;
        _mark = 1;
        Array.Clear(_seen);
    }

    /// <summary>True the first time since <see cref="ForgetLabels"/>.</summary>
    internal bool FirstTime(int label)
    {
        if (_seen[label] == _mark) return false;
        _seen[label] = _mark;
        return true;
    }

    internal void GrowBeam(int width)
    {
        if (BeamNodes.Length >= width) return;
        (BeamNodes, NextNodes, BeamProbabilities, NextProbabilities) = (new int[width], new int[width], new float[width], new float[width]);
    }
}
