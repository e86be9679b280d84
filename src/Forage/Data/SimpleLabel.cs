namespace Forage.Data;

/// <summary>Label of a plain example.</summary>
/// <param name="Value">Target; for classification ±1 or a 1-based class; <see cref="float.NaN"/> if the example is unlabelled.</param>
/// <param name="Importance">Weight of the example, ≥ 0; 1 unless given.</param>
/// <param name="Base">Prediction to start from, added to the learner's own; 0 unless given.</param>
public readonly record struct SimpleLabel(float Value, float Importance = 1, float Base = 0)
{
    /// <summary>False for examples to predict only.</summary>
    public bool IsLabelled => !float.IsNaN(Value);
}
