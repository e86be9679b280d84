namespace Forage.Search.Internals;

internal sealed unsafe partial class ActionTable
{
    /// <summary>The greatest weight of a rounded table is at most so many units: sums of groups of features mostly fit 16 bits, too.</summary>
    private const int MostUnits = 1 << 12;

    /// <summary>A power of two; weights of a rounded table are 16-bit multiples of it. 0 for a table of floats.</summary>
    public float Unit { get; }

    /// <summary>Whether rows are 16-bit numbers of units. Sums of such rows are whole numbers, so they do not depend on the order of features, nor on what was summed before.</summary>
    public bool IsRounded => Unit > 0;

    /// <summary>Rows of a rounded table, <see cref="Width"/> numbers each; row 0 is zero.</summary>
    public short* RoundedRows => (short*)_rows;

    /// <summary>Where features are looked up.</summary>
    public FeatureIndex Index => _index;

    /// <summary>
    /// The same features with weights rounded to the nearest multiples of a power of two, the smallest of which the greatest weight is no more than 2^12: a row of up to
    /// 32 actions is one cache line. Null where a weight is no number that can be rounded.
    /// </summary>
    public ActionTable? Rounded()
    {
        var keys = _index.Keys();
        float most = 0;
        for (int i = 1; i <= keys.Length; i++)
        {
            float* row = _rows + (nuint)i * (nuint)Cell;
            for (int a = 0; a < Actions; a++)
            {
                if (!float.IsFinite(row[a])) return null;
                most = MathF.Max(most, MathF.Abs(row[a]));
            }
        }
        float unit = most > 0 ? MathF.ScaleB(1, Math.Max((int)MathF.Ceiling(MathF.Log2(most / MostUnits)), -126)) : 1;
        var rounded = new ActionTable(Actions, learns: false, unit, keys.Length);
        for (int i = 1; i <= keys.Length; i++)
        {
            rounded._index.FindOrAdd(keys[i - 1]);
            if (i >= rounded._capacity) rounded.Reserve(2 * rounded._capacity);
            float* from = _rows + (nuint)i * (nuint)Cell;
            short* to = rounded.RoundedRows + (nuint)i * (nuint)rounded.Width;
            for (int a = 0; a < Actions; a++) to[a] = (short)MathF.Round(from[a] / unit);
        }
        return rounded;
    }

    private void ScoreRounded(ReadOnlySpan<uint> features, ReadOnlySpan<float> values, Span<uint> rows, float* scores)
    {
        if (values.IsEmpty)
        {
            RoundedKernels.Score(RoundedRows, rows[..Find(features, rows)], default, scores, Width, Unit);
            return;
        }
        for (int i = 0; i < features.Length; i++) rows[i] = _index.Find(features[i]);
        RoundedKernels.Score(RoundedRows, rows[..features.Length], values, scores, Width, Unit);
    }
}
