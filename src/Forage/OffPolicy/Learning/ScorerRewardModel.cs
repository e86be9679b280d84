namespace Forage.OffPolicy.Learning;

/// <summary>The scores of a regression as a reward model: σ(s) for logistic loss, mapped to the range of the rewards.</summary>
/// <param name="scorer">Scores of a <see cref="RegressionLearner"/> or <see cref="DoublyRobustLearner"/>.</param>
/// <param name="loss">Loss it was fitted with; null: its scores are unit rewards already (doubly robust).</param>
/// <param name="range">Range of the rewards; predictions are kept inside it.</param>
public sealed class ScorerRewardModel(IActionScorer scorer, RewardLoss? loss, RewardRange range) : IRewardModel
{
    /// <inheritdoc/>
    public void Predict(scoped in DecisionContext context, scoped ReadOnlySpan<int> actions, scoped Span<double> rewards, PolicyScratch scratch)
    {
        var scores = scratch.Floats(context.ActionCount);
        scorer.Score(context, scores, scratch);
        int count = actions.IsEmpty ? context.ActionCount : actions.Length;
        for (int i = 0; i < count; i++)
        {
            float score = scores[actions.IsEmpty ? i : actions[i]];
            double unit = loss == RewardLoss.Logistic ? 1 / (1 + Math.Exp(-score)) : score;
            rewards[i] = range.Lower + range.Length * (double.IsNaN(unit) ? 0 : Math.Clamp(unit, 0, 1));
        }
    }
}
