using System.Globalization;
using System.IO.Compression;
using Forage.Features;
using Forage.Quantiles;
using Forage.Tests.Architecture;

namespace Forage.Tests.Quantiles;

/// <summary>Small sets: bundled ones, and one whose quantiles are known.</summary>
internal static class QuantileSets
{
    /// <summary>A bundled CSV file: values in double precision, the target last.</summary>
    public static (double[] X, int Columns, double[] Y) Read(string name)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(SourceTree.Root, "data", name, name + ".csv.gz")), CompressionMode.Decompress));
        int columns = reader.ReadLine()!.Split(',').Length - 1;
        var (x, y) = (new List<double>(), new List<double>());
        while (reader.ReadLine() is { } line)
        {
            double[] cells = [.. line.Split(',').Select(c => double.Parse(c.Trim('"'), CultureInfo.InvariantCulture))];
            x.AddRange(cells[..^1]);
            y.Add(cells[^1]);
        }
        return ([.. x], columns, [.. y]);
    }

    /// <summary>A bundled file as a set.</summary>
    public static QuantileSet Bundled(string name)
    {
        var (x, d, y) = Read(name);
        return new QuantileSet(NumericTable.Of([.. Enumerable.Range(0, y.Length).Select(i => Array.ConvertAll(x[(i * d)..((i + 1) * d)], v => (float)v))]), y);
    }

    /// <summary>y = 10 x_0 + 2 x_1 + s(x) E, E standard exponential, s = 1 + 2·1{x_1 &gt; 1/2}, x uniform in [0, 1]³: the q-quantile is 10 x_0 + 2 x_1 - s ln(1 - q).</summary>
    public static QuantileSet Skewed(int rows, ulong seed)
    {
        var rng = new Rng(seed);
        var table = new NumericTable(rows, 3);
        double[] y = new double[rows];
        for (int i = 0; i < rows; i++)
        {
            for (int c = 0; c < 3; c++) table[i, c] = (float)rng.NextDouble();
            y[i] = Truth(table[i, 0], table[i, 1], 1 - Math.Exp(-rng.NextExponential()));
        }
        return new QuantileSet(table, y);
    }

    /// <summary>The q-quantile of <see cref="Skewed"/>.</summary>
    public static double Truth(double x0, double x1, double q) => 10 * x0 + 2 * x1 - (x1 > 0.5 ? 3 : 1) * Math.Log(1 - q);
}
