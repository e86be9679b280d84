using Forage.Persistence;

namespace Forage.Quantiles.Internals;

/// <summary>Means and standard deviations of columns. Scaled values are (x - mean)/deviation; a missing value is 0, the mean; so is every value of a constant column.</summary>
internal sealed class ColumnScales
{
    private readonly double[] _means, _factors;

    private ColumnScales(double[] means, double[] factors) => (_means, _factors) = (means, factors);

    public int Columns => _means.Length;

    /// <summary>Of the known values of a table; the deviation is that of a sample (divisor n - 1), as R scales.</summary>
    public static ColumnScales Of(NumericTable table)
    {
        double[] means = new double[table.Columns], factors = new double[table.Columns];
        for (int c = 0; c < table.Columns; c++)
        {
            double sum = 0, squares = 0;
            int known = 0;
            foreach (float x in table.Column(c))
            {
                if (float.IsNaN(x)) continue;
                sum += x;
                known++;
            }
            means[c] = known > 0 ? sum / known : 0;
            foreach (float x in table.Column(c))
                if (!float.IsNaN(x)) squares += (x - means[c]) * (x - means[c]);
            double deviation = known > 1 ? Math.Sqrt(squares / (known - 1)) : 0;
            factors[c] = deviation > 1e-12 * Math.Max(1, Math.Abs(means[c])) ? 1 / deviation : 0;
        }
        return new ColumnScales(means, factors);
    }

    public double MeanOf(int column) => _means[column];

    public double FactorOf(int column) => _factors[column];

    public void Scale(ReadOnlySpan<float> row, Span<float> scaled)
    {
        for (int c = 0; c < _means.Length; c++) scaled[c] = float.IsNaN(row[c]) ? 0 : (float)((row[c] - _means[c]) * _factors[c]);
    }

    /// <summary>All rows, scaled, one after the other.</summary>
    public float[] Rows(NumericTable table)
    {
        float[] rows = new float[table.Rows * table.Columns], row = new float[table.Columns];
        for (int i = 0; i < table.Rows; i++)
        {
            table.CopyRow(i, row);
            Scale(row, rows.AsSpan(i * table.Columns, table.Columns));
        }
        return rows;
    }

    public void Save(ModelWriter writer)
    {
        writer.Write(_means);
        writer.Write(_factors);
    }

    public static ColumnScales Load(ModelReader reader) => new(reader.ReadDoubles(), reader.ReadDoubles());
}
