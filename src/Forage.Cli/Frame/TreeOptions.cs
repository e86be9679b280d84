using System.CommandLine;
using Forage.Extreme.Tree;

namespace Forage.Cli.Frame;

/// <summary>The options of a label tree as options of a command.</summary>
internal sealed class TreeOptions : OptionGroup
{
    private static readonly LabelTreeOptions Defaults = new();

    private readonly Option<int?> _trees = new("--trees") { Description = $"How many are averaged [{Defaults.Trees}]", HelpName = "N" };
    private readonly Option<int?> _arity = new("--arity") { Description = $"Most children of a node [{Defaults.Arity}]", HelpName = "N" };
    private readonly Option<int?> _leaf = new("--leaf-size") { Description = $"Most labels below a node of the last level [{Defaults.LeafSize}]", HelpName = "N" };
    private readonly Option<double?> _cost = new("--cost") { Description = "C, the weight of the loss against the size of weights [0.3; logistic 2]", HelpName = "C" };
    private readonly Option<float?> _prune = new("--prune") { Description = $"Drop weights closer to 0 than this [{Defaults.Prune}]", HelpName = "X" };
    private readonly Option<string?> _scaling = new("--scaling") { Description = "Of features: none, l2 (each example to length 1) or tfidf (counts to (1 + ln tf) idf, then l2) [l2]", HelpName = "NAME" };
    private readonly Option<int?> _beam = new("--beam") { Description = $"Nodes a level that predicting keeps [{Defaults.BeamWidth}]", HelpName = "N" };

    /// <inheritdoc/>
    public override string Heading => "Label trees (--task multilabel --method tree)";

    /// <inheritdoc/>
    public override IReadOnlyList<Option> All => [_trees, _arity, _leaf, _cost, _prune, _scaling, _beam];

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
