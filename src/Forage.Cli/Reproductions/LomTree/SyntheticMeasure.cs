using System.Globalization;
using Forage.Evaluation;
using Forage.Multiclass.Trees;

namespace Forage.Cli.Reproductions.LomTree;

/// <summary>Synthetic classes in one pass: a thousand with every method, 22,000 and 105,000 with trees.</summary>
internal static class SyntheticMeasure
{
    /// <summary>Bound on the memory of weights of large trees.</summary>
    public const int Megabytes = 1500;

    public const int Classes = 1000;

    private const int Bits = 16;

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
        double[] n = journal.Get($"{set.Key}, {Lom} for {recall.TrainSeconds:R} s, seed {context.Session.Seed}", () =>
        {
            var (learner, seconds, count) = TreeTrial.LearnFor(Lom, set, recall.TrainSeconds, context);
            using (learner) return [(double)TreeTrial.Test(learner, set, context).Wrong / set.Test.Count, seconds, count];
        });
        tables.Row(new MeasuredRow($"{set.Name}, LOMtree as long as the recall tree", "test error", 100 * n[0], "%", Note: string.Create(CultureInfo.InvariantCulture, $"{n[2] / set.Train.Count:0.0} passes, {n[1]:0.0} s against {recall.TrainSeconds:0.0} s")));
        tables.Target("recall-tree-below-lomtree, equal time", 100 * (recall.Error - n[0]), "<=", 0, "% points");
    }

    /// <summary>The two large sets, a few examples a class, trees only and bounded memory: as in the paper one against all is not learnt there.</summary>
    public static void Large(ReproduceContext context, IReadOnlyList<ClassSet> sets, TreeTables tables, TrialJournal journal, Action<string, double> told)
    {
        TreeSetting[] settings = [Lom, new(TreeMethod.RandomTree) { Passes = 1 }, new(TreeMethod.FilterTree) { Passes = 1 }, Recall];
        foreach (var set in sets)
        {
            foreach (var setting in settings)
            {
                told($"{set.Name}, {setting.Name}", double.NaN);
                tables.Add(TreeResult.Measure(setting with { Megabytes = Megabytes }, 1, [set], context, journal));
            }
        }
    }
}
