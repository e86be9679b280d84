namespace Forage.OffPolicy.Learning;

/// <summary>
/// Regression of the reward on the actions shown by the linear learner's own importance-invariant squared-loss update, with weight 1/(ρ n) for n
/// eligible actions (multi-task regression; the weight is 1 where the logging policy was uniform) or 1 (the direct method). One pass of it is what
/// online contextual-bandit learners do; <see cref="RegressionLearner"/> is the one for a prior and other losses.
/// </summary>
/// <remarks>Minimises Σ_i Σ_j ω_ij (f(x_i, y_ij) - r_ij)², ω = min(cap, 1/(ρ_ij n_i)) or 1. Bietti, Agarwal, Langford 2021, "MTR".</remarks>
public sealed class InvariantRegressionLearner : IOffPolicyLearner
{
    private readonly ActionModel _model;
    private readonly float _weightCap;

    /// <summary>A learner over <paramref name="model"/>, whose regressor has squared loss.</summary>
    /// <param name="model">What is fitted; its prior, if any, is not used in learning.</param>
    /// <param name="weightCap">Cap on 1/(ρ n); 0: no weights, the direct method.</param>
    public InvariantRegressionLearner(ActionModel model, float weightCap = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(weightCap);
        (_model, _weightCap) = (model, weightCap);
    }

    /// <inheritdoc/>
    public IActionScorer Scorer => _model;

    /// <inheritdoc/>
    public void Learn(scoped in DecisionContext context, scoped ReadOnlySpan<LoggedAction> slate, PolicyScratch scratch)
    {
        foreach (var shown in slate)
        {
            float weight = _weightCap == 0 ? 1 : (float)Math.Min(_weightCap, Internals.LearningThrow.InversePropensity(shown, context.Number) / Math.Max(1, context.EligibleCount));
            if (context.HasActionFeatures) _model.Regressor.Learn(context.Action(shown.Action), (float)shown.Reward, weight);
            else _model.Regressor.Learn(context.Shared, (float)shown.Reward, weight, shown.Action);
        }
    }

    /// <inheritdoc/>
    public void EndPass() { }
}
