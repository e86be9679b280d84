using Forage.Multiclass.Trees;

namespace Forage.Cli.Reproductions.LomTree;

/// <summary>The sets that can be had: every method tuned on held-out examples, then learnt from all and tested.</summary>
internal static class RealMeasure
{
    private static readonly TreeMethod?[] s_methods = [TreeMethod.LomTree, TreeMethod.RandomTree, TreeMethod.FilterTree, null, TreeMethod.RecallTree];

    public static void Run(ReproduceContext context, TreeTables tables, TrialJournal journal, ReproduceResult result, Action<string, double> told)
    {
        var search = new TreeSearch(context, journal);
        if (ClassSet.Isolet(context, result, context.Quick ? 1 : 5) is var (standard, random))
        {
            Measure(random);
            Target("isolet-random-oaa", "OAA", 3.6);
            Target("isolet-random-lomtree", "LOMtree", 6.4);
            if (!context.Quick)
            {
                Measure([standard]);
                Target("isolet-standard-oaa", "OAA", 4.2);
                Target("isolet-standard-lomtree", "LOMtree", 7.5);
            }
        }
        else
        {
            foreach (string id in new[] { "isolet-random-oaa", "isolet-random-lomtree", "isolet-standard-oaa", "isolet-standard-lomtree" }) tables.Skip(id, "--data has no multiclass/isolet");
        }
        if (context.Quick) return;
        if (ClassSet.Letter(context, result) is { } letter)
        {
            Measure([letter]);
            Target("letter-oaa", "OAA", 5.5);
            Target("letter-lomtree", "LOMtree", 11);
        }
        else
        {
            tables.Skip("letter-oaa", "--data has no bandit/pmlb/letter.tsv.gz");
            tables.Skip("letter-lomtree", "--data has no bandit/pmlb/letter.tsv.gz");
        }
        if (ClassSet.Omniglot(context, result) is { } omniglot)
        {
            Measure([omniglot]);
            Target("omniglot-lomtree", "LOMtree", 97.7);
        }
        else
        {
            tables.Skip("omniglot-lomtree", "--data has no multiclass/omniglot");
        }

        void Measure(IReadOnlyList<ClassSet> splits)
        {
            foreach (var method in s_methods)
            {
                string name = $"{splits[0].Name}, {new TreeSetting(method).Name}";
                // Omniglot costs minutes a trial, one against all most: fewer passes.
                int passes = context.Quick ? 3 : !splits[0].IsLarge ? 20 : method is null ? 4 : 8;
                var (setting, outcome) = search.Best(method, splits, passes, (done, all) => told(name, (double)done / all));
                tables.Add(TreeResult.Measure(setting, outcome.Passes, splits, context, journal));
            }
            BetterThanLomTree(tables, splits[0].Name);
        }

        void Target(string id, string method, double bound)
        {
            if (context.Quick) tables.Skip(id, "the quick version tries too few settings");
            else tables.Target(id, 100 * tables.Results.Last(r => r.Setting.Name == method).Error, "<=", bound, "%");
        }
    }

    /// <summary>The recall tree's error less the LOMtree's on one set.</summary>
    public static void BetterThanLomTree(TreeTables tables, string set)
    {
        double Error(string method) => 100 * tables.Results.Last(r => r.Set.Name == set && r.Setting.Name == method).Error;
        tables.Target($"recall-tree-below-lomtree: {set}", Error("Recall tree") - Error("LOMtree"), "<=", 0, "% points");
    }
}
