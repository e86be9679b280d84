using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy.Learning.Objectives;

/// <summary>
/// Doubly robust value inside Φ(x): J = Σ_j [Σ_{y ∈ A_j} q_j(y) r̂(y) + w_j (r_j - r̂(y_j))], w_j = q_j(y_j)/ρ_j: what the reward model r̂ expects of the policy,
/// corrected where the log knows better. Above the cap M weights go on logarithmically as in <see cref="SelectiveObjective"/>.
/// </summary>
/// <remarks>
/// d/ds_y of the first sum is q_j(y) (r̂(y) - Σ_z q_j(z) r̂(z)). r̂ must not have seen the decision it is used on. Dudík, Langford, Li 2011; Lopez, Dhillon, Jordan 2021, discussion.
/// </remarks>
/// <param name="cap">M &gt; 0.</param>
public sealed class DoublyRobustObjective(double cap = double.PositiveInfinity) : ISlateObjective
{
    /// <summary>M.</summary>
    public double Cap { get; } = cap > 0 ? cap : throw ObjectiveThrow.Wrong($"The cap on weights is {cap}; expected a positive number.");

    /// <inheritdoc/>
    public bool ShownOnly => false;

    /// <inheritdoc/>
    public bool NeedsPrediction => true;

    /// <inheritdoc/>
    public double Gradient(scoped in ScoredDecision decision, scoped Span<float> gradients)
    {
        gradients.Clear();
        double value = 0, logCap = Math.Log(Cap);
        for (int j = 0; j < decision.Length; j++)
        {
            var placed = decision.Places[..j];
            double logSum = SlateSoftmax.LogSum(decision.Scores, placed), mean = 0, slope = 0;
            if (double.IsNegativeInfinity(logSum)) break; // nothing is left of Φ
            for (int y = 0; y < decision.Scores.Length; y++)
                if (!placed.Contains(y)) mean += Math.Exp(decision.Scores[y] - logSum) * decision.Predicted[y];
            value += mean;
            int place = decision.Places[j];
            if (place >= 0)
            {
                double gain = decision.Rewards[j] - decision.Predicted[place], logWeight = decision.Scores[place] - logSum - decision.LogPropensities[j];
                bool over = logWeight > logCap;
                slope = gain * (over ? Cap : Math.Exp(logWeight));
                value += over ? gain * Cap * (1 + logWeight - logCap) : slope;
                gradients[place] -= (float)slope;
            }
            for (int y = 0; y < decision.Scores.Length; y++)
                if (!placed.Contains(y)) gradients[y] -= (float)(Math.Exp(decision.Scores[y] - logSum) * (decision.Predicted[y] - mean - slope));
        }
        return -value;
    }
}
