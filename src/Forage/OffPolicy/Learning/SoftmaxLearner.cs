using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy.Learning;

/// <summary>
/// Learns a softmax policy q(y|x) = exp(s(x, y)) / Σ exp(s(x, z)) directly, from the positions of a slate one by one: at position j the actions
/// already placed are left out, q_j(y) = exp(s_y - LSE over A_j).
/// </summary>
/// <remarks>
/// Gradients on the score of y ∈ A_j: weighted likelihood (r_j/ρ_j)(q_j(y) - 1{y = y_j}); self-normalised (r_j - λ) w_j (q_j(y) - 1{y = y_j})
/// with w_j = q_j(y_j)/ρ_j. Swaminathan, Joachims 2015 ("SNIPS"); Joachims, Swaminathan, de Rijke 2018 ("BanditNet", Lagrange translation);
/// for slates Lopez, Dhillon, Jordan 2021, Eqs. 11-12.
/// </remarks>
public sealed class SoftmaxLearner : IOffPolicyLearner
{
    private readonly ActionModel _model;
    private readonly SoftmaxLearnerOptions _options;

    /// <summary>A learner over <paramref name="model"/>.</summary>
    public SoftmaxLearner(ActionModel model, SoftmaxLearnerOptions options)
    {
        _model = model;
        _options = options.Validated();
    }

    /// <inheritdoc/>
    public IActionScorer Scorer => _model;

    /// <inheritdoc/>
    public void Learn(scoped in DecisionContext context, scoped ReadOnlySpan<LoggedAction> slate, PolicyScratch scratch)
    {
        int n = context.ActionCount;
        var prior = _model.PriorOf(context, scratch);
        Span<float> learnt = scratch.Floats(n), logPrior = scratch.Floats(n), scores = scratch.Floats(n), gradients = scratch.Floats(n);
        if (_model.Prior is null) logPrior.Clear();
        _model.Parts(context, prior, learnt, logPrior);
        for (int a = 0; a < n; a++) scores[a] = _model.Combine(learnt[a], logPrior[a]);
        var candidates = ActionSelection.Candidates(context, logPrior, _model.Prior is null ? 0 : _options.Candidates, scratch);
        gradients.Fill(float.NaN);
        foreach (int a in candidates) gradients[a] = 0;
        bool any = false;
        for (int j = 0; j < slate.Length; j++)
        {
            any |= Position(slate[j], slate[..j], scores, candidates, gradients, context.Number);
        }
        if (any) _model.Step(context, learnt, logPrior, gradients);
    }

    /// <inheritdoc/>
    public void EndPass() { }

    private bool Position(LoggedAction shown, ReadOnlySpan<LoggedAction> placed, ReadOnlySpan<float> scores, ReadOnlySpan<int> candidates, Span<float> gradients, long decision)
    {
        if (float.IsNaN(gradients[shown.Action])) return false; // not a candidate
        double logSum = LogSum(scores, candidates, placed);
        double inverse = LearningThrow.InversePropensity(shown, decision), weight;
        if (_options.Objective == SoftmaxObjective.WeightedLikelihood)
        {
            weight = shown.Reward * Math.Min(inverse, _options.WeightCap);
        }
        else
        {
            double q = Math.Exp(scores[shown.Action] - logSum);
            weight = (shown.Reward - _options.Translation) * Math.Min(q * inverse, _options.WeightCap);
        }
        if (weight == 0) return false;
        foreach (int a in candidates)
            if (!IsPlaced(placed, a)) gradients[a] += (float)(weight * Math.Exp(scores[a] - logSum));
        gradients[shown.Action] -= (float)weight;
        return true;
    }

    private static double LogSum(ReadOnlySpan<float> scores, ReadOnlySpan<int> candidates, ReadOnlySpan<LoggedAction> placed)
    {
        float top = float.NegativeInfinity;
        foreach (int a in candidates)
            if (scores[a] > top && !IsPlaced(placed, a)) top = scores[a];
        double sum = 0;
        foreach (int a in candidates)
            if (!IsPlaced(placed, a)) sum += Math.Exp(scores[a] - top);
        return top + Math.Log(sum);
    }

    private static bool IsPlaced(ReadOnlySpan<LoggedAction> placed, int action)
    {
        foreach (var p in placed)
            if (p.Action == action) return true;
        return false;
    }
}
