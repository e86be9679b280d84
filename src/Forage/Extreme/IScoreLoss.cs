namespace Forage.Extreme;

/// <summary>
/// A loss L of the scores a model gives to some labels in one example: what a model over many labels is trained with. A trainer scores the labels looked at, asks
/// for dL/ds and steps; which loss it is (full information, off-policy, any of them) is none of its business.
/// </summary>
public interface IScoreLoss
{
    /// <summary>Writes dL/ds of every label looked at. Called from several threads at once, for different examples.</summary>
    /// <param name="example">Number of the example.</param>
    /// <param name="labels">Labels looked at, in the order of the scores; empty for all labels, 0, 1, 2, …</param>
    /// <param name="scores">Their scores.</param>
    /// <param name="gradients">Receives the gradients, one a score; 0 leaves a label alone.</param>
    /// <returns>The loss of this example.</returns>
    double Gradient(int example, ReadOnlySpan<int> labels, ReadOnlySpan<float> scores, Span<float> gradients);
}
