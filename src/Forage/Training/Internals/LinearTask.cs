using Forage.Data;
using Forage.Features;
using Forage.Linear;

namespace Forage.Training.Internals;

/// <summary>Regression and two classes: one slot of a linear learner.</summary>
internal sealed class LinearTask(LinearLearner learner, bool classify) : IExampleTask
{
    public bool HasError => classify;

    public Judged Learn(in FeatureRow x, in SimpleLabel label)
    {
        if (classify && label.Value is not (1 or -1)) TrainingThrow.NotTwoClasses(label.Value);
        float p = learner.LearnFrom(label.Base, x, label.Value, label.Importance);
        return new Judged(p, learner.LossOf(p, label.Value), IsWrong(p, label.Value));
    }

    public Judged Judge(in FeatureRow x, in SimpleLabel label)
    {
        float p = learner.PredictFrom(label.Base, x);
        return label.IsLabelled ? new Judged(p, learner.LossOf(p, label.Value), IsWrong(p, label.Value)) : new Judged(p, float.NaN, false);
    }

    public long FeaturesOf(in FeatureRow x) => learner.FeaturesOf(x);

    public void EndPass() => learner.EndPass();

    private bool IsWrong(float p, float y) => classify && (p > 0 ? 1 : -1) != y;
}
