using Forage.Data;
using Forage.Linear;
using Forage.Multiclass;

namespace Forage.Training.Internals;

/// <summary>Several classes, one against all. The loss is 0 or 1. Labels are class numbers from <paramref name="firstClass"/> on.</summary>
internal sealed class MulticlassTask(LinearLearner learner, int firstClass, float positiveWeight) : IExampleTask<ExampleBatch>
{
    private readonly OneAgainstAll _classes = new(learner, positiveWeight);

    public bool HasError => true;

    public bool IsLabelled(ExampleBatch batch, int i) => batch.Labels[i].IsLabelled;

    public Judged Learn(ExampleBatch batch, int i)
    {
        var label = batch.Labels[i];
        return Judged(_classes.Learn(batch.Rows[i], ClassOf(label.Value), label.Importance), label);
    }

    public Judged Judge(ExampleBatch batch, int i) => Judged(_classes.Predict(batch.Rows[i]), batch.Labels[i]);

    public IExampleTask<ExampleBatch>? Twin() => new MulticlassTask(learner, firstClass, positiveWeight);

    public void Prefetch(ExampleBatch batch, int i) => learner.Prefetch(batch.Rows[i]);

    public long FeaturesOf(ExampleBatch batch, int i) => learner.FeaturesOf(batch.Rows[i]);

    public void EndPass() => learner.EndPass();

    private Judged Judged(int predicted, in SimpleLabel label)
    {
        float p = predicted + firstClass;
        if (!label.IsLabelled) return new Judged(p, float.NaN, label.Importance, float.NaN, false);
        bool wrong = p != label.Value;
        return new Judged(p, label.Value, label.Importance, wrong ? 1 : 0, wrong);
    }

    private int ClassOf(float label)
    {
        int k = (int)label - firstClass;
        if (k < 0 || k >= learner.Slots || k + firstClass != label) TrainingThrow.NoSuchClass(label, firstClass, learner.Slots);
        return k;
    }
}
