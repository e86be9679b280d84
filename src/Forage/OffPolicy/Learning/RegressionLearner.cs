using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy.Learning;

/// <summary>
/// Regression of the reward on the actions shown. Unweighted it is the direct method: r̂(x, a) fitted where the logging policy went. With weights
/// 1/ρ it is multi-task (importance-weighted) regression, which fits every action as if all had been shown equally often: less bias where the
/// model cannot be right everywhere, more variance.
/// </summary>
/// <remarks>
/// Minimises Σ_i Σ_j ω_ij ℓ(s(x_i, y_ij), r_ij) with ω = 1 or min(cap, 1/ρ_ij)/cap. Dudík, Langford, Li 2011, section 2; Bietti, Agarwal,
/// Langford 2021, "MTR".
/// </remarks>
public sealed class RegressionLearner : IOffPolicyLearner
{
    private readonly ActionModel _model;
    private readonly RewardLoss _loss;
    private readonly float _weightCap;

    /// <summary>A learner over <paramref name="model"/>.</summary>
    /// <param name="model">What is fitted.</param>
    /// <param name="loss">Loss.</param>
    /// <param name="weightCap">Cap on the weight 1/ρ; 0: no weights, the direct method.</param>
    public RegressionLearner(ActionModel model, RewardLoss loss = RewardLoss.Logistic, float weightCap = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(weightCap);
        _model = model;
        _loss = loss;
        _weightCap = weightCap;
        Scorer = model;
    }

    /// <inheritdoc/>
    public IActionScorer Scorer { get; }

    /// <inheritdoc/>
    public void Learn(scoped in DecisionContext context, scoped ReadOnlySpan<LoggedAction> slate, PolicyScratch scratch)
    {
        var prior = _model.PriorOf(context, scratch);
        foreach (var shown in slate)
        {
            float weight = 1;
            if (_weightCap > 0) weight = (float)(Math.Min(_weightCap, LearningThrow.InversePropensity(shown, context.Number)) / _weightCap);
            if (_loss == RewardLoss.Logistic) LearningThrow.RequireUnit(shown.Reward, context.Number);
            var (learnt, logPrior) = _model.Parts(context, prior, shown.Action);
            if (float.IsInfinity(logPrior)) continue;
            _model.Step(context, shown.Action, learnt, logPrior, weight * Gradient(_loss, _model.Combine(learnt, logPrior), (float)shown.Reward));
        }
    }

    /// <inheritdoc/>
    public void EndPass() { }

    internal static float Gradient(RewardLoss loss, float score, float reward) =>
        loss == RewardLoss.Logistic ? Sigmoid(score) - reward : 2 * (score - reward);

    internal static float Sigmoid(float score) => 1 / (1 + MathF.Exp(-score));
}
