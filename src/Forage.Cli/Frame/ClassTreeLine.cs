using System.CommandLine;
using Forage.Linear;
using Forage.Multiclass.Trees;

namespace Forage.Cli.Frame;

/// <summary>The options of trees over classes as options of a command.</summary>
internal sealed class ClassTreeLine : OptionGroup
{
    private readonly Option<int?> _nodes = new("--nodes") { Description = "Of lomtree and recall-tree: most nodes that are no leaves [by the number of classes]", HelpName = "T" };
    private readonly Option<double?> _resistance = new("--swap-resistance") { Description = "Of lomtree: the larger, the rarer are nodes recycled [4]", HelpName = "R" };
    private readonly Option<double?> _mixed = new("--mixed-share") { Description = "Of lomtree: a leaf splits when more than this share of its examples are of other classes than its first [0]", HelpName = "S" };
    private readonly Option<int?> _grow = new("--grow-passes") { Description = "Of lomtree: passes in which it grows; then its shape stays and the learning rate decays [all]", HelpName = "N" };
    private readonly Option<float?> _growRate = new("--grow-rate") { Description = "Of lomtree: learning rate while it grows [--learning-rate]", HelpName = "R" };
    private readonly Option<int?> _counted = new("--node-classes") { Description = "Of lomtree and recall-tree: most counts of classes at a node, 0 for one each [0]", HelpName = "N" };
    private readonly Option<int?> _candidates = new("--candidates") { Description = "Of recall-tree: classes told apart at a leaf [4 log2 of their number]", HelpName = "F" };
    private readonly Option<int?> _leaves = new("--leaves") { Description = $"Of recall-tree: leaves a prediction looks at [{new ClassTreeOptions().Beam}]", HelpName = "N" };
    private readonly Option<int?> _memory = new("--memory") { Description = "Most megabytes of weights and numbered features, 0 for no bound [0]", HelpName = "MB" };

    /// <inheritdoc/>
    public override string Heading => "Trees over classes (--task multiclass --method lomtree, random-tree, filter-tree or recall-tree)";

    /// <inheritdoc/>
    public override IReadOnlyList<Option> All => [_nodes, _resistance, _mixed, _grow, _growRate, _counted, _candidates, _leaves, _memory];

    /// <summary>The options that a method has a use for.</summary>
    public IEnumerable<Option> Of(TreeMethod method) => All.Where(option => IsOf(method, option.Name));

    /// <summary>True if a method has a use for an option.</summary>
    /// <param name="method">The method.</param>
    /// <param name="option">Name of the option, one of <see cref="All"/>.</param>
    public static bool IsOf(TreeMethod method, string option) => option switch
    {
        "--memory" => true,
        "--nodes" or "--node-classes" => method is TreeMethod.LomTree or TreeMethod.RecallTree,
        "--candidates" or "--leaves" => method is TreeMethod.RecallTree,
        "--swap-resistance" or "--mixed-share" or "--grow-passes" or "--grow-rate" => method is TreeMethod.LomTree,
        _ => throw new ArgumentOutOfRangeException(nameof(option)),
    };

    /// <summary>Names of the methods, one against all included.</summary>
    public const string Methods = "oaa, lomtree, random-tree, filter-tree or recall-tree";

    /// <summary>The method of a name; null for one against all.</summary>
    /// <exception cref="UsageException">There is no such method.</exception>
    public static TreeMethod? Parse(string name) => name.ToLowerInvariant() switch
    {
        "oaa" => null,
        "lomtree" => TreeMethod.LomTree,
        "random-tree" => TreeMethod.RandomTree,
        "filter-tree" => TreeMethod.FilterTree,
        "recall-tree" => TreeMethod.RecallTree,
        _ => throw new UsageException($"forage learn: option '--method' got '{name}', expected {Methods} for the task multiclass"),
    };

    /// <summary>The name of a method.</summary>
    public static string NameOf(TreeMethod method) => method switch
    {
        TreeMethod.LomTree => "lomtree",
        TreeMethod.RandomTree => "random-tree",
        TreeMethod.FilterTree => "filter-tree",
        _ => "recall-tree",
    };

    /// <summary>The loss of a method unless told otherwise.</summary>
    public static LossKind DefaultLoss(TreeMethod method) => method switch
    {
        TreeMethod.LomTree => LossKind.Squared,
        TreeMethod.RecallTree => LossKind.Hinge,
        _ => LossKind.Logistic,
    };

    /// <summary>The options as given, over a learner.</summary>
    public ClassTreeOptions Read(ParseResult parsed, LinearOptions learner, ulong seed)
    {
        var options = new ClassTreeOptions { Learner = learner, Seed = seed };
        options = options with
        {
            MostNodes = parsed.GetValue(_nodes) ?? options.MostNodes,
            SwapResistance = parsed.GetValue(_resistance) ?? options.SwapResistance,
            MixedShare = parsed.GetValue(_mixed) ?? options.MixedShare,
            GrowPasses = parsed.GetValue(_grow) ?? options.GrowPasses,
            GrowRate = parsed.GetValue(_growRate) ?? options.GrowRate,
            MostClassesPerNode = parsed.GetValue(_counted) ?? options.MostClassesPerNode,
            Candidates = parsed.GetValue(_candidates) ?? options.Candidates,
            Beam = parsed.GetValue(_leaves) ?? options.Beam,
            MostMegabytes = parsed.GetValue(_memory) ?? options.MostMegabytes,
        };
        UsageException.Check("learn", options.Validate);
        return options;
    }
}
