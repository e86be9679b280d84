using Forage.Features;

namespace Forage.Oracles;

/// <summary>An online learner of the cheapest of several choices over a fixed set, numbered from 0.</summary>
public interface ICostSensitive
{
    /// <summary>Number of choices.</summary>
    int Choices { get; }

    /// <summary>The choice predicted to be cheapest.</summary>
    int Predict(in FeatureRow x);

    /// <summary>
    /// Learns one example; returns the choice predicted before.
    /// </summary>
    /// <param name="x">The example.</param>
    /// <param name="costs">One cost a choice; <see cref="float.NaN"/> where it is unknown or not allowed.</param>
    /// <param name="importance">Weight of the example.</param>
    int Learn(in FeatureRow x, ReadOnlySpan<float> costs, float importance = 1);
}
