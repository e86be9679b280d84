using System.Globalization;
using Forage.Cli.Frame;
using Forage.Evaluation;

namespace Forage.Cli.Reproductions.LomTree;

/// <summary>Rows as they come, and the paper's tables at the end.</summary>
internal sealed class TreeTables(RowTeller tell)
{
    private static readonly string[] s_methods = ["LOMtree", "Rtree", "Filter tree", "OAA", "Recall tree"];

    private static readonly ReportColumn[] s_ofMethods = [new("the paper's"), new("LOMtree", true), new("Rtree", true), new("Filter tree", true), new("OAA", true)];

    private static readonly string[][] s_paperSets =
    [
        ["Isolet", "7,797 in all, 90 % to learn", "", "617", "26"],
        ["Sector", "9,619", "", "54 thousand", "105"],
        ["Aloi", "108 thousand", "", "128", "1,000"],
        ["ImageNet", "14.2 million", "", "6,144", "22 thousand"],
        ["ODP", "1,577,418", "", "0.5 million", "105 thousand"],
    ];

    private static readonly string[][] s_paperTraining = [["Isolet", "16.27", "", "", "19.58"], ["Sector", "12.77", "", "", "18.37"], ["Aloi", "51.86", "", "", "662.43"]];

    private static readonly string[][] s_paperTesting =
    [
        ["Isolet", "140", "", "", "160"],
        ["Sector", "130", "", "", "240"],
        ["Aloi", "60", "", "", "330"],
        ["ImageNet", "520", "", "", "210,000"],
        ["ODP", "260", "", "", "1,050,000"],
    ];

    private static readonly string[][] s_paperErrors =
    [
        ["Isolet (26)", "6.36 ± 1.71", "16.92 ± 2.63", "15.10 ± 2.51", "3.56 ± 1.30"],
        ["Sector (105)", "16.19 ± 2.33", "15.77 ± 2.30", "17.70 ± 2.41", "9.17 ± 1.82"],
        ["Aloi (1,000)", "16.50 ± 0.70", "83.74 ± 0.70", "80.50 ± 0.75", "13.78 ± 0.65"],
        ["ImageNet (22,000)", "90.17 ± 0.05", "96.99 ± 0.03", "92.12 ± 0.04", "NA"],
        ["ODP (105,000)", "93.46 ± 0.12", "93.85 ± 0.12", "93.76 ± 0.12", "NA"],
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

    /// <summary>Tables 1 to 4, the paper's below each.</summary>
    public void Finish()
    {
        var sets = _results.GroupBy(r => r.Set.Name).ToList();
        var blocks = tell.Result.Blocks;
        ReportColumn[] ofSets = [new("set"), new("training examples", true), new("test examples", true), new("features", true), new("classes", true)];
        blocks.Add(new ReportHeading("Table 1: sets"));
        blocks.Add(new ReportTable(ofSets, [.. sets.Select(g => g.First().Set).Select(s => new ReportRow([s.Name, Count(s.Train.Count), Count(s.Test.Count), Count(s.CountFeatures()), Count(s.Classes)]))], "Features before interactions."));
        Paper(s_paperSets, [.. ofSets.Select((c, i) => i == 0 ? new ReportColumn("the paper's") : i == 1 ? new ReportColumn("examples", true) : c)], "Sector, Aloi, ImageNet and ODP are not to be had; letter, omniglot and synthetic sets stand in.");
        Table("Table 2: seconds of learning", "Passes as chosen by validation; one thread.", r => r.TrainSeconds.ToString("0.00", CultureInfo.InvariantCulture));
        Paper(s_paperTraining, s_ofMethods, "");
        Table("Table 3: µs a test example", "", r => (1e6 * r.TestSeconds).ToString("0.0", CultureInfo.InvariantCulture));
        Paper(s_paperTesting, s_ofMethods, "");
        Table("Table 4: test error in %", "With symmetrical 95 % binomial intervals, as in the paper. The five random splits of isolet share examples, so their interval is a little too narrow.", r => r.ErrorText);
        Paper(s_paperErrors, s_ofMethods, "");

        void Table(string heading, string note, Func<TreeResult, string> text)
        {
            blocks.Add(new ReportHeading(heading));
            blocks.Add(new ReportTable([new("set"), .. s_methods.Select(m => new ReportColumn(m, true))],
                [.. sets.Select(g => new ReportRow([g.Key, .. s_methods.Select(m => g.FirstOrDefault(r => r.Setting.Name == m) is { } r ? text(r) : "NA")]))], note));
        }

        void Paper(string[][] rows, ReportColumn[] columns, string note) => blocks.Add(new ReportTable(columns, [.. rows.Select(r => new ReportRow(r))], note));
    }

    private static string Count(int n) => n.ToString("N0", CultureInfo.InvariantCulture);
}
