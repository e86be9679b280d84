using Forage.Oracles;

namespace Forage.OffPolicy.Learning.Slates;

/// <summary>s(x, y) = b + c ln ρ(y|x) + f(x, y), f a regressor with one slot an action over the shared features: an <see cref="ActionModel"/> as one among others in a <see cref="ScorerMean"/>.</summary>
/// <param name="regressor">f.</param>
/// <param name="priorWeight">c.</param>
/// <param name="start">b.</param>
public sealed class LinearScorer(IRegressor regressor, float priorWeight = 0, float start = 0) : ISelectiveScorer
{
    /// <summary>f.</summary>
    public IRegressor Regressor { get; } = regressor;

    /// <summary>c.</summary>
    public float PriorWeight { get; } = priorWeight;

    /// <summary>b.</summary>
    public float Start { get; } = start;

    /// <inheritdoc/>
    public int ActionCount => Regressor.Slots;

    /// <inheritdoc/>
    public bool NeedsPrior => PriorWeight != 0;

    /// <summary>The scores of a model over a fixed set of actions, its prior handed over by whoever asks.</summary>
    public static LinearScorer Of(ActionModel model) => new(model.Regressor, model.PriorWeight, model.Start);

    /// <inheritdoc/>
    public void Score(scoped in DecisionContext context, scoped ReadOnlySpan<int> actions, scoped ReadOnlySpan<float> logPrior, scoped Span<float> scores, PolicyScratch scratch)
    {
        if (actions.IsEmpty)
        {
            Regressor.PredictAll(context.Shared, scores);
        }
        else
        {
            // Slots of a feature stand side by side: all of them at once cost less than some one by one.
            var all = scratch.Floats(Regressor.Slots);
            Regressor.PredictAll(context.Shared, all);
            for (int k = 0; k < scores.Length; k++) scores[k] = all[actions[k]];
        }
        for (int k = 0; k < scores.Length; k++) scores[k] += Start + (PriorWeight == 0 ? 0 : PriorWeight * logPrior[k]);
    }
}
