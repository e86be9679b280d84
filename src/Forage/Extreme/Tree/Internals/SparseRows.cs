using Forage.Features;

namespace Forage.Extreme.Tree.Internals;

/// <summary>A sparse matrix, row after row: row r has entries [Starts[r], Starts[r + 1]).</summary>
internal sealed class SparseRows(int[] starts, int[] columns, float[] values, int columnCount)
{
    public readonly int[] Starts = starts;
    public readonly int[] Columns = columns;
    public readonly float[] Values = values;

    public int Count => Starts.Length - 1;

    public int ColumnCount => columnCount;

    public ReadOnlySpan<int> ColumnsOf(int row) => Columns.AsSpan(Starts[row]..Starts[row + 1]);

    public ReadOnlySpan<float> ValuesOf(int row) => Values.AsSpan(Starts[row]..Starts[row + 1]);

    /// <summary>All rows of a block as columns.</summary>
    /// <exception cref="ForageException">A value is not finite, or there are too many.</exception>
    public static SparseRows Of(FeatureBlock rows, FeatureColumns columns)
    {
        int[] starts = new int[rows.RowCount + 1];
        long total = 0;
        for (int r = 0; r < rows.RowCount; r++) total += rows[r].Count + 1;
        if (total > Array.MaxLength) throw new ForageException($"The examples have {total} features together; a label tree learns from at most {Array.MaxLength}.");
        (int[] at, float[] values) = (new int[total], new float[total]);
        for (int r = 0; r < rows.RowCount; r++)
        {
            int start = starts[r], n = columns.Map(rows[r], at.AsSpan(start), values.AsSpan(start));
            foreach (float v in values.AsSpan(start, n))
                if (!float.IsFinite(v)) throw new ForageException($"Example {r + 1} has a feature value that is not finite or too large; a label tree needs numbers.");
            starts[r + 1] = start + n;
        }
        return new SparseRows(starts, at, values, columns.Count);
    }
}
