using System.Numerics.Tensors;

namespace Forage.Extreme;

/// <summary>
/// Softmax cross-entropy whose target is uniform over the n right labels Y among those looked at: L = -(1/n) Σ_{y ∈ Y} ln q_y, q = softmax(s);
/// dL/ds_y = q_y - 1{y ∈ Y}/n. An example without a right label among those looked at has loss 0.
/// </summary>
/// <param name="right">Right labels of each example, by its number.</param>
public sealed class MultilabelSoftmaxLoss(LabelSets right) : IScoreLoss
{
    /// <inheritdoc/>
    /// <remarks>Labels looked at must differ from one another.</remarks>
    public double Gradient(int example, ReadOnlySpan<int> labels, ReadOnlySpan<float> scores, Span<float> gradients)
    {
        var y = right[example];
        int n = 0;
        double sum = 0;
        foreach (int label in y)
        {
            int at = labels.IsEmpty ? label : labels.IndexOf(label);
            if (at < 0) continue;
            n++;
            sum += scores[at];
        }
        if (n == 0)
        {
            gradients.Clear();
            return 0;
        }
        float top = TensorPrimitives.Max(scores);
        TensorPrimitives.Subtract(scores, top, gradients);
        TensorPrimitives.Exp(gradients, gradients);
        double total = TensorPrimitives.Sum<float>(gradients);
        TensorPrimitives.Multiply(gradients, (float)(1 / total), gradients);
        foreach (int label in y)
        {
            int at = labels.IsEmpty ? label : labels.IndexOf(label);
            if (at >= 0) gradients[at] -= 1f / n;
        }
        return Math.Log(total) + top - sum / n;
    }
}
