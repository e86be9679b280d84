using Forage.Features;

namespace Forage.Oracles;

/// <summary>
/// What reductions call: an online regressor with one or more slots (a class, an action, a tree node each). Weights of one feature's slots are
/// contiguous, so <see cref="PredictAll"/> and <see cref="LearnAll"/> cost little more than one slot: never loop over <see cref="Predict"/>.
/// </summary>
public interface IRegressor
{
    /// <summary>Number of slots, at least 1.</summary>
    int Slots { get; }

    /// <summary>Prediction of one slot.</summary>
    float Predict(in FeatureRow x, int slot = 0);

    /// <summary>Predictions of slots 0..scores.Length-1.</summary>
    void PredictAll(in FeatureRow x, Span<float> scores);

    /// <summary>One online update of one slot towards <paramref name="target"/>; returns the prediction made before it.</summary>
    float Learn(in FeatureRow x, float target, float importance = 1, int slot = 0);

    /// <summary>
    /// One online update of slots 0..targets.Length-1; a slot whose target is <see cref="float.NaN"/> or whose importance is 0 is left alone.
    /// Predictions made before the update go to <paramref name="scores"/> (same length) if it is not empty.
    /// </summary>
    /// <param name="x">The example.</param>
    /// <param name="targets">One target a slot.</param>
    /// <param name="importances">One importance a slot, or empty for 1 throughout.</param>
    /// <param name="scores">Receives predictions, or empty.</param>
    void LearnAll(in FeatureRow x, ReadOnlySpan<float> targets, ReadOnlySpan<float> importances = default, Span<float> scores = default);
}
