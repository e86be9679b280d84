using Forage.Evaluation;
using Forage.Multiclass.Trees;

namespace Forage.Cli.Reproductions.LomTree;

/// <summary>A thousand synthetic classes in one pass, every method.</summary>
internal static class SyntheticMeasure
{
    public const int Classes = 1000, Bits = 16;

    public static TreeSetting Lom { get; } = new(TreeMethod.LomTree) { Passes = 1 };

    public static TreeSetting Recall { get; } = new(TreeMethod.RecallTree) { Passes = 1 };

    public static void Run(ReproduceContext context, TreeTables tables, TrialJournal journal, Action<string, double> told)
    {
        int examples = context.Quick ? 20_000 : 100_000;
        var set = ClassSet.Synthetic(Classes, examples, 10_000, Bits);
        TreeSetting[] settings = [Lom, new(TreeMethod.RandomTree) { Passes = 1 }, new(TreeMethod.FilterTree) { Passes = 1 }, new((TreeMethod?)null) { Passes = 1 }, Recall];
        foreach (var setting in settings)
        {
            if (context.Quick && setting.Method is null) continue;
            told($"{set.Name}, {setting.Name}", double.NaN);
            tables.Add(TreeResult.Measure(setting, 1, [set], context, journal));
        }
        if (context.Quick)
        {
            foreach (string id in new[] { "synthetic-lomtree", "synthetic-lomtree-memory", "synthetic-recall-tree", "synthetic-recall-tree-time" }) tables.Skip(id, "the quick version learns from fewer examples");
            return;
        }
        TreeResult lom = tables.Results.Last(r => r.Setting == Lom), recall = tables.Results.Last(r => r.Setting == Recall);
        tables.Target("synthetic-lomtree", lom.Error, "<=", 0.08, "error");
        tables.Target("synthetic-lomtree-memory", lom.Size!.Bytes / 1e9, "<=", 1.5, "GB");
        tables.Target("synthetic-recall-tree", recall.Error, "<=", 0.02, "error");
        tables.Target("synthetic-recall-tree-time", recall.TrainSeconds, "<=", 23, "s");
        RealMeasure.BetterThanLomTree(tables, set.Name);
        // The LOMtree may learn as long as the recall tree took, in further passes.
        int passes = Math.Max(1, (int)Math.Round(recall.TrainSeconds / lom.TrainSeconds));
        var longer = TreeResult.Measure(Lom with { Passes = passes }, passes, [set], context, journal);
        tables.Row(new MeasuredRow($"{set.Name}, LOMtree as long as the recall tree", "test error", 100 * longer.Error, "%", 100 * (longer.Error - longer.Half), 100 * (longer.Error + longer.Half), $"{passes} passes, {longer.TrainSeconds:0.0} s against {recall.TrainSeconds:0.0} s"));
        tables.Target("recall-tree-below-lomtree, equal time", 100 * (recall.Error - longer.Error), "<=", 0, "% points");
    }
}
