namespace Forage.Extreme.Tree.Internals;

/// <summary>Which examples reach each node: those with a label below it, ascending; all of them at the root, whether they have labels or not.</summary>
internal sealed class NodeRows
{
    private readonly int[][][] _rows;
    private readonly LabelSets _rowsOfLabel;
    private readonly TreeLevels _levels;

    public NodeRows(TreeLevels levels, LabelSets rowsOfLabel, int examples, int threads, CancellationToken cancellation)
    {
        (_levels, _rowsOfLabel) = (levels, rowsOfLabel);
        _rows = new int[levels.Depth][][];
        for (int level = levels.Depth - 1; level > 0; level--)
        {
            int[][] here = _rows[level] = new int[levels.NodesAt(level)][];
            int at = level;
            ParallelWork.For<Union>(here.Length, threads, cancellation, (n, union) =>
            {
                var first = levels.FirstChild(at);
                union.Begin(examples);
                for (int c = first[n]; c < first[n + 1]; c++) union.Add(Of(at + 1, c));
                here[n] = union.End();
            });
        }
        _rows[0] = [[.. Enumerable.Range(0, examples)]];
    }

    /// <summary>Examples of a node; of a label for the level below the last.</summary>
    public ReadOnlySpan<int> Of(int level, int node) => level == _levels.Depth ? _rowsOfLabel[_levels.Order[node]] : _rows[level][node];

    private sealed class Union
    {
        private readonly List<int> _rows = [];
        private bool[] _seen = [];

        public void Begin(int examples)
        {
            if (_seen.Length < examples) _seen = new bool[examples];
        }

        public void Add(ReadOnlySpan<int> rows)
        {
            foreach (int r in rows)
            {
                if (_seen[r]) continue;
                _seen[r] = true;
                _rows.Add(r);
            }
        }

        public int[] End()
        {
            _rows.Sort();
            foreach (int r in _rows) _seen[r] = false;
            int[] rows = [.. _rows];
            _rows.Clear();
            return rows;
        }
    }
}
