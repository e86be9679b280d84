using Forage.Cli.Frame;
using Forage.OffPolicy;

namespace Forage.Cli.Decisions;

/// <summary>Values of options several commands have.</summary>
internal static class RewardOptions
{
    /// <summary>The range of rewards, if given.</summary>
    public static RewardRange? Range(double? least, double? most, string command) => (least, most) switch
    {
        (null, null) => null,
        ({ } low, { } high) when low < high => new RewardRange(low, high),
        ({ } low, { } high) => throw new UsageException(FormattableString.Invariant($"forage {command}: --min-reward {low} is not below --max-reward {high}")),
        _ => throw new UsageException($"forage {command}: give both --min-reward and --max-reward, or neither"),
    };

    /// <summary>Weights of slates, if given.</summary>
    public static SlateWeighting? Slates(string? name, string command) => name switch
    {
        null => null,
        "inclusion" => SlateWeighting.Inclusion,
        "prefix" => SlateWeighting.Prefix,
        _ => throw new UsageException($"forage {command}: --slates '{name}' is not known; expected inclusion or prefix"),
    };

    /// <summary>What a selection makes of weights; truncated if not said.</summary>
    public static SelectionWeight Selection(string? name, int? top, string command) => name switch
    {
        not null when top is null => throw new UsageException($"forage {command}: --selection {name} says nothing without --select P"),
        null or "truncated" => SelectionWeight.Truncated,
        "renormalized" or "renormalised" => SelectionWeight.Renormalized,
        _ => throw new UsageException($"forage {command}: --selection '{name}' is not known; expected truncated or renormalized"),
    };
}
