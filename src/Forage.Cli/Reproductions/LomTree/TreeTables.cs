using System.Globalization;
using Forage.Cli.Frame;
using Forage.Evaluation;

namespace Forage.Cli.Reproductions.LomTree;

/// <summary>Rows as they come, and the paper's tables at the end.</summary>
internal sealed class TreeTables(RowTeller tell)
{
    private static readonly string[] s_methods = ["LOMtree", "Rtree", "Filter tree", "OAA", "Recall tree"];

    // Table 4 of the paper, in percent.
    private static readonly (string Set, string Lom, string Random, string Filter, string All)[] s_paper =
    [
        ("Isolet (26)", "6.36 ± 1.71", "16.92 ± 2.63", "15.10 ± 2.51", "3.56 ± 1.30"),
        ("Sector (105)", "16.19 ± 2.33", "15.77 ± 2.30", "17.70 ± 2.41", "9.17 ± 1.82"),
        ("Aloi (1,000)", "16.50 ± 0.70", "83.74 ± 0.70", "80.50 ± 0.75", "13.78 ± 0.65"),
        ("ImageNet (22,000)", "90.17 ± 0.05", "96.99 ± 0.03", "92.12 ± 0.04", "NA"),
        ("ODP (105,000)", "93.46 ± 0.12", "93.85 ± 0.12", "93.76 ± 0.12", "NA"),
    ];

    private readonly List<TreeResult> _results = [];

    /// <summary>Everything measured with errors so far.</summary>
    public IReadOnlyList<TreeResult> Results => _results;

    /// <summary>A row of the table of results.</summary>
    public void Row(MeasuredRow row) => tell.Row(row);

    /// <summary>A promise.</summary>
    public void Target(string id, double value, string sense, double bound, string unit) => tell.Target(id, value, sense, bound, unit);

    /// <summary>A promise that could not be looked at.</summary>
    public void Skip(string id, string why) => tell.Skip(id, why);

    /// <summary>A method's result on a set.</summary>
    public void Add(TreeResult r)
    {
        _results.Add(r);
        string part = $"{r.Set.Name}, {r.Setting.Name}";
        string note = $"{r.Setting.Choice}, {r.Passes} pass{(r.Passes == 1 ? "" : "es")}";
        Row(new MeasuredRow(part, "test error", 100 * r.Error, "%", 100 * (r.Error - r.Half), 100 * (r.Error + r.Half), note));
        Row(new MeasuredRow(part, "training time", r.TrainSeconds, "s"));
        Row(new MeasuredRow(part, "test time", 1e6 * r.TestSeconds, "µs/example"));
        if (r.Size is { } size) Row(new MeasuredRow(part, "memory of weights and counts", size.Bytes / 1e6, "MB", Note: size.Text));
    }

    /// <summary>Tables 1 to 4.</summary>
    public void Finish()
    {
        var sets = _results.GroupBy(r => r.Set.Name).ToList();
        tell.Result.Blocks.Add(new ReportHeading("Table 1: sets"));
        tell.Result.Blocks.Add(new ReportTable([new("set"), new("training examples", true), new("test examples", true), new("classes", true)],
            [.. sets.Select(g => new ReportRow([g.Key, Count(g.First().Set.Train.Count), Count(g.First().Set.Test.Count), Count(g.First().Set.Classes)]))]));
        Table("Table 2: seconds of learning", "Passes as chosen by validation; one thread.", r => r.TrainSeconds.ToString("0.00", CultureInfo.InvariantCulture));
        Table("Table 3: µs a test example", "", r => (1e6 * r.TestSeconds).ToString("0.0", CultureInfo.InvariantCulture));
        Table("Table 4: test error in %", "With symmetrical 95 % binomial intervals, as in the paper.", r => r.ErrorText);
        tell.Result.Blocks.Add(new ReportTable([new("the paper's Table 4"), new("LOMtree", true), new("Rtree", true), new("Filter tree", true), new("OAA", true)],
            [.. s_paper.Select(p => new ReportRow([p.Set, p.Lom, p.Random, p.Filter, p.All]))], "Sector, Aloi, ImageNet and ODP are not to be had; letter, omniglot and synthetic sets stand in."));

        void Table(string heading, string note, Func<TreeResult, string> text)
        {
            tell.Result.Blocks.Add(new ReportHeading(heading));
            tell.Result.Blocks.Add(new ReportTable([new("set"), .. s_methods.Select(m => new ReportColumn(m, true))],
                [.. sets.Select(g => new ReportRow([g.Key, .. s_methods.Select(m => g.FirstOrDefault(r => r.Setting.Name == m) is { } r ? text(r) : "NA")]))], note));
        }
    }

    private static string Count(int n) => n.ToString("N0", CultureInfo.InvariantCulture);
}
