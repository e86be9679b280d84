using Forage.OffPolicy.Internals;
using Forage.OffPolicy.Selective;

namespace Forage.OffPolicy;

/// <summary>How a <see cref="PolicyWeigher"/> weighs.</summary>
public sealed record PolicyWeigherOptions
{
    /// <summary>Weights of slate positions. Default <see cref="SlateWeighting.Prefix"/>.</summary>
    public SlateWeighting Slates { get; init; } = SlateWeighting.Prefix;

    /// <summary>Φ: the actions looked at; an action shown that is not among them has weight 0. Default all.</summary>
    public IActionSelector? Selector { get; init; }

    /// <summary>What Φ makes of the weights. Default <see cref="SelectionWeight.Truncated"/>.</summary>
    public SelectionWeight Selection { get; init; } = SelectionWeight.Truncated;

    /// <summary>Weights above this are cut to it, in the doubly robust correction too. Default none.</summary>
    public double MaxWeight { get; init; } = double.PositiveInfinity;

    /// <summary>The logging policy, used in place of the logged propensities and distributions; for logs without them, when an estimate will do. Default none.</summary>
    public IPolicy? Logging { get; init; }

    /// <summary>Whether to compute <see cref="Observation.Direct"/> for slates of stochastic policies, which costs the inclusion probabilities of all actions. Default true.</summary>
    public bool DirectForSlates { get; init; } = true;

    internal void Validate()
    {
        if (!(MaxWeight > 0)) OffPolicyThrow.BadOption("MaxWeight", MaxWeight, "a number above 0");
    }
}
