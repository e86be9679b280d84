using System.CommandLine;
using Forage.Quantiles.Quanting;
using Forage.Training;

namespace Forage.Cli.Frame;

/// <summary>The options of the task quantile as options of a command.</summary>
internal sealed class QuantileOptions : OptionGroup
{
    private static readonly QuantileRecipe Defaults = new();

    private readonly Option<int?> _classifiers = new("--classifiers") { Description = $"Most classifiers, one a threshold [{Defaults.Classifiers}]", HelpName = "N" };
    private readonly Option<string?> _thresholds = new("--thresholds") { Description = "uniform, quantiles or adaptive [quantiles]", HelpName = "NAME" };
    private readonly Option<string?> _readout = new("--readout") { Description = "votes (of the classifiers, as in the paper) or interpolated [votes for trees, else interpolated]", HelpName = "NAME" };
    private readonly Option<bool> _perQuantile = new("--per-quantile") { Description = "Classifiers of their own for each quantile, weighted by q and 1 - q" };
    private readonly Option<bool> _rejection = new("--rejection") { Description = "Give the weights to the classifiers by rejection sampling" };

    /// <inheritdoc/>
    public override string Heading => "Quantiles (--task quantile)";

    /// <inheritdoc/>
    public override IReadOnlyList<Option> All => [_classifiers, _thresholds, _readout, _perQuantile, _rejection];

    /// <summary>The recipe as given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="method">Name of the method, if one was given.</param>
    /// <param name="levels">The quantiles.</param>
    public QuantileRecipe Read(ParseResult parsed, string? method, double[] levels)
    {
        for (int l = 1; l < levels.Length; l++)
            if (!(levels[l] > levels[l - 1])) throw new UsageException($"forage learn: option '--tau' got {Numbers.Plain(levels[l])} after {Numbers.Plain(levels[l - 1])}, expected ascending quantiles");
        var recipe = new QuantileRecipe
        {
            Levels = levels,
            Method = method is null ? Defaults.Method : Named<QuantileMethod>("--method", method),
            Classifiers = parsed.GetValue(_classifiers) ?? Defaults.Classifiers,
            Thresholds = parsed.GetValue(_thresholds) is { } thresholds ? Named<ThresholdPlacement>("--thresholds", thresholds) : Defaults.Thresholds,
            Readout = parsed.GetValue(_readout) is { } readout ? Named<QuantileReadout>("--readout", readout) : null,
            PerQuantile = parsed.GetValue(_perQuantile),
            Rejection = parsed.GetValue(_rejection),
        };
        if (recipe.Classifiers is < 1 or > 4096) throw new UsageException($"forage learn: option '--classifiers' got '{recipe.Classifiers}', expected 1 to 4096");
        if (recipe.Method is QuantileMethod.Linear or QuantileMethod.Kernel && parsed.FirstOf(All) is { } given) throw new UsageException($"forage learn: option '{given.Name}' is of Quanting, not of the method {method}");
        return recipe;
    }

    private static T Named<T>(string option, string name) where T : struct, Enum
        => Enum.TryParse<T>(name, ignoreCase: true, out var value) && !char.IsDigit(name[0]) ? value
        : throw new UsageException($"forage learn: option '{option}' got '{name}', expected {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}");
}
