using System.Numerics.Tensors;
using Forage.Data;
using Forage.Linear;

namespace Forage.Training.Internals;

/// <summary>
/// Sets of labels: slot k learns whether label k is in the set. The loss is the mean over labels of the learner's loss; an example counts as wrong
/// if the label with the largest score is not in its set, so 1 - error is precision at 1.
/// </summary>
internal sealed class MultilabelTask : ISetTask
{
    private readonly LinearLearner _learner;
    private readonly float[] _targets, _scores, _negated;
    private readonly int[] _order;

    public MultilabelTask(LinearLearner learner)
    {
        _learner = learner;
        (_targets, _scores, _negated, _order) = (new float[learner.Slots], new float[learner.Slots], new float[learner.Slots], new int[learner.Slots]);
        Array.Fill(_targets, -1);
    }

    public bool HasError => true;

    // A row without labels is an example of which no label is right.
    public bool IsLabelled(MultilabelBatch batch, int i) => true;

    public Judged Learn(MultilabelBatch batch, int i)
    {
        var labels = batch.Labels(i);
        if (labels.Length > 0 && labels[^1] >= _targets.Length) TrainingThrow.NoSuchClass(labels[^1], 0, _targets.Length);
        foreach (int label in labels) _targets[label] = 1;
        _learner.LearnAll(batch.Rows[i], _targets, default, _scores);
        foreach (int label in labels) _targets[label] = -1;
        return Judge(labels);
    }

    public Judged Judge(MultilabelBatch batch, int i)
    {
        _learner.PredictAll(batch.Rows[i], _scores);
        return Judge(batch.Labels(i));
    }

    public int Best(Span<int> labels, Span<float> scores)
    {
        for (int k = 0; k < _order.Length; k++) (_order[k], _negated[k]) = (k, -_scores[k]);
        Array.Sort(_negated, _order);
        int n = Math.Min(labels.Length, _order.Length);
        for (int k = 0; k < n; k++) (labels[k], scores[k]) = (_order[k], _scores[_order[k]]);
        return n;
    }

    public void Prefetch(MultilabelBatch batch, int i) => _learner.Prefetch(batch.Rows[i]);

    public long FeaturesOf(MultilabelBatch batch, int i) => _learner.FeaturesOf(batch.Rows[i]);

    public void EndPass() => _learner.EndPass();

    private Judged Judge(ReadOnlySpan<int> labels)
    {
        double loss = 0;
        int next = 0;
        for (int k = 0; k < _scores.Length; k++)
        {
            bool isIn = next < labels.Length && labels[next] == k;
            if (isIn) next++;
            loss += _learner.LossOf(_scores[k], isIn ? 1 : -1);
        }
        int first = TensorPrimitives.IndexOfMax<float>(_scores);
        return new Judged(first, labels.Length > 0 ? labels[0] : float.NaN, 1, (float)(loss / _scores.Length), labels.BinarySearch(first) < 0);
    }
}
