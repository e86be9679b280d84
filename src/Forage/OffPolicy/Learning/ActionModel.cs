using Forage.Features;
using Forage.Linear;
using Forage.Oracles;

namespace Forage.OffPolicy.Learning;

/// <summary>
/// A score of every action: s(x, a) = b + f(x, a) + c · ln ρ(a|x). b is a constant, f is a regressor, with one slot an action over the shared row (a fixed set of
/// actions) or with one slot over the actions' own rows; ρ is a prior policy, as a rule the one that made the log, and c ≥ 0 its learnt weight.
/// Starting from what the logging policy knew is worth more than any choice of loss (on 983 tags 51 % instead of 47 % of the slate right).
/// </summary>
/// <remarks>
/// Learners compute dL/ds and hand it to <c>Step</c>, so any loss can be used over any <see cref="IRegressor"/>: the regressor is made
/// with squared loss and without importance-invariance (<see cref="Regression"/>), for which a step towards the target f - g/2 has the
/// gradient 2(f - (f - g/2)) = g exactly.
/// </remarks>
public sealed class ActionModel : IActionScorer
{
    // Adagrad over the one number c.
    private double _priorGradients;

    /// <summary>A model that scores with <paramref name="regressor"/> and, if given, a prior.</summary>
    /// <param name="regressor">One slot an action, or one slot in all if actions have rows of their own; made with <see cref="Regression"/>.</param>
    /// <param name="prior">The policy whose ln ρ(a|x) is added; actions it never takes are never taken.</param>
    /// <param name="priorWeight">c to start from.</param>
    /// <param name="priorRate">Learning rate of c; 0 keeps it.</param>
    /// <param name="start">b, the score of an action nothing is known about. Low is cautious: actions the log hardly shows are not taken for good.</param>
    public ActionModel(IRegressor regressor, IPolicy? prior = null, float priorWeight = 0.7f, float priorRate = 0.03f, float start = 0)
    {
        Regressor = regressor;
        Prior = prior;
        PriorWeight = prior is null ? 0 : priorWeight;
        PriorRate = priorRate;
        Start = start;
    }

    /// <summary>f.</summary>
    public IRegressor Regressor { get; }

    /// <summary>ρ, or null.</summary>
    public IPolicy? Prior { get; }

    /// <summary>c.</summary>
    public float PriorWeight { get; private set; }

    /// <summary>b.</summary>
    public float Start { get; }

    /// <summary>Learning rate of c.</summary>
    public float PriorRate { get; }

    /// <summary>The same model with another way to get at its prior.</summary>
    public ActionModel WithPrior(IPolicy prior) => new(Regressor, prior, PriorWeight, PriorRate, Start);

    /// <summary><paramref name="options"/> changed so that a regressor takes gradients as they are: squared loss, not importance-invariant, unclipped.</summary>
    public static LinearOptions Regression(LinearOptions options) => options with
    {
        Loss = LossKind.Squared,
        Invariant = false,
        MinPrediction = -1e6f,
        MaxPrediction = 1e6f,
    };

    /// <summary>The prior's distribution for this decision; empty without a prior.</summary>
    public ActionDistribution PriorOf(scoped in DecisionContext context, PolicyScratch scratch) => Prior is null ? default : Prior.Distribution(context, scratch);

    /// <summary>f(x, a) and ln ρ(a|x) of one action (0 without a prior, -∞ where the prior is 0).</summary>
    public (float Learnt, float LogPrior) Parts(scoped in DecisionContext context, scoped in ActionDistribution prior, int action)
    {
        float learnt = context.HasActionFeatures ? Regressor.Predict(context.Action(action)) : Regressor.Predict(context.Shared, action);
        return (learnt, Prior is null ? 0 : (float)Math.Log(prior.ProbabilityOf(action)));
    }

    /// <summary>f(x, a) and ln ρ(a|x) of all actions.</summary>
    public void Parts(scoped in DecisionContext context, scoped in ActionDistribution prior, scoped Span<float> learnt, scoped Span<float> logPrior)
    {
        int n = context.ActionCount;
        learnt = learnt[..n];
        if (context.HasActionFeatures)
        {
            for (int a = 0; a < n; a++) learnt[a] = Regressor.Predict(context.Action(a));
        }
        else
        {
            Regressor.PredictAll(context.Shared, learnt);
        }
        if (Prior is null) return;
        logPrior = logPrior[..n];
        logPrior.Fill(float.NegativeInfinity);
        for (int i = 0; i < prior.Count; i++) logPrior[prior.ActionAt(i)] = MathF.Log((float)prior.Probabilities[i]);
    }

    /// <summary>b + f + c · ln ρ.</summary>
    public float Combine(float learnt, float logPrior) => Start + (Prior is null ? learnt : learnt + PriorWeight * logPrior);

    /// <inheritdoc/>
    public void Score(scoped in DecisionContext context, scoped Span<float> scores, PolicyScratch scratch)
    {
        int n = context.ActionCount;
        var logPrior = Prior is null ? default : scratch.Floats(n);
        Parts(context, PriorOf(context, scratch), scores, logPrior);
        for (int a = 0; a < n; a++) scores[a] = Combine(scores[a], Prior is null ? 0 : logPrior[a]);
    }

    /// <summary>One step of f (and of c) down the gradient dL/ds(x, a) of one action.</summary>
    public void Step(scoped in DecisionContext context, int action, float learnt, float logPrior, float gradient)
    {
        if (gradient == 0) return;
        float target = learnt - gradient / 2;
        if (context.HasActionFeatures) Regressor.Learn(context.Action(action), target);
        else Regressor.Learn(context.Shared, target, 1, action);
        StepPrior(gradient * logPrior);
    }

    /// <summary>One step down the gradients of all actions; <see cref="float.NaN"/> leaves an action alone.</summary>
    /// <param name="context">The decision.</param>
    /// <param name="learnt">f(x, a) as given by <see cref="Parts(in DecisionContext, in ActionDistribution, Span{float}, Span{float})"/>.</param>
    /// <param name="logPrior">ln ρ(a|x), likewise.</param>
    /// <param name="gradients">dL/ds(x, a); used up.</param>
    public void Step(scoped in DecisionContext context, scoped ReadOnlySpan<float> learnt, scoped ReadOnlySpan<float> logPrior, scoped Span<float> gradients)
    {
        int n = context.ActionCount;
        if (Prior is not null)
        {
            double slope = 0;
            for (int a = 0; a < n; a++)
                if (gradients[a] != 0 && float.IsFinite(gradients[a] * logPrior[a])) slope += gradients[a] * logPrior[a];
            StepPrior((float)slope);
        }
        for (int a = 0; a < n; a++) gradients[a] = learnt[a] - gradients[a] / 2;
        if (context.HasActionFeatures)
        {
            for (int a = 0; a < n; a++)
                if (!float.IsNaN(gradients[a])) Regressor.Learn(context.Action(a), gradients[a]);
        }
        else
        {
            Regressor.LearnAll(context.Shared, gradients[..n]);
        }
    }

    private void StepPrior(float slope)
    {
        if (Prior is null || PriorRate == 0 || slope == 0 || !float.IsFinite(slope)) return;
        _priorGradients += (double)slope * slope;
        PriorWeight = Math.Max(0, PriorWeight - PriorRate * slope / (float)Math.Sqrt(_priorGradients));
    }
}
