using Forage.Quantiles.Internals;

namespace Forage.Quantiles.Linear.Internals;

/// <summary>
/// A regression's rows with a constant, made fit for computing: columns scaled to mean 0 and deviation 1, those linear in earlier ones left out, targets likewise, rows multiplied by their weights (which weighs their pinball loss)
/// and rows of weight 0 left out.
/// </summary>
internal sealed class DesignMatrix
{
    private readonly int[] _kept;
    private readonly int _columns;
    private readonly double[] _means, _deviations;
    private readonly double _mean, _deviation;

    private DesignMatrix(int columns, int[] kept, double[] means, double[] deviations, double mean, double deviation, double[] x, double[] y)
        => (_columns, _kept, _means, _deviations, _mean, _deviation, X, Y) = (columns, kept, means, deviations, mean, deviation, x, y);

    /// <summary>Rows × width, the constant last.</summary>
    public double[] X { get; }

    /// <summary>Targets.</summary>
    public double[] Y { get; }

    /// <summary>Number of columns in use, the constant included.</summary>
    public int Width => _kept.Length + 1;

    public int Rows => Y.Length;

    public ReadOnlySpan<double> Row(int i) => X.AsSpan(i * Width, Width);

    public static DesignMatrix Of(ReadOnlySpan<double> x, int d, ReadOnlySpan<double> y, double[]? weights)
    {
        int[] rows = [.. Enumerable.Range(0, y.Length).Where(i => weights is null || weights[i] > 0)];
        double[] means = new double[d], deviations = new double[d];
        double mean = 0, deviation = 0;
        foreach (int i in rows)
        {
            for (int c = 0; c < d; c++) means[c] += x[i * d + c] / rows.Length;
            mean += y[i] / rows.Length;
        }
        foreach (int i in rows)
        {
            for (int c = 0; c < d; c++) deviations[c] += (x[i * d + c] - means[c]) * (x[i * d + c] - means[c]) / rows.Length;
            deviation += (y[i] - mean) * (y[i] - mean) / rows.Length;
        }
        for (int c = 0; c < d; c++) deviations[c] = Math.Sqrt(deviations[c]);
        deviation = deviation > 0 ? Math.Sqrt(deviation) : 1;
        int[] kept = Independent(x, d, rows, means, deviations);
        int width = kept.Length + 1;
        double[] scaled = new double[rows.Length * width], targets = new double[rows.Length];
        for (int r = 0; r < rows.Length; r++)
        {
            int i = rows[r];
            double w = weights?[i] ?? 1;
            for (int j = 0; j < kept.Length; j++) scaled[r * width + j] = w * (x[i * d + kept[j]] - means[kept[j]]) / deviations[kept[j]];
            scaled[r * width + width - 1] = w;
            targets[r] = w * (y[i] - mean) / deviation;
        }
        return new DesignMatrix(d, kept, means, deviations, mean, deviation, scaled, targets);
    }

    /// <summary>Coefficients for the rows as they were, the intercept last.</summary>
    public double[] Unscale(double[] v)
    {
        double[] result = new double[_columns + 1];
        double intercept = v[^1] * _deviation + _mean;
        for (int j = 0; j < _kept.Length; j++)
        {
            int c = _kept[j];
            result[c] = v[j] * _deviation / _deviations[c];
            intercept -= result[c] * _means[c];
        }
        result[_columns] = intercept;
        return result;
    }

    // Columns whose residual on earlier ones is not nothing, by Cholesky of their correlations.
    private static int[] Independent(ReadOnlySpan<double> x, int d, int[] rows, double[] means, double[] deviations)
    {
        const double Tolerance = 1e-10;
        double[] gram = new double[d * d], z = new double[d];
        foreach (int i in rows)
        {
            for (int c = 0; c < d; c++) z[c] = deviations[c] > 1e-14 * Math.Abs(means[c]) ? (x[i * d + c] - means[c]) / deviations[c] : 0;
            for (int a = 0; a < d; a++)
                for (int b = 0; b <= a && z[a] != 0; b++) gram[a * d + b] += z[a] * z[b] / rows.Length;
        }
        var kept = new List<int>();
        double[] l = new double[d * d];
        for (int a = 0; a < d; a++)
        {
            double pivot = gram[a * d + a];
            for (int k = 0; k < kept.Count; k++)
            {
                double sum = gram[a * d + kept[k]];
                for (int m = 0; m < k; m++) sum -= l[a * d + m] * l[kept[k] * d + m];
                l[a * d + k] = sum / l[kept[k] * d + k];
                pivot -= l[a * d + k] * l[a * d + k];
            }
            if (pivot <= Tolerance || kept.Count >= rows.Length - 1) continue;
            l[a * d + kept.Count] = Math.Sqrt(pivot);
            kept.Add(a);
        }
        return [.. kept];
    }
}
