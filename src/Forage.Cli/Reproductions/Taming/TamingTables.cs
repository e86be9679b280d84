using System.Globalization;
using Forage.Cli.Commands;
using Forage.Evaluation;

namespace Forage.Cli.Reproductions.Taming;

/// <summary>Rows, tables and curves of one set.</summary>
internal static class TamingTables
{
    public static void Add(TamingSet set, Dictionary<string, (double Loss, string Setting)> vw, ReproduceResult result)
    {
        var rows = new List<ReportRow>();
        foreach (var family in TamingFamily.All)
        {
            if (!set.Best.TryGetValue(family.Name, out var best)) continue;
            bool seen = set.Seconds.TryGetValue(family.Name, out double seconds);
            string setting = best.Contestant.Name + (double.IsNaN(best.Rate) ? "" : string.Create(CultureInfo.InvariantCulture, $", rate {best.Rate:G3}"));
            bool other = vw.TryGetValue(family.Name, out var theirs);
            var notes = new List<string> { setting };
            if (set.Name == "ccat" && family.PaperLoss is { } loss) notes.Add(string.Create(CultureInfo.InvariantCulture, $"paper {loss:0.000}"));
            if (other) notes.Add(string.Create(CultureInfo.InvariantCulture, $"vw {theirs.Loss:0.0000}"));
            result.Rows.Add(new MeasuredRow($"{set.Name}, {family.Name}", "progressive loss", best.Loss, "", Note: string.Join("; ", notes)));
            if (seen) result.Rows.Add(new MeasuredRow($"{set.Name}, {family.Name}", "time", seconds, "s", Note: set.Name == "ccat" && family.PaperSeconds is { } paper ? string.Create(CultureInfo.InvariantCulture, $"paper {paper:N0} s on 28 times as many rounds") : null));
            rows.Add(new ReportRow([family.Name, Four(best.Loss), setting, seen ? seconds.ToString("0.00", CultureInfo.InvariantCulture) : "", family.PaperLoss is { } p ? p.ToString("0.000", CultureInfo.InvariantCulture) : "", family.PaperBest,
                family.PaperSeconds is { } s ? s.ToString("N1", CultureInfo.InvariantCulture) : "", other ? Four(theirs.Loss) : "", other ? theirs.Setting : ""], family.Name == TamingFamily.Cover));
        }
        result.Blocks.Add(new ReportHeading(set.What));
        result.Blocks.Add(new ReportTable([new("algorithm"), new("loss", true), new("best setting"), new("seconds", true), new("paper's loss", true), new("paper's best"), new("paper's seconds", true), new("vw", true), new("vw's best")], rows,
            "Progressive 0/1 loss; settings and learning rates chosen in hindsight, as in the paper. The paper's numbers are on all 781,265 documents."));
        var ranked = set.Best.Where(b => b.Key != TamingFamily.Supervised).OrderBy(b => b.Value.Loss).Select(b => b.Value).ToList();
        result.Blocks.Add(ReplayReport.Curves("Loss while learning", [set.Best[TamingFamily.Supervised], .. ranked.Take(5)]));
    }

    private static string Four(double loss) => loss.ToString("0.0000", CultureInfo.InvariantCulture);
}
