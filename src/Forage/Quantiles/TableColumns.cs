using Forage.Features;
using Forage.Persistence;

namespace Forage.Quantiles;

/// <summary>Which column of a <see cref="NumericTable"/> a sparse feature is: a column for each index that occurred, in the order of indices. Features not in a row are 0, unknown ones are left out.</summary>
public sealed class TableColumns
{
    private readonly uint[] _indices;
    private readonly Dictionary<uint, int> _columns;

    private TableColumns(uint[] indices)
    {
        _indices = indices;
        _columns = new Dictionary<uint, int>(indices.Length);
        for (int c = 0; c < indices.Length; c++) _columns.Add(indices[c], c);
    }

    /// <summary>Number of columns.</summary>
    public int Count => _indices.Length;

    /// <summary>Feature index of each column, ascending.</summary>
    public ReadOnlySpan<uint> Indices => _indices;

    /// <summary>The columns of all features that occur.</summary>
    public static TableColumns Of(FeatureBlock rows)
    {
        var seen = new HashSet<uint>();
        for (int i = 0; i < rows.RowCount; i++)
        {
            var row = rows[i];
            for (int g = 0; g < row.GroupCount; g++)
            {
                var group = row.Group(g);
                foreach (uint index in row.Indices[group.Start..group.End]) seen.Add(index);
            }
        }
        uint[] indices = [.. seen];
        Array.Sort(indices);
        return new TableColumns(indices);
    }

    /// <summary>Writes a row's features into their columns, the values of a feature that comes twice added up.</summary>
    /// <param name="row">The features.</param>
    /// <param name="values">Receives a value a column.</param>
    public void Fill(in FeatureRow row, Span<float> values)
    {
        values[..Count].Clear();
        for (int g = 0; g < row.GroupCount; g++)
        {
            var group = row.Group(g);
            for (int f = group.Start; f < group.End; f++)
                if (_columns.TryGetValue(row.Indices[f], out int column)) values[column] += row.Values[f];
        }
    }

    /// <summary>All rows as a table.</summary>
    public NumericTable Table(FeatureBlock rows)
    {
        var table = new NumericTable(rows.RowCount, Count);
        float[] values = new float[Count];
        for (int i = 0; i < rows.RowCount; i++)
        {
            Fill(rows[i], values);
            table.SetRow(i, values);
        }
        return table;
    }

    /// <summary>Writes the indices into the current chunk.</summary>
    public void Save(ModelWriter writer) => writer.Write(Array.ConvertAll(_indices, i => (int)i));

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static TableColumns Load(ModelReader reader) => new(Array.ConvertAll(reader.ReadInt32s(), i => (uint)i));
}
