using System.CommandLine;
using Forage.Extreme.Tree;

namespace Forage.Cli.Frame;

/// <summary>The options of a label tree as options of a command.</summary>
internal sealed class TreeOptions
{
    private static readonly LabelTreeOptions Defaults = new();

    private readonly Option<int?> _trees = new("--trees") { Description = $"Of a label tree: how many are averaged [{Defaults.Trees}]", HelpName = "N" };
    private readonly Option<int?> _arity = new("--arity") { Description = $"Of a label tree: most children of a node [{Defaults.Arity}]", HelpName = "N" };
    private readonly Option<int?> _leaf = new("--leaf-size") { Description = $"Of a label tree: most labels below a node of the last level [{Defaults.LeafSize}]", HelpName = "N" };
    private readonly Option<double?> _cost = new("--cost") { Description = "Of a label tree: C, the weight of the loss against the size of weights [0.3; logistic 2]", HelpName = "C" };
    private readonly Option<float?> _prune = new("--prune") { Description = $"Of a label tree: drop weights closer to 0 than this [{Defaults.Prune}]", HelpName = "X" };
    private readonly Option<string?> _scaling = new("--scaling") { Description = "Of a label tree: none, l2 (each example to length 1) or tfidf (counts to (1 + ln tf) idf, then l2) [l2]", HelpName = "NAME" };
    private readonly Option<int?> _beam = new("--beam") { Description = $"Of a label tree: nodes a level that predicting keeps [{Defaults.BeamWidth}]", HelpName = "N" };

    private Option[] All => [_trees, _arity, _leaf, _cost, _prune, _scaling, _beam];

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in All) command.Options.Add(option);
    }

    /// <summary>The first of these options that was given; null if none was.</summary>
    public string? FirstGiven(ParseResult parsed) => Array.Find(All, o => parsed.GetResult(o) is { Implicit: false })?.Name;

    /// <summary>The options as given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="lossName">Name of the loss, if one was given.</param>
    /// <param name="seed">The seed.</param>
    public LabelTreeOptions Read(ParseResult parsed, string? lossName, ulong seed)
    {
        var loss = lossName switch
        {
            null or "squared-hinge" => NodeLoss.SquaredHinge,
            "logistic" => NodeLoss.Logistic,
            _ => throw new UsageException($"forage learn: option '--loss' got '{lossName}', expected squared-hinge or logistic for a label tree"),
        };
        var scaling = parsed.GetValue(_scaling)?.ToLowerInvariant() switch
        {
            null or "l2" => FeatureScaling.L2,
            "none" => FeatureScaling.None,
            "tfidf" => FeatureScaling.LogTfIdf,
            var other => throw new UsageException($"forage learn: option '--scaling' got '{other}', expected none, l2 or tfidf"),
        };
        var options = LabelTreeOptions.For(loss) with { Scaling = scaling, Seed = seed };
        options = options with
        {
            Trees = parsed.GetValue(_trees) ?? options.Trees,
            Arity = parsed.GetValue(_arity) ?? options.Arity,
            LeafSize = parsed.GetValue(_leaf) ?? options.LeafSize,
            C = parsed.GetValue(_cost) ?? options.C,
            Prune = parsed.GetValue(_prune) ?? options.Prune,
            BeamWidth = parsed.GetValue(_beam) ?? options.BeamWidth,
        };
        UsageException.Check("learn", options.Validate);
        return options;
    }
}
