namespace Forage.OffPolicy.Learning;

/// <summary>Scores by a reward model plus its correction: m(x, a) + δ(x, a), m = σ(s) for logistic loss.</summary>
/// <param name="model">s.</param>
/// <param name="correction">δ.</param>
/// <param name="loss">Loss <paramref name="model"/> was fitted with.</param>
public sealed class DoublyRobustScorer(ActionModel model, ActionModel correction, RewardLoss loss) : IActionScorer
{
    /// <summary>The reward model.</summary>
    public ActionModel Model { get; } = model;

    /// <summary>Its correction.</summary>
    public ActionModel Correction { get; } = correction;

    /// <summary>Loss the model was fitted with.</summary>
    public RewardLoss Loss { get; } = loss;

    /// <inheritdoc/>
    public void Score(scoped in DecisionContext context, scoped Span<float> scores, PolicyScratch scratch)
    {
        int n = context.ActionCount;
        var delta = scratch.Floats(n);
        Model.Score(context, scores, scratch);
        Correction.Score(context, delta, scratch);
        for (int a = 0; a < n; a++)
        {
            if (float.IsNegativeInfinity(scores[a])) continue;
            scores[a] = (Loss == RewardLoss.Logistic ? RegressionLearner.Sigmoid(scores[a]) : scores[a]) + delta[a];
        }
    }
}
