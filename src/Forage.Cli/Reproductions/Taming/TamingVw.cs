using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Forage.Simulation;

namespace Forage.Cli.Reproductions.Taming;

/// <summary>The same rows from vw, if it is on PATH: best progressive loss over its settings and learning rates.</summary>
internal static partial class TamingVw
{
    private static readonly string[] s_rates = ["0.25", "0.5", "1", "2"];

    /// <summary>Best loss and setting of each family; empty without vw.</summary>
    public static Dictionary<string, (double Loss, string Setting)> Run(ReproduceContext context, TamingSet set)
    {
        var best = new Dictionary<string, (double, string)>();
        if (CommandRun.OnPath("vw") is not { } vw) return best;
        using var folder = new ScratchFolder();
        string file = folder["examples.vw"];
        WriteText(set.Set, file, 1);
        var runs = (from family in TamingFamily.All from setting in family.Vw ?? [] from rate in s_rates select (family.Name, Setting: setting, Rate: rate)).ToList();
        using var progress = context.Session.Progress("the same in vw", "runs");
        for (int i = 0; i < runs.Count; i++)
        {
            var (name, setting, rate) = runs[i];
            var (_, output) = CommandRun.Timed(context, vw, ["-d", file, "-b", "20", .. setting.Split(' '), "-l", rate]);
            if (AverageLoss().Match(output) is { Success: true } match)
            {
                double loss = double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
                if (!best.TryGetValue(name, out var old) || loss < old.Item1) best[name] = (loss, $"{setting} -l {rate}");
            }
            progress.Report(i + 1, (double)(i + 1) / runs.Count, setting);
        }
        return best;
    }

    /// <summary>Writes a set in VW text, classes from 1, so often.</summary>
    public static void WriteText(SupervisedSet set, string path, int times)
    {
        var text = new StringBuilder();
        using var to = new StreamWriter(path);
        for (int i = 0; i < set.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{set.Labels(i)[0] + 1} |");
            var row = set.Rows[i];
            for (int g = 0; g < row.GroupCount; g++)
                for (int f = row.Group(g).Start; f < row.Group(g).End; f++) text.Append(CultureInfo.InvariantCulture, $" {row.Indices[f]}:{row.Values[f]}");
            text.Append('\n');
        }
        for (int k = 0; k < times; k++)
            foreach (var chunk in text.GetChunks()) to.Write(chunk.Span);
    }

    [GeneratedRegex(@"average loss = ([0-9.]+)")]
    private static partial Regex AverageLoss();
}
