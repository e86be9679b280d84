using System.Globalization;
using Forage.Evaluation;
using Forage.Linear;
using Forage.Multiclass.Trees;

namespace Forage.Cli.Reproductions.LomTree;

/// <summary>
/// Time of a test example as classes grow from 1,000 to 128,000 (Figure 3), LOMtree and one against all on the same machine in the same run. As in the paper one against all is not
/// learnt at that size: its weights are drawn by a few updates, which is all its time depends on.
/// </summary>
internal static class ScaleMeasure
{
    private const int Tested = 10_000, Runs = 3;

    private sealed record Point(int Classes, double Lom, double Products, double Error, double All, TreeSize Size);

    public static void Run(ReproduceContext context, TreeTables tables, TrialJournal journal, ReproduceResult result, Action<string, double> told)
    {
        var points = new List<Point>();
        foreach (int k in context.Quick ? new[] { 1000, 4000 } : [1000, 4000, 16_000, 22_000, 64_000, 105_000, 128_000])
        {
            told(string.Create(CultureInfo.InvariantCulture, $"{k:N0} classes"), double.NaN);
            double[] n = journal.Get($"scale {k}, seed {context.Session.Seed}", () => Measure(context, k));
            var point = new Point(k, n[0], n[1], n[2], n[3], TreeSize.From(n.AsSpan(4)));
            points.Add(point);
            string part = string.Create(CultureInfo.InvariantCulture, $"{k:N0} synthetic classes");
            tables.Row(new MeasuredRow(part, "LOMtree, test time", 1e6 * point.Lom, "µs/example", Note: string.Create(CultureInfo.InvariantCulture, $"{point.Products:0.0} dot products, {k / point.Products:N0} times fewer than OAA; test error {100 * point.Error:0.0} %; {point.Size.Bytes / 1e6:N0} MB; {point.Size.Text}")));
            tables.Row(new MeasuredRow(part, "OAA, test time", 1e6 * point.All, "µs/example", Note: string.Create(CultureInfo.InvariantCulture, $"{point.All / point.Lom:N0} times LOMtree's")));
        }
        double[] classes = [.. points.Select(p => (double)p.Classes)];
        result.Blocks.Add(new ReportHeading("Figure 3: test time"));
        result.Blocks.Add(new LineChart("Test time of an example", "classes", "µs", [new("LOMtree", classes, [.. points.Select(p => 1e6 * p.Lom)]), new("OAA", classes, [.. points.Select(p => 1e6 * p.All)])]) { LogarithmicX = true, LogarithmicY = true });
        result.Blocks.Add(new LineChart("log₂ of OAA's time over LOMtree's", "classes", "log₂(time ratio)", [new("measured", classes, [.. points.Select(p => Math.Log2(p.All / p.Lom))]),
            new("the paper", [26, 105, 1000, 22_000, 105_000], [Math.Log2(0.16 / 0.14), Math.Log2(0.24 / 0.13), Math.Log2(0.33 / 0.06), Math.Log2(403.8), Math.Log2(4038.5)])])
        { LogarithmicX = true });
        result.Blocks.Add(new LineChart("Dot products of an example", "classes", "regressors asked", [new("LOMtree", classes, [.. points.Select(p => p.Products)]), new("log₂ k", classes, [.. classes.Select(Math.Log2)])]) { LogarithmicX = true, FromZero = true });
        string[] ids = ["products-at-105000", "time-at-105000", "oaa-time-at-105000"];
        if (points.Find(p => p.Classes == 105_000) is not { } big)
        {
            foreach (string id in ids) tables.Skip(id, "the quick version has fewer classes");
            return;
        }
        tables.Target(ids[0], big.Classes / big.Products, ">=", 4000, "times fewer than OAA");
        tables.Target(ids[1], 1e6 * big.Lom, "<=", 20, "µs/example");
        tables.Target(ids[2], big.All / big.Lom, ">=", 150, "times LOMtree's");
    }

    private static double[] Measure(ReproduceContext context, int k)
    {
        var set = ClassSet.Synthetic(k, Math.Max(40_000, 3 * k), Tested, OaaBits(k));
        double lom, error;
        TreeSize size;
        double products;
        var (learner, _) = TreeTrial.Learn(SyntheticMeasure.Lom with { Megabytes = SyntheticMeasure.Megabytes, NodesPerClass = 1 }, set, 1, set.Train.Count, context);
        using (learner)
        {
            (int wrong, lom) = TreeTrial.Test(learner, set, context, runs: Runs);
            error = (double)wrong / Tested;
            var scratch = new ClassTreeScratch();
            for (int i = 0; i < Tested; i++) learner.Tree!.Predict(set.Test.Rows[i], scratch);
            products = (double)scratch.Products / Tested;
            size = TreeSize.Of(learner.Tree!);
        }
        var (all, _) = TreeTrial.Learn(new TreeSetting((TreeMethod?)null), set, 1, 1 << (OaaBits(k) - 5), context);
        using (all)
        {
            double seconds = TreeTrial.Test(all, set, context, Math.Max(50, 2_000_000 / k), Runs).Seconds;
            return [lom, products, error, seconds, .. size.Numbers];
        }
    }

    /// <summary>Rows of one against all's table so that it takes about half a gigabyte: features share rows, which costs no time.</summary>
    private static int OaaBits(int classes)
    {
        int bits = 16;
        while ((1L << bits) * classes * sizeof(float) > 600L << 20) bits--;
        return bits;
    }
}
