using Forage.Oracles;
using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy.Learning;

/// <summary>
/// Doubly robust learning: a reward model m(x, a) fitted to the actions shown, and a correction δ(x, a) fitted to what is left over, weighted so
/// that it is right for every action, shown often or not. The score is m + δ.
/// </summary>
/// <remarks>
/// At position j the doubly robust outcome of y ∈ A_j is m(y) + 1{y = y_j}(r_j - m(y_j))/ρ_j; δ is its regression minus m, by squared loss over
/// all of A_j. Written for a whole slate: an action shown at position j has been available j times, one not shown l times. m is predicted before
/// it learns from the decision, and δ learns in the first pass only, while m is still honest about it. Dudík, Langford, Li 2011, section 3.
/// </remarks>
public sealed class DoublyRobustLearner : IOffPolicyLearner
{
    private readonly ActionModel _model;
    private readonly RegressionLearner _regression;
    private readonly RewardLoss _loss;
    private readonly DoublyRobustScorer _scorer;
    private readonly float _weightCap;
    private readonly int _candidates;
    private bool _firstPass = true;

    /// <summary>A learner over a reward model and a regressor for its correction.</summary>
    /// <param name="model">The reward model m.</param>
    /// <param name="correction">δ; as many slots as <paramref name="model"/>'s regressor, made with <see cref="ActionModel.Regression"/>.</param>
    /// <param name="loss">Loss of m.</param>
    /// <param name="weightCap">Cap on 1/ρ.</param>
    /// <param name="candidates">δ is learnt and used for the prior's this many most probable actions; 0: all.</param>
    public DoublyRobustLearner(ActionModel model, IRegressor correction, RewardLoss loss = RewardLoss.Logistic, float weightCap = 20, int candidates = 0)
    {
        if (!(weightCap > 0)) throw new ForageException($"The weight cap is {weightCap}; expected a positive number.");
        _model = model;
        _regression = new RegressionLearner(model, loss);
        _loss = loss;
        _scorer = new DoublyRobustScorer(model, new ActionModel(correction), loss);
        _weightCap = weightCap;
        _candidates = candidates;
    }

    /// <inheritdoc/>
    public IActionScorer Scorer => _scorer;

    /// <inheritdoc/>
    public void Learn(scoped in DecisionContext context, scoped ReadOnlySpan<LoggedAction> slate, PolicyScratch scratch)
    {
        if (_firstPass) LearnCorrection(context, slate, scratch);
        _regression.Learn(context, slate, scratch);
    }

    /// <inheritdoc/>
    public void EndPass() => _firstPass = false;

    private void LearnCorrection(scoped in DecisionContext context, scoped ReadOnlySpan<LoggedAction> slate, PolicyScratch scratch)
    {
        int n = context.ActionCount;
        var prior = _model.PriorOf(context, scratch);
        Span<float> delta = scratch.Floats(n), gradients = scratch.Floats(n), order = scratch.Floats(n);
        order.Clear();
        if (_model.Prior is not null)
        {
            order.Fill(float.NegativeInfinity);
            for (int i = 0; i < prior.Count; i++) order[prior.ActionAt(i)] = MathF.Log((float)prior.Probabilities[i]);
        }
        var candidates = ActionSelection.Candidates(context, order, _model.Prior is null ? 0 : _candidates, scratch);
        _scorer.Correction.Parts(context, default, delta, default);
        gradients.Fill(float.NaN);
        foreach (int a in candidates) gradients[a] = 2 * delta[a];
        for (int j = 0; j < slate.Length; j++)
        {
            var shown = slate[j];
            if (float.IsNaN(gradients[shown.Action])) continue;
            var (learnt, logPrior) = _model.Parts(context, prior, shown.Action);
            float score = _model.Combine(learnt, logPrior);
            float predicted = _loss == RewardLoss.Logistic ? RegressionLearner.Sigmoid(score) : score;
            float weight = (float)Math.Min(_weightCap, LearningThrow.InversePropensity(shown, context.Number));
            gradients[shown.Action] = 2 * ((j + 1) * delta[shown.Action] - weight * ((float)shown.Reward - predicted)) / slate.Length;
        }
        _scorer.Correction.Step(context, delta, default, gradients);
    }
}
