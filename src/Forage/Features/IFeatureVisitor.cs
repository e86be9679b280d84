namespace Forage.Features;

/// <summary>
/// Receives runs of features: feature i of a run has index <c>xor ^ indices[i]</c> and value <c>scale · values[i]</c>. Plain features come with
/// (0, 1); an interaction comes as one run for each combination of its earlier features, so nothing is materialised.
/// </summary>
/// <remarks>Implement it as a struct: the calls are then resolved when the code is compiled.</remarks>
public interface IFeatureVisitor
{
    /// <summary>Handles one run.</summary>
    void Visit(uint xor, float scale, ReadOnlySpan<uint> indices, ReadOnlySpan<float> values);
}
