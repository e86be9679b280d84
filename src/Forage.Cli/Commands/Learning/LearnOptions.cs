using System.CommandLine;
using Forage.Cli.Frame;

namespace Forage.Cli.Commands.Learning;

/// <summary>All options of <c>learn</c>: those that several ways of learning take, and groups of those of some.</summary>
internal sealed class LearnOptions
{
    public Option<string?> Task { get; } = new("--task") { Description = "regress, classify (-1 or 1), multiclass, multilabel, quantile, bandit, sequence, entities or dependency [regress; classify for logistic and hinge loss]", HelpName = "NAME" };

    public Option<string?> Method { get; } = new("--method") { Description = "Of the task bandit: mtr, dm, dr, ips or snips [mtr]; of multiclass: oaa (one against all) or for many classes lomtree, random-tree, filter-tree, recall-tree [oaa]; of multilabel: oaa or tree (in memory, for many labels) [oaa]; of quantile: boosted, smooth, blend, tree, bagged, logistic, online, onetree, linear or kernel [boosted]", HelpName = "NAME" };

    public OutputOption Model { get; } = new("--model", "-m") { Description = "Where to write the model" };

    public Option<string?> Resume { get; } = new("--resume") { Description = "Go on from this model; its options stay", HelpName = "FILE" };

    public Option<int> Passes { get; } = new("--passes") { Description = "Most passes over the data", HelpName = "N", DefaultValueFactory = _ => 1 };

    public Option<int?> HoldOut { get; } = new("--holdout") { Description = "Keep every Nth example out to tell when to stop; 0 for none [10 with several passes, else 0]", HelpName = "N" };

    public Option<int> Patience { get; } = new("--patience") { Description = "Stop after this many passes without a better held-out loss", HelpName = "N", DefaultValueFactory = _ => 3 };

    public Option<int> AverageFrom { get; } = new("--average-from") { Description = "The model is the mean of the weights at eight moments of each pass from this one on, at least 2 [off: the last weights of the best pass]", HelpName = "PASS" };

    public Option<bool> Cache { get; } = new("--cache") { Description = "Keep a binary cache beside the file, for later passes and runs" };

    public OutputOption CacheFile { get; } = new("--cache-file") { Description = "Keep the cache here; allows several passes over standard input" };

    public Option<bool> KeepNames { get; } = new("--keep-names") { Description = "Keep the names of features in the model, for inspect and reports; slower" };

    public Option<int?> Classes { get; } = new("--classes") { Description = "Number of classes or labels [found by reading the file first]", HelpName = "K" };

    public Option<float?> PositiveWeight { get; } = new("--positive-weight") { Description = "Of one against all over classes: importance of an example for the regressor of its own class, 1 for the others [1]", HelpName = "W" };

    public Option<int?> Actions { get; } = new("--actions") { Description = "Of the task bandit: number of actions, if they are fixed", HelpName = "K" };

    public OutputOption Report { get; } = new("--report") { Description = "Write an HTML report" };

    public InputOptions Input { get; } = new();

    public CsvColumnOptions Columns { get; } = new();

    public LearningOptions Learning { get; } = new();

    public ClassTreeLine ClassTree { get; } = new();

    public TreeOptions LabelTree { get; } = new();

    public QuantileOptions Quantiles { get; } = new();

    public SequenceOptions Sequence { get; } = new();

    /// <summary>The options that stand in no group.</summary>
    public IReadOnlyList<Option> Ungrouped => [Task, Method, Model, Resume, Passes, HoldOut, Patience, AverageFrom, Cache, CacheFile, KeepNames, Classes, PositiveWeight, Actions, Report];

    /// <summary>The groups in the order of the help.</summary>
    public IReadOnlyList<OptionGroup> Groups => [Columns, Learning, ClassTree, LabelTree, Quantiles, Sequence];

    /// <summary>All but those of the input.</summary>
    public IEnumerable<Option> All => Ungrouped.Concat(Groups.SelectMany(g => g.All));
}
