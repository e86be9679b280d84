using Forage.Features;

namespace Forage.Cli.Reproductions.TamingCurves;

/// <summary>The exponent of a power law: slope of the least-squares line through (ln x, ln y), y a mean or a median over worlds, with a 95 % bootstrap interval over worlds.</summary>
/// <param name="Slope">The exponent.</param>
/// <param name="Lower">Lower end of the interval; NaN with one world only.</param>
/// <param name="Upper">Upper end.</param>
/// <param name="From">The first x used.</param>
/// <param name="To">The last x used.</param>
internal readonly record struct GrowthRate(double Slope, double Lower, double Upper, double From, double To)
{
    private const int Resamples = 400;

    /// <summary>Growth of y[world][place] from x ≥ <paramref name="from"/> on.</summary>
    public static GrowthRate Of(double[] x, double[][] y, double from, bool median = false)
    {
        int first = Math.Min(Array.FindIndex(x, v => v >= from), x.Length - 2);
        double[] logs = [.. x[first..].Select(v => Math.Log(v))];
        double Fit(double[][] worlds) => LeastSquares(logs, [.. Enumerable.Range(first, logs.Length).Select(i => Math.Log(Middle(worlds, i, median)))]);
        double slope = Fit(y);
        if (y.Length == 1) return new GrowthRate(slope, double.NaN, double.NaN, x[first], x[^1]);
        var rng = new Rng(1);
        var slopes = new double[Resamples];
        var drawn = new double[y.Length][];
        for (int b = 0; b < slopes.Length; b++)
        {
            for (int w = 0; w < drawn.Length; w++) drawn[w] = y[rng.NextInt(y.Length)];
            slopes[b] = Fit(drawn);
        }
        Array.Sort(slopes);
        return new GrowthRate(slope, slopes[Resamples / 40], slopes[^(Resamples / 40 + 1)], x[first], x[^1]);
    }

    /// <summary>Growth of what y gains from one place to the next; x ≥ <paramref name="from"/> is gained from.</summary>
    public static GrowthRate OfIncrements(double[] x, double[][] y, double from, bool median) => Of(x[1..], Increments(y), 2 * from, median);

    /// <summary>y[world][place + 1] - y[world][place].</summary>
    public static double[][] Increments(double[][] y) => [.. y.Select(s => s[1..].Zip(s, (next, before) => next - before).ToArray())];

    /// <summary>Mean or median over worlds at a place.</summary>
    public static double Middle(double[][] y, int place, bool median)
    {
        if (!median) return y.Average(s => s[place]);
        double[] sorted = [.. y.Select(s => s[place]).Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static double LeastSquares(double[] x, double[] y)
    {
        double mx = x.Average(), my = y.Average();
        return x.Zip(y, (a, b) => (a - mx) * (b - my)).Sum() / x.Sum(a => (a - mx) * (a - mx));
    }
}
