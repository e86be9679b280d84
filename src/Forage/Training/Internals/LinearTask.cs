using Forage.Data;
using Forage.Linear;

namespace Forage.Training.Internals;

/// <summary>Regression and two classes: one slot of a linear learner.</summary>
internal sealed class LinearTask(LinearLearner learner, bool classify) : IExampleTask<ExampleBatch>
{
    private readonly bool _bounded = learner.Options.Loss is LossKind.Logistic or LossKind.Hinge;
    private readonly bool _counts = learner.Options.Loss == LossKind.Poisson;

    public bool HasError => classify;

    public bool IsLabelled(ExampleBatch batch, int i) => batch.Labels[i].IsLabelled;

    public Judged Learn(ExampleBatch batch, int i)
    {
        var label = batch.Labels[i];
        if (classify ? label.Value is not (1 or -1) : _bounded && label.Value is not (>= -1 and <= 1) || _counts && label.Value < 0) ThrowLabel(label.Value);
        return Judge(learner.LearnFrom(label.Base, batch.Rows[i], label.Value, label.Importance), label);
    }

    public Judged Judge(ExampleBatch batch, int i)
    {
        var label = batch.Labels[i];
        return Judge(learner.PredictFrom(label.Base, batch.Rows[i]), label);
    }

    public IExampleTask<ExampleBatch>? Twin() => this;

    public void Prefetch(ExampleBatch batch, int i) => learner.Prefetch(batch.Rows[i]);

    public long FeaturesOf(ExampleBatch batch, int i) => learner.FeaturesOf(batch.Rows[i]);

    public void EndPass() => learner.EndPass();

    // Where two classes are told apart, a label that is neither says nothing of a prediction.
    private Judged Judge(float p, in SimpleLabel label) => label.IsLabelled && (!classify || label.Value is 1 or -1)
        ? new Judged(p, label.Value, label.Importance, learner.LossOf(p, label.Value), classify && (p > 0 ? 1 : -1) != label.Value)
        : new Judged(p, float.NaN, label.Importance, float.NaN, false);

    private void ThrowLabel(float label)
    {
        if (classify) TrainingThrow.NotTwoClasses(label);
        TrainingThrow.LabelOutOfRange(label, learner.Options.Loss, _counts ? "0 or more" : "-1 to 1");
    }
}
