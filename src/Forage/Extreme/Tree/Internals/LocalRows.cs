namespace Forage.Extreme.Tree.Internals;

/// <summary>Some rows of a matrix copied together, their columns numbered anew without gaps, so that what is computed over them stays in the cache.</summary>
internal sealed class LocalRows
{
    private int[] _starts = new int[64], _columns = new int[1024], _local = [], _global = new int[1024];
    private float[] _values = new float[1024];

    public int Count { get; private set; }

    /// <summary>Number of columns that occur.</summary>
    public int ColumnCount { get; private set; }

    /// <summary>Column of the source of each local one, in the order of their first occurrence.</summary>
    public ReadOnlySpan<int> Global => _global.AsSpan(0, ColumnCount);

    public ReadOnlySpan<int> ColumnsOf(int row) => _columns.AsSpan(_starts[row].._starts[row + 1]);

    public ReadOnlySpan<float> ValuesOf(int row) => _values.AsSpan(_starts[row].._starts[row + 1]);

    public void Gather(SparseRows source, ReadOnlySpan<int> rows)
    {
        for (int c = 0; c < ColumnCount; c++) _local[_global[c]] = 0;
        if (_local.Length < source.ColumnCount) _local = new int[source.ColumnCount];
        (Count, ColumnCount) = (rows.Length, 0);
        long total = 0;
        foreach (int r in rows) total += source.Starts[r + 1] - source.Starts[r];
        if (_starts.Length <= rows.Length) _starts = new int[Math.Max(rows.Length + 1, 2 * _starts.Length)];
        if (_columns.Length < total)
        {
            int size = (int)Math.Min(Array.MaxLength, Math.Max(total, 3L * _columns.Length / 2));
            (_columns, _values) = (new int[size], new float[size]);
        }
        int at = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            int r = rows[i];
            _starts[i] = at;
            source.ValuesOf(r).CopyTo(_values.AsSpan(at));
            foreach (int column in source.ColumnsOf(r)) _columns[at++] = LocalOf(column);
        }
        _starts[rows.Length] = at;
    }

    private int LocalOf(int column)
    {
        if (_local[column] == 0)
        {
            if (ColumnCount == _global.Length) Array.Resize(ref _global, 2 * ColumnCount);
            _global[ColumnCount++] = column;
            _local[column] = ColumnCount;
        }
        return _local[column] - 1;
    }
}
