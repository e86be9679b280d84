using System.Globalization;
using Forage.Multiclass.Trees;

namespace Forage.Cli.Reproductions.LomTree;

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
    public ClassTreeSummary? Summary { get; init; }

    /// <summary>Share of wrong predictions.</summary>
    public double Error => (double)Wrong / Count;

    /// <summary>Half of the symmetrical 95 % binomial interval, as in the paper.</summary>
    public double Half => 1.96 * Math.Sqrt(Error * (1 - Error) / Count);

    /// <summary>Error and interval in percent.</summary>
    public string ErrorText => string.Create(CultureInfo.InvariantCulture, $"{100 * Error:0.00} ± {100 * Half:0.00}");

    /// <summary>Learns from all of each split and tests.</summary>
    public static TreeResult Measure(TreeSetting setting, int passes, IReadOnlyList<ClassSet> splits, ReproduceContext context)
    {
        int wrong = 0, count = 0;
        double train = 0, test = 0;
        ClassTreeSummary? summary = null;
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
                summary ??= learner.Tree?.Describe();
            }
        }
        return new TreeResult(splits[0], setting, passes) { Wrong = wrong, Count = count, TrainSeconds = train, TestSeconds = test, Summary = summary };
    }
}
