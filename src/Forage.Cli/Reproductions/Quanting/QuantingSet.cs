using System.Globalization;
using System.IO.Compression;
using Forage.Evaluation;
using Forage.Features;
using Forage.Quantiles;

namespace Forage.Cli.Reproductions.Quanting;

/// <summary>A set of the comparison.</summary>
/// <param name="Name">Its name.</param>
/// <param name="File">Under quantile/ of --data.</param>
/// <param name="Train">Rows learnt from, the rest is for testing; 0: tenfold cross-validation, ten times.</param>
/// <param name="Figure">Figure 2 is drawn of it.</param>
/// <param name="Speed">Speed and calibration are measured on it.</param>
internal sealed record QuantingSet(string Name, string File, int Train, bool Figure, bool Speed)
{
    public static readonly QuantingSet[] All =
    [
        new("boston", "boston.csv", 0, true, false),
        new("california", "california.csv", 13_760, true, true),
        new("kin8nm", "kin8nm.txt", 5_461, false, false),
        new("power-plant", "power-plant.txt", 6_379, false, false),
    ];

    /// <summary>Reads it; null if it is not there. Boston is bundled.</summary>
    public QuantingData? Load(ReproduceContext context, ReproduceResult result)
    {
        string? path = context.DataFile("quantile/" + File);
        if (path is null && ReproduceContext.Checkout is { } root && Path.Combine(root, "data", Name, File + ".gz") is var bundled && System.IO.File.Exists(bundled)) path = bundled;
        if (path is null) return null;
        result.Data.Add(ReportData.OfFile(path));
        var rows = new List<float[]>();
        var targets = new List<double>();
        using var file = System.IO.File.OpenRead(path);
        using Stream bytes = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(bytes);
        bool csv = File.EndsWith(".csv", StringComparison.Ordinal);
        if (csv) reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            string[] cells = line.Split(csv ? [','] : [' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (cells.Length == 0) continue;
            rows.Add([.. cells[..^1].Select(c => float.Parse(c.Trim('"'), CultureInfo.InvariantCulture))]);
            targets.Add(double.Parse(cells[^1].Trim('"'), CultureInfo.InvariantCulture));
        }
        var all = new QuantileSet(NumericTable.Of(rows), [.. targets]);
        return new QuantingData(this, all, [.. Splits(all.Count, context)]);
    }

    private IEnumerable<QuantingSplit> Splits(int rows, ReproduceContext context)
    {
        int repetitions = Train > 0 || context.Quick ? 1 : 10, folds = Train > 0 ? 1 : 10;
        for (int r = 0; r < repetitions; r++)
        {
            int[] order = [.. Enumerable.Range(0, rows)];
            new Rng(context.Session.Seed).Fork((ulong)r).Shuffle<int>(order);
            for (int f = 0; f < folds; f++)
            {
                int from = Train > 0 ? Train : rows * f / folds, to = Train > 0 ? rows : rows * (f + 1) / folds;
                yield return new QuantingSplit(r, [.. order[..from], .. order[to..]], order[from..to]);
            }
        }
    }
}

/// <summary>Rows learnt from and rows tested on.</summary>
internal sealed record QuantingSplit(int Repetition, int[] Train, int[] Test);

/// <summary>A set that was read.</summary>
internal sealed record QuantingData(QuantingSet Set, QuantileSet All, IReadOnlyList<QuantingSplit> Splits);
