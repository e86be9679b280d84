using Forage.Data;
using Forage.Multiclass.Trees;

namespace Forage.Training.Internals;

/// <summary>Several classes by a tree. The loss is 0 or 1. Labels are class numbers from <paramref name="firstClass"/> on.</summary>
internal sealed class ClassTreeTask(IClassTree tree, int firstClass) : IExampleTask<ExampleBatch>
{
    private readonly ClassTreeScratch _scratch = new();
    private int[] _classes = [];

    public bool HasError => true;

    public bool IsLabelled(ExampleBatch batch, int i) => batch.Labels[i].IsLabelled;

    public Judged Learn(ExampleBatch batch, int i)
    {
        var label = batch.Labels[i];
        int k = (int)label.Value - firstClass;
        if (k < 0 || k >= tree.Classes || k + firstClass != label.Value) TrainingThrow.NoSuchClass(label.Value, firstClass, tree.Classes);
        return Judged(tree.Learn(batch.Rows[i], k, label.Importance), label);
    }

    public Judged Judge(ExampleBatch batch, int i) => Judged(tree.Predict(batch.Rows[i], _scratch), batch.Labels[i]);

    public void Judge(ExampleBatch batch, int first, Span<Judged> judged)
    {
        if (_classes.Length < judged.Length) _classes = new int[judged.Length];
        tree.PredictAll(batch.Rows, first, _classes.AsSpan(0, judged.Length), _scratch);
        for (int i = 0; i < judged.Length; i++) judged[i] = Judged(_classes[i], batch.Labels[first + i]);
    }

    public IExampleTask<ExampleBatch>? Twin() => new ClassTreeTask(tree, firstClass);

    public void Prefetch(ExampleBatch batch, int i) { }

    public long FeaturesOf(ExampleBatch batch, int i) => tree.Pool.FeaturesOf(batch.Rows[i]);

    public void EndPass() => tree.EndPass();

    private Judged Judged(int predicted, in SimpleLabel label)
    {
        float p = predicted + firstClass;
        if (!label.IsLabelled) return new Judged(p, float.NaN, label.Importance, float.NaN, false);
        bool wrong = p != label.Value;
        return new Judged(p, label.Value, label.Importance, wrong ? 1 : 0, wrong);
    }
}
