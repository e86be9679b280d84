using Forage.Extreme.Internals;
using Forage.Features;
using Forage.Persistence;

namespace Forage.Extreme.Tree.Internals;

/// <summary>
/// Features that occur in training, numbered densely in the order of their indices, and their scaling. A column one past the last is the constant's.
/// Features never seen are left out.
/// </summary>
internal sealed class FeatureColumns
{
    private readonly uint[] _indices;
    private readonly float[] _idf;
    private readonly float _constant;
    private readonly FeatureScaling _scaling;
    private readonly IndexTable _table;

    private FeatureColumns(FeatureScaling scaling, float constant, uint[] indices, float[] idf)
    {
        (_scaling, _constant, _indices, _idf) = (scaling, constant, indices, idf);
        _table = new IndexTable(indices);
    }

    /// <summary>Number of columns, the constant's included.</summary>
    public int Count => _indices.Length + (_constant > 0 ? 1 : 0);

    /// <summary>Number of features seen.</summary>
    public int Features => _indices.Length;

    /// <summary>Index of the feature of a column.</summary>
    public uint IndexOf(int column) => _indices[column];

    public static FeatureColumns Of(FeatureBlock rows, FeatureScaling scaling, float constant)
    {
        int[] inRows = FeatureCounts.Of(rows, zeros: true, out uint[] indices);
        float[] idf = scaling == FeatureScaling.LogTfIdf ? [.. inRows.Select(n => (float)Math.Log((double)rows.RowCount / n))] : [];
        return new FeatureColumns(scaling, constant, indices, idf);
    }

    /// <summary>Writes a row as columns, ascending, each once, and scaled values, the constant last.</summary>
    /// <param name="x">The row.</param>
    /// <param name="columns">Room for one more than the row has features.</param>
    /// <param name="values">Likewise.</param>
    /// <returns>How many there are.</returns>
    public int Map(scoped in FeatureRow x, Span<int> columns, Span<float> values)
    {
        int n = 0;
        bool ascending = true;
        for (int g = 0; g < x.GroupCount; g++)
        {
            var group = x.Group(g);
            for (int i = group.Start; i < group.End; i++)
            {
                int column = _table.Find(x.Indices[i]);
                if (column < 0) continue;
                ascending &= n == 0 || column > columns[n - 1];
                (columns[n], values[n++]) = (column, x.Values[i]);
            }
        }
        if (!ascending) n = Merge(columns, values, n);
        Scale(columns[..n], values[..n]);
        if (_constant > 0) (columns[n], values[n++]) = (_indices.Length, _constant);
        return n;
    }

    public void Save(ModelWriter writer)
    {
        writer.Write((int)_scaling);
        writer.Write(_constant);
        writer.Write(_idf);
        writer.Write(System.Runtime.InteropServices.MemoryMarshal.Cast<uint, int>(_indices));
    }

    public static FeatureColumns Load(ModelReader reader)
    {
        var scaling = (FeatureScaling)reader.ReadInt32();
        float constant = reader.ReadSingle();
        float[] idf = reader.ReadSingles();
        uint[] indices = System.Runtime.InteropServices.MemoryMarshal.Cast<int, uint>(reader.ReadInt32s()).ToArray();
        bool fits = Enum.IsDefined(scaling) && idf.Length == (scaling == FeatureScaling.LogTfIdf ? indices.Length : 0);
        for (int c = 1; c < indices.Length; c++) fits &= indices[c] > indices[c - 1];
        if (!fits) throw new ForageException("The label tree is damaged: its features are not in order.");
        return new FeatureColumns(scaling, constant, indices, idf);
    }

    private static int Merge(Span<int> columns, Span<float> values, int n)
    {
        columns[..n].Sort(values[..n]);
        int kept = 0;
        for (int i = 1; i < n; i++)
        {
            if (columns[i] == columns[kept]) values[kept] += values[i];
            else (columns[++kept], values[kept]) = (columns[i], values[i]);
        }
        return n == 0 ? 0 : kept + 1;
    }

    private void Scale(Span<int> columns, Span<float> values)
    {
        if (_scaling == FeatureScaling.None) return;
        if (_scaling == FeatureScaling.LogTfIdf)
        {
            for (int i = 0; i < values.Length; i++)
            {
                float size = Math.Abs(values[i]);
                values[i] = MathF.CopySign(size > 1 ? 1 + MathF.Log(size) : size, values[i]) * _idf[columns[i]];
            }
        }
        double square = 0;
        foreach (float v in values) square += (double)v * v;
        if (!(square > 0)) return;
        float scale = (float)(1 / Math.Sqrt(square));
        for (int i = 0; i < values.Length; i++) values[i] *= scale;
    }
}
