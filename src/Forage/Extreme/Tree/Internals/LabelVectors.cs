namespace Forage.Extreme.Tree.Internals;

/// <summary>What a label looks like: the normalised sum of the feature vectors of its examples (the constant left out), one row a label; labels without examples have an empty row.</summary>
internal static class LabelVectors
{
    private const int Piece = 64;

    public static SparseRows Of(SparseRows examples, LabelSets rowsOfLabel, int features, int threads, CancellationToken cancellation)
    {
        int labels = rowsOfLabel.Count, pieces = (labels + Piece - 1) / Piece;
        var parts = new (int[] Ends, int[] Columns, float[] Values)[pieces];
        ParallelWork.For<Summer>(pieces, threads, cancellation, (p, summer) => parts[p] = summer.Sum(examples, rowsOfLabel, features, p * Piece, Math.Min(labels, (p + 1) * Piece)));
        int[] starts = new int[labels + 1];
        long total = parts.Sum(p => (long)p.Columns.Length);
        if (total > Array.MaxLength) throw new ForageException($"The labels have {total} features together; a label tree holds at most {Array.MaxLength}.");
        (int[] columns, float[] values) = (new int[total], new float[total]);
        int at = 0, row = 0;
        foreach (var part in parts)
        {
            foreach (int end in part.Ends) starts[++row] = at + end;
            part.Columns.CopyTo(columns, at);
            part.Values.CopyTo(values, at);
            at += part.Columns.Length;
        }
        return new SparseRows(starts, columns, values, features);
    }

    private sealed class Summer
    {
        private readonly List<int> _columns = [], _touched = [];
        private readonly List<float> _values = [];
        private float[] _sums = [];

        public (int[] Ends, int[] Columns, float[] Values) Sum(SparseRows examples, LabelSets rowsOfLabel, int features, int first, int end)
        {
            if (_sums.Length < features) _sums = new float[features];
            _columns.Clear();
            _values.Clear();
            int[] ends = new int[end - first];
            for (int label = first; label < end; label++)
            {
                foreach (int r in rowsOfLabel[label])
                {
                    var columns = examples.ColumnsOf(r);
                    var values = examples.ValuesOf(r);
                    for (int j = 0; j < columns.Length && columns[j] < features; j++)
                    {
                        ref float sum = ref _sums[columns[j]];
                        if (sum == 0) _touched.Add(columns[j]);
                        sum += values[j];
                    }
                }
                Take();
                ends[label - first] = _columns.Count;
            }
            return (ends, [.. _columns], [.. _values]);
        }

        private void Take()
        {
            _touched.Sort();
            double square = 0;
            foreach (int c in _touched) square += (double)_sums[c] * _sums[c];
            float scale = square > 0 ? (float)(1 / Math.Sqrt(square)) : 0;
            foreach (int c in _touched)
            {
                if (_sums[c] == 0) continue; // cancelled out, or here twice
                _columns.Add(c);
                _values.Add(_sums[c] * scale);
                _sums[c] = 0;
            }
            _touched.Clear();
        }
    }
}
