namespace Forage.Cli.Reproductions.Taming;

/// <summary>The exponent of a power law: slope of the least-squares line through (ln x, ln mean y), with the jackknife over seeds for its error.</summary>
/// <param name="Slope">The exponent.</param>
/// <param name="Error">Its standard error; NaN with one seed only.</param>
/// <param name="From">The first x used.</param>
/// <param name="To">The last x used.</param>
internal readonly record struct GrowthRate(double Slope, double Error, double From, double To)
{
    /// <summary>Growth of the mean over seeds of y[seed][place], from x ≥ <paramref name="from"/> on.</summary>
    public static GrowthRate Of(double[] x, double[][] y, double from)
    {
        int first = Math.Min(Array.FindIndex(x, v => v >= from), x.Length - 2);
        double[] logs = [.. x[first..].Select(v => Math.Log(v))];
        double Fit(int without)
        {
            var used = y.Where((_, s) => s != without).ToList();
            return LeastSquares(logs, [.. Enumerable.Range(first, logs.Length).Select(i => Math.Log(used.Average(s => s[i])))]);
        }
        double slope = Fit(-1), error = double.NaN;
        if (y.Length > 1)
        {
            double[] left = [.. Enumerable.Range(0, y.Length).Select(Fit)];
            double mean = left.Average();
            error = Math.Sqrt((y.Length - 1.0) / y.Length * left.Sum(v => (v - mean) * (v - mean)));
        }
        return new GrowthRate(slope, error, x[first], x[^1]);
    }

    /// <summary>Growth of what y gains from one place to the next, the first place ≥ <paramref name="from"/> being the first to be gained from.</summary>
    public static GrowthRate OfIncrements(double[] x, double[][] y, double from) =>
        Of(x[1..], [.. y.Select(s => s[1..].Zip(s, (next, before) => next - before).ToArray())], 2 * from);

    private static double LeastSquares(double[] x, double[] y)
    {
        double mx = x.Average(), my = y.Average();
        return x.Zip(y, (a, b) => (a - mx) * (b - my)).Sum() / x.Sum(a => (a - mx) * (a - mx));
    }
}
