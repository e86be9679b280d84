using System.Globalization;
using System.IO.Compression;
using Forage.Features;

namespace Forage.Cli.Reproductions.Markets;

/// <summary>What many said about the same events, and what came true.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Members">Their number.</param>
/// <param name="Outcomes">m.</param>
/// <param name="Events">In the order in which they are settled.</param>
internal sealed record Crowd(string Name, int Members, int Outcomes, IReadOnlyList<CrowdEvent> Events)
{
    private static readonly string[] s_bookmakers = ["B365", "BS", "BW", "GB", "IW", "LB", "PS", "SB", "SJ", "SO", "SY", "VC", "WH"];

    /// <summary>Forecasters of three kinds whose skill is known: some good, most noisy, some random; a tenth of the answers missing.</summary>
    public static Crowd Synthetic(int members, int events, ulong seed)
    {
        var rng = new Rng(seed).Fork(6);
        var list = new List<CrowdEvent>();
        for (int t = 0; t < events; t++)
        {
            double truth = 1.2 * rng.NextGaussian();
            double[] beliefs = new double[2 * members];
            bool[] abstains = new bool[members];
            for (int i = 0; i < members; i++)
            {
                double noise = i % 20 == 0 ? 0.3 : i % 20 < 15 ? 1.2 : 3, logit = (i % 20 < 15 ? truth : 0) + noise * rng.NextGaussian();
                beliefs[2 * i + 1] = Math.Clamp(1 / (1 + Math.Exp(-logit)), 0.01, 0.99);
                beliefs[2 * i] = 1 - beliefs[2 * i + 1];
                abstains[i] = rng.NextDouble() < 0.1;
            }
            list.Add(new CrowdEvent(beliefs, abstains, rng.NextDouble() < 1 / (1 + Math.Exp(-truth)) ? 1 : 0));
        }
        return new Crowd(FormattableString.Invariant($"Synthetic: {members} forecasters, {events} questions"), members, 2, list);
    }

    /// <summary>ACX 2023: percentages from the fifth column on, one forecaster a line; empty where she did not answer.</summary>
    public static Crowd Forecasters(string predictions, string answers)
    {
        int[] truth = [.. Lines(answers).Skip(1).Select(l => int.Parse(l.Split(',')[1], CultureInfo.InvariantCulture))];
        string[][] rows = [.. Lines(predictions).Skip(1).Select(l => l.Split(',')[4..])];
        var list = new List<CrowdEvent>();
        for (int t = 0; t < truth.Length; t++)
        {
            double[] beliefs = new double[2 * rows.Length];
            bool[] abstains = new bool[rows.Length];
            for (int i = 0; i < rows.Length; i++)
            {
                abstains[i] = !double.TryParse(rows[i][t], CultureInfo.InvariantCulture, out double percent) || !(percent is > 0 and < 100);
                if (abstains[i]) continue;
                beliefs[2 * i + 1] = percent / 100;
                beliefs[2 * i] = 1 - beliefs[2 * i + 1];
            }
            list.Add(new CrowdEvent(beliefs, abstains, truth[t]));
        }
        return new Crowd(FormattableString.Invariant($"ACX 2023: {rows.Length:N0} forecasters, {truth.Length} questions"), rows.Length, 2, list);
    }

    /// <summary>Bookmakers' odds of home win, draw and away win: probabilities are 1/odds divided by their sum (which takes the margin out evenly).</summary>
    public static Crowd Bookmakers(string folder)
    {
        var list = new List<CrowdEvent>();
        int seasons = 0;
        foreach (string file in Directory.GetFiles(folder, "E0_*.csv*").OrderBy(f => (int.Parse(Path.GetFileName(f).AsSpan(3, 2), CultureInfo.InvariantCulture) + 10) % 100))
        {
            string[] head = [];
            int before = list.Count;
            foreach (string[] cells in Lines(file).Select(l => l.Split(',')))
            {
                if (head.Length == 0)
                {
                    head = cells;
                    continue;
                }
                double Cell(string name) => Array.IndexOf(head, name) is >= 0 and var at && at < cells.Length && double.TryParse(cells[at], NumberStyles.Float, CultureInfo.InvariantCulture, out double v) ? v : double.NaN;
                double home = Cell("FTHG"), away = Cell("FTAG");
                if (double.IsNaN(home) || double.IsNaN(away)) continue;
                double[] beliefs = new double[3 * s_bookmakers.Length];
                bool[] abstains = new bool[s_bookmakers.Length];
                for (int i = 0; i < s_bookmakers.Length; i++)
                {
                    double h = 1 / Cell(s_bookmakers[i] + "H"), d = 1 / Cell(s_bookmakers[i] + "D"), a = 1 / Cell(s_bookmakers[i] + "A"), sum = h + d + a;
                    abstains[i] = !(h < 1 && d < 1 && a < 1 && sum is > 0.9 and < 1.5);
                    if (!abstains[i]) (beliefs[3 * i], beliefs[3 * i + 1], beliefs[3 * i + 2]) = (h / sum, d / sum, a / sum);
                }
                if (!Array.TrueForAll(abstains, x => x)) list.Add(new CrowdEvent(beliefs, abstains, home > away ? 0 : home == away ? 1 : 2));
            }
            if (list.Count > before) seasons++;
        }
        return new Crowd(FormattableString.Invariant($"English Premier League: {s_bookmakers.Length} bookmakers, {list.Count:N0} matches of {seasons} seasons"), s_bookmakers.Length, 3, list);
    }

    private static IEnumerable<string> Lines(string path)
    {
        using var file = File.OpenRead(path);
        using Stream bytes = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(bytes);
        while (reader.ReadLine() is { } line)
            if (line.Length > 0) yield return line;
    }
}

/// <summary>One event.</summary>
/// <param name="Beliefs">A row of m probabilities for each member.</param>
/// <param name="Abstains">Who said nothing.</param>
/// <param name="Outcome">What came true.</param>
internal sealed record CrowdEvent(double[] Beliefs, bool[] Abstains, int Outcome);
