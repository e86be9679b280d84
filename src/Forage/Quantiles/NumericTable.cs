using Forage.Quantiles.Internals;

namespace Forage.Quantiles;

/// <summary>A table of numbers, n rows by d columns, kept column by column. NaN is a missing value; infinities are refused by the learners.</summary>
public sealed class NumericTable
{
    private readonly float[] _values;

    /// <summary>A table of zeros.</summary>
    public NumericTable(int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        if ((long)rows * columns > Array.MaxLength) QuantileThrow.Wrong($"A table of {rows} rows and {columns} columns was asked for; expected at most {Array.MaxLength} cells.");
        (Rows, Columns, _values) = (rows, columns, new float[rows * columns]);
    }

    /// <summary>n.</summary>
    public int Rows { get; }

    /// <summary>d.</summary>
    public int Columns { get; }

    /// <summary>A cell.</summary>
    public float this[int row, int column]
    {
        get => Column(column)[row];
        set => Column(column)[row] = value;
    }

    /// <summary>A column, a value a row.</summary>
    public Span<float> Column(int column) => _values.AsSpan(column * Rows, Rows);

    /// <summary>A table from rows of equal length.</summary>
    public static NumericTable Of(IReadOnlyList<float[]> rows)
    {
        var table = new NumericTable(rows.Count, rows.Count == 0 ? 0 : rows[0].Length);
        for (int i = 0; i < rows.Count; i++) table.SetRow(i, rows[i]);
        return table;
    }

    /// <summary>Copies a row out.</summary>
    public void CopyRow(int row, Span<float> to)
    {
        if (to.Length != Columns) throw new ArgumentException($"Room for {to.Length} values was given; the table has {Columns} columns.", nameof(to));
        for (int c = 0, at = row; c < to.Length; c++, at += Rows) to[c] = _values[at];
    }

    /// <summary>Sets a row.</summary>
    public void SetRow(int row, ReadOnlySpan<float> values)
    {
        if (values.Length != Columns) throw new ArgumentException($"{values.Length} values were given; the table has {Columns} columns.", nameof(values));
        for (int c = 0; c < values.Length; c++) _values[c * Rows + row] = values[c];
    }

    /// <summary>A table of some of the rows, in the order given.</summary>
    public NumericTable Select(ReadOnlySpan<int> rows)
    {
        var part = new NumericTable(rows.Length, Columns);
        for (int c = 0; c < Columns; c++)
        {
            Span<float> from = Column(c), to = part.Column(c);
            for (int i = 0; i < rows.Length; i++) to[i] = from[rows[i]];
        }
        return part;
    }
}
