using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy;

/// <summary>How a <see cref="PolicyWeigher"/> weighs.</summary>
public sealed record PolicyWeigherOptions
{
    /// <summary>Weights of slate positions. Default <see cref="SlateWeighting.Prefix"/>.</summary>
    public SlateWeighting Slates { get; init; } = SlateWeighting.Prefix;

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
