using Forage.Features;
using Forage.Linear;
using Forage.OffPolicy;
using Forage.Persistence;

namespace Forage.Bandits.Internals;

/// <summary>
/// Several models over the actions of a decision, scored and updated together. Score j of action a stands at a · Models + j. A fixed set of actions has a slot for each
/// (action, model) over the shared row; otherwise a model is a slot over the actions' own rows.
/// </summary>
internal sealed class ScoreTable(LinearOptions options, int actions, int models) : IDisposable
{
    private LinearLearner _learner = new(options, Math.Max(1, actions) * models);

    public int Models { get; } = models;

    public LinearLearner Learner => _learner;

    /// <summary>Scores of all actions under all models.</summary>
    public void Score(scoped in DecisionContext context, Span<float> scores)
    {
        if (actions > 0)
        {
            _learner.PredictAll(context.Shared, scores);
            return;
        }
        for (int a = 0; a < context.ActionCount; a++) _learner.PredictAll(context.Action(a), scores.Slice(a * Models, Models));
    }

    /// <summary>Sensitivities of all actions, laid out as scores.</summary>
    public void Sensitivity(scoped in DecisionContext context, Span<float> values)
    {
        if (actions > 0)
        {
            _learner.Sensitivity(context.Shared, 0, values);
            return;
        }
        for (int a = 0; a < context.ActionCount; a++) _learner.Sensitivity(context.Action(a), 0, values.Slice(a * Models, Models));
    }

    /// <summary>One update of one model's score of one action; returns what it was.</summary>
    public float Learn(scoped in DecisionContext context, int action, int model, float target, float importance) =>
        actions > 0 ? _learner.Learn(context.Shared, target, importance, action * Models + model) : _learner.Learn(context.Action(action), target, importance, model);

    /// <summary>One update of all models' scores of one action; NaN targets are left alone.</summary>
    public void LearnAction(scoped in DecisionContext context, int action, ReadOnlySpan<float> targets, ReadOnlySpan<float> importances)
    {
        if (actions > 0) _learner.LearnRange(context.Shared, action * Models, targets, importances);
        else _learner.LearnAll(context.Action(action), targets, importances);
    }

    /// <summary>One update of everything, laid out as scores; NaN targets are left alone.</summary>
    public void LearnAll(scoped in DecisionContext context, ReadOnlySpan<float> targets, ReadOnlySpan<float> importances)
    {
        if (actions > 0)
        {
            _learner.LearnAll(context.Shared, targets, importances);
            return;
        }
        for (int a = 0; a < context.ActionCount; a++)
            _learner.LearnAll(context.Action(a), targets.Slice(a * Models, Models), importances.IsEmpty ? default : importances.Slice(a * Models, Models));
    }

    public void Save(ModelWriter writer) => _learner.Save(writer);

    public void Load(ModelReader reader)
    {
        var loaded = LinearLearner.Load(reader);
        _learner.Dispose();
        _learner = loaded;
    }

    public void Dispose() => _learner.Dispose();
}
