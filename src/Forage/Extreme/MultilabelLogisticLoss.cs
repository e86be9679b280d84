using System.Numerics.Tensors;

namespace Forage.Extreme;

/// <summary>
/// One logistic loss a label looked at (one against all): L = Σ_y ln(1 + e^{s_y}) - Σ_{y ∈ Y} s_y with right labels Y; dL/ds_y = σ(s_y) - 1{y ∈ Y}.
/// </summary>
/// <param name="right">Right labels of each example, by its number.</param>
public sealed class MultilabelLogisticLoss(LabelSets right) : IScoreLoss
{
    /// <inheritdoc/>
    /// <remarks>Labels looked at must differ from one another.</remarks>
    public double Gradient(int example, ReadOnlySpan<int> labels, ReadOnlySpan<float> scores, Span<float> gradients)
    {
        // ln(1 + e^s) = max(s, 0) + ln(1 + e^-|s|): gradients hold the parts first.
        double loss = 0;
        TensorPrimitives.Abs(scores, gradients);
        TensorPrimitives.Negate(gradients, gradients);
        TensorPrimitives.Exp(gradients, gradients);
        TensorPrimitives.LogP1(gradients, gradients);
        loss += TensorPrimitives.Sum<float>(gradients);
        TensorPrimitives.Max(scores, 0f, gradients);
        loss += TensorPrimitives.Sum<float>(gradients);
        TensorPrimitives.Sigmoid(scores, gradients);
        foreach (int label in right[example])
        {
            int at = labels.IsEmpty ? label : labels.IndexOf(label);
            if (at < 0) continue;
            gradients[at] -= 1;
            loss -= scores[at];
        }
        return loss;
    }
}
