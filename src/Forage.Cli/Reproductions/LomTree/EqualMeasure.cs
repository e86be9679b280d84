using System.Globalization;
using Forage.Evaluation;
using Forage.Multiclass.Trees;

namespace Forage.Cli.Reproductions.LomTree;

/// <summary>
/// Figure 1: accuracy when one against all may learn only as long by the clock as the LOMtree did in all its passes, and the LOMtree may have only as many regressors as classes.
/// </summary>
internal static class EqualMeasure
{
    public static void Run(ReproduceContext context, IReadOnlyList<ClassSet> sets, TreeTables tables, TrialJournal journal, ReproduceResult result, Action<string, double> told)
    {
        var rows = new List<(int Classes, string Name, double Lom, double All)>();
        foreach (var set in sets)
        {
            told($"Figure 1, {set.Name}", double.NaN);
            TreeResult? Known(string method) => tables.Results.LastOrDefault(r => r.Set.Name == set.Name && r.Setting.Name == method);
            var lom = (Known("LOMtree")?.Setting ?? SyntheticMeasure.Lom) with { NodesPerClass = 1, Megabytes = SyntheticMeasure.Megabytes };
            var all = Known("OAA")?.Setting ?? new TreeSetting((TreeMethod?)null);
            int passes = Known("LOMtree")?.Passes ?? 1;
            double[] n = journal.Get($"figure 1, {set.Key}, {lom}, {passes} passes, {all}, seed {context.Session.Seed}", () => Measure(lom, passes, all, set, context));
            double lomError = n[0], seconds = n[1], allError = n[2], count = n[3], allSeconds = n[4];
            rows.Add((set.Classes, set.Name, 1 - lomError, 1 - allError));
            tables.Row(new MeasuredRow($"Figure 1, {set.Name}", "accuracy of LOMtree, T = k - 1", 1 - lomError, "", Note: string.Create(CultureInfo.InvariantCulture, $"{passes} pass{(passes == 1 ? "" : "es")}, {seconds:0.00} s")));
            tables.Row(new MeasuredRow($"Figure 1, {set.Name}", "accuracy of OAA in that time", 1 - allError, "", Note: string.Create(CultureInfo.InvariantCulture, $"{count:N0} examples, {count / set.Train.Count:0.###} passes, {allSeconds:0.00} s")));
        }
        double[] classes = [.. rows.Select(r => (double)r.Classes)];
        result.Blocks.Add(new ReportHeading("Figure 1: the same time, the same size"));
        result.Blocks.Add(new LineChart("Accuracy", "classes", "accuracy", [new("LOMtree, T = k - 1", classes, [.. rows.Select(r => r.Lom)]), new("OAA, as long as LOMtree", classes, [.. rows.Select(r => r.All)])])
        { LogarithmicX = true, FromZero = true, Note = string.Join("; ", rows.Select(r => r.Name)) });
    }

    private static double[] Measure(TreeSetting lom, int passes, TreeSetting all, ClassSet set, ReproduceContext context)
    {
        var (learner, seconds) = TreeTrial.Learn(lom, set, passes, set.Train.Count, context);
        double lomError;
        using (learner) lomError = (double)TreeTrial.Test(learner, set, context).Wrong / set.Test.Count;
        var (truncated, allSeconds, count) = TreeTrial.LearnFor(all, set, seconds, context);
        using (truncated) return [lomError, seconds, Error(truncated, set, context), count, allSeconds];
    }

    private static double Error(TreeLearner learner, ClassSet set, ReproduceContext context)
    {
        // At 105,000 classes an example takes one against all milliseconds.
        int tested = Math.Clamp(40_000_000 / set.Classes, 200, set.Test.Count);
        return (double)TreeTrial.Test(learner, set, context, tested).Wrong / tested;
    }
}
