using Forage.Quantiles.Quanting;

namespace Forage.Quantiles.Trees.Internals;

/// <summary>What all runs of boosting share: bins row by row, where each column's histogram stands, ranks and weights.</summary>
internal sealed class BoostData
{
    private readonly BinnedTable _table;
    private readonly byte[] _bins; // row by row

    public BoostData(ThresholdSample sample, int bins)
    {
        Sample = sample;
        _table = new BinnedTable(sample.Table, bins);
        (Rows, Columns, Slots) = (_table.Rows, _table.Columns, sample.Thresholds.Length);
        _bins = new byte[Rows * Columns];
        Offsets = new int[Columns + 1];
        for (int c = 0; c < Columns; c++)
        {
            var column = _table.Column(c);
            byte missing = (byte)_table.Bins(c); // the bin after the last
            for (int i = 0; i < Rows; i++) _bins[i * Columns + c] = Math.Min(column[i], missing);
            Offsets[c + 1] = Offsets[c] + missing + 1;
        }
    }

    public ThresholdSample Sample { get; }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Number of thresholds T.</summary>
    public int Slots { get; }

    /// <summary>First bin of each column among all; its last bin is that of missing values.</summary>
    public int[] Offsets { get; }

    /// <summary>Bins of a row; missing values have the bin after the column's last.</summary>
    public ReadOnlySpan<byte> Row(int i) => _bins.AsSpan(i * Columns, Columns);

    /// <summary>The cut above a bin.</summary>
    public float Cut(int column, int bin) => _table.Cut(column, bin);

    /// <summary>Number of bins of values of a column.</summary>
    public int Bins(int column) => _table.Bins(column);

    /// <summary>Weight of a row's positives and negatives.</summary>
    public (float Positive, float Negative) Weights(int i)
    {
        float own = Sample.RowWeights is { } w ? w[i] : 1;
        return (own * Sample.PositiveWeight, own * Sample.NegativeWeight);
    }

    /// <summary>Log-odds of y ≥ t over all rows, with half a positive and half a negative more.</summary>
    public float[] Prior()
    {
        double[] positive = new double[Slots + 1];
        double total = 0;
        for (int i = 0; i < Rows; i++)
        {
            double w = Sample.RowWeights is { } rows ? rows[i] : 1;
            positive[Sample.Ranks[i]] += w;
            total += w;
        }
        float[] bias = new float[Slots];
        double above = 0;
        for (int k = Slots - 1; k >= 0; k--)
        {
            above += positive[k + 1];
            bias[k] = (float)Math.Log((above + 0.5) * Sample.PositiveWeight / ((total - above + 0.5) * Sample.NegativeWeight));
        }
        return bias;
    }
}
