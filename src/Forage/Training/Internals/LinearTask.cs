using Forage.Data;
using Forage.Features;
using Forage.Linear;

namespace Forage.Training.Internals;

/// <summary>Regression and two classes: one slot of a linear learner.</summary>
internal sealed class LinearTask(LinearLearner learner, bool classify) : IExampleTask
{
    private readonly bool _bounded = learner.Options.Loss is LossKind.Logistic or LossKind.Hinge;
    private readonly bool _counts = learner.Options.Loss == LossKind.Poisson;

    public bool HasError => classify;

    public Judged Learn(in FeatureRow x, in SimpleLabel label)
    {
        if (classify ? label.Value is not (1 or -1) : _bounded && label.Value is not (>= -1 and <= 1) || _counts && label.Value < 0) ThrowLabel(label.Value);
        float p = learner.LearnFrom(label.Base, x, label.Value, label.Importance);
        return new Judged(p, learner.LossOf(p, label.Value), IsWrong(p, label.Value));
    }

    public Judged Judge(in FeatureRow x, in SimpleLabel label)
    {
        float p = learner.PredictFrom(label.Base, x);
        return label.IsLabelled ? new Judged(p, learner.LossOf(p, label.Value), IsWrong(p, label.Value)) : new Judged(p, float.NaN, false);
    }

    public void Prefetch(in FeatureRow x) => learner.Prefetch(x);

    public long FeaturesOf(in FeatureRow x) => learner.FeaturesOf(x);

    public void EndPass() => learner.EndPass();

    private void ThrowLabel(float label)
    {
        if (classify) TrainingThrow.NotTwoClasses(label);
        TrainingThrow.LabelOutOfRange(label, learner.Options.Loss, _counts ? "0 or more" : "-1 to 1");
    }

    private bool IsWrong(float p, float y) => classify && (p > 0 ? 1 : -1) != y;
}
