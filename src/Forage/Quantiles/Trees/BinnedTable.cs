namespace Forage.Quantiles.Trees;

/// <summary>
/// A table whose values are replaced by the numbers of bins, for trees that split by histograms: bin b holds the values in (cut_(b-1), cut_b]. A column of no more values than bins has a bin a value, so that nothing is
/// lost; else bins hold about equally many rows. A missing value is bin 255.
/// </summary>
public sealed class BinnedTable
{
    /// <summary>The bin of missing values.</summary>
    public const byte Missing = 255;

    /// <summary>Most bins of values.</summary>
    public const int MostBins = 255;

    private readonly float[][] _cuts;
    private readonly byte[] _bins; // column by column

    /// <summary>Bins of a table.</summary>
    /// <param name="table">The values.</param>
    /// <param name="bins">Most bins a column, 2 to 255.</param>
    public BinnedTable(NumericTable table, int bins = MostBins)
    {
        if (bins is < 2 or > MostBins) throw new ForageException($"The number of bins is {bins}; expected 2 to {MostBins}.");
        (Rows, Columns) = (table.Rows, table.Columns);
        _cuts = new float[Columns][];
        _bins = new byte[Rows * Columns];
        float[] sorted = new float[Rows];
        for (int c = 0; c < Columns; c++)
        {
            var values = table.Column(c);
            int known = 0;
            foreach (float x in values)
                if (!float.IsNaN(x)) sorted[known++] = x;
            Array.Sort(sorted, 0, known);
            _cuts[c] = Cuts(sorted.AsSpan(0, known), bins);
            var column = _bins.AsSpan(c * Rows, Rows);
            for (int i = 0; i < column.Length; i++) column[i] = BinOf(_cuts[c], values[i]);
        }
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Columns { get; }

    /// <summary>Number of bins of a column, that of missing values not counted.</summary>
    public int Bins(int column) => _cuts[column].Length + 1;

    /// <summary>Largest value of a bin that is not the last: where a split above that bin cuts.</summary>
    public float Cut(int column, int bin) => _cuts[column][bin];

    /// <summary>The bins of a column, one a row.</summary>
    public ReadOnlySpan<byte> Column(int column) => _bins.AsSpan(column * Rows, Rows);

    private static byte BinOf(float[] cuts, float x)
    {
        if (float.IsNaN(x)) return Missing;
        int low = 0, high = cuts.Length;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (cuts[middle] < x) low = middle + 1;
            else high = middle;
        }
        return (byte)low;
    }

    private static float[] Cuts(ReadOnlySpan<float> sorted, int bins)
    {
        int distinct = sorted.IsEmpty ? 0 : 1;
        for (int i = 1; i < sorted.Length; i++)
            if (sorted[i] > sorted[i - 1]) distinct++;
        var cuts = new List<float>();
        long next = 1;
        for (int i = 1; i < sorted.Length && cuts.Count < bins - 1; i++)
        {
            if (!(sorted[i] > sorted[i - 1])) continue;
            if (distinct > bins && i * (long)bins < next * sorted.Length) continue;
            cuts.Add(Between(sorted[i - 1], sorted[i]));
            next = i * (long)bins / sorted.Length + 1;
        }
        return [.. cuts];
    }

    // Halfway, but below the upper value whatever rounding does.
    private static float Between(float low, float high)
    {
        float middle = (float)(((double)low + high) / 2);
        return middle < high ? middle : low;
    }
}
