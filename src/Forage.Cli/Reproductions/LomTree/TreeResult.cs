using System.Globalization;
using Forage.Multiclass.Trees;

namespace Forage.Cli.Reproductions.LomTree;

/// <summary>How large a tree became.</summary>
internal sealed record TreeSize(double Nodes, double Depth, double MeanDepth, double Bytes, bool IsFull)
{
    /// <summary>Of a tree.</summary>
    public static TreeSize Of(IClassTree tree)
    {
        var d = tree.Describe();
        return new TreeSize(d.Nodes, d.Depth, d.MeanDepth, d.WeightBytes + d.CounterBytes, d.IsFull);
    }

    /// <summary>As numbers.</summary>
    public double[] Numbers => [Nodes, Depth, MeanDepth, Bytes, IsFull ? 1 : 0];

    /// <summary>From numbers.</summary>
    public static TreeSize From(ReadOnlySpan<double> n) => new(n[0], n[1], n[2], n[3], n[4] != 0);

    /// <summary>In words.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Nodes:N0} nodes, depth {Depth:0}, {MeanDepth:0.0} on average{(IsFull ? "; memory at its bound" : "")}");
}

/// <summary>How a method did on a set.</summary>
internal sealed record TreeResult(ClassSet Set, TreeSetting Setting, int Passes)
{
    /// <summary>Wrong predictions, of how many.</summary>
    public required int Wrong { get; init; }

    /// <summary>Test examples, over all splits.</summary>
    public required int Count { get; init; }

    /// <summary>Seconds of learning once.</summary>
    public required double TrainSeconds { get; init; }

    /// <summary>Seconds a test example.</summary>
    public required double TestSeconds { get; init; }

    /// <summary>What became of the tree.</summary>
    public TreeSize? Size { get; init; }

    /// <summary>Share of wrong predictions.</summary>
    public double Error => (double)Wrong / Count;

    /// <summary>Half of the symmetrical 95 % binomial interval, as in the paper.</summary>
    public double Half => 1.96 * Math.Sqrt(Error * (1 - Error) / Count);

    /// <summary>Error and interval in percent.</summary>
    public string ErrorText => string.Create(CultureInfo.InvariantCulture, $"{100 * Error:0.00} ± {100 * Half:0.00}");

    /// <summary>Learns from all of each split and tests.</summary>
    public static TreeResult Measure(TreeSetting setting, int passes, IReadOnlyList<ClassSet> splits, ReproduceContext context, TrialJournal journal)
    {
        double[] n = journal.Get($"{splits[0].Key} all {splits.Count}, {setting}, {passes} passes, seed {context.Session.Seed}", () => Numbers(setting, passes, splits, context));
        return new TreeResult(splits[0], setting, passes) { Wrong = (int)n[0], Count = (int)n[1], TrainSeconds = n[2], TestSeconds = n[3], Size = n.Length > 4 ? TreeSize.From(n.AsSpan(4)) : null };
    }

    private static double[] Numbers(TreeSetting setting, int passes, IReadOnlyList<ClassSet> splits, ReproduceContext context)
    {
        int wrong = 0, count = 0;
        double train = 0, test = 0;
        TreeSize? size = null;
        foreach (var set in splits)
        {
            var (learner, seconds) = TreeTrial.Learn(setting, set, passes, set.Train.Count, context);
            using (learner)
            {
                var (errors, each) = TreeTrial.Test(learner, set, context);
                wrong += errors;
                count += set.Test.Count;
                train += seconds / splits.Count;
                test += each / splits.Count;
                if (learner.Tree is { } tree) size ??= TreeSize.Of(tree);
            }
        }
        return [wrong, count, train, test, .. size?.Numbers ?? []];
    }
}
