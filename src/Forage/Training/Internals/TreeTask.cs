using Forage.Data;
using Forage.Extreme.Tree;

namespace Forage.Training.Internals;

/// <summary>
/// Sets of labels with a label tree that has learnt: it ranks by marginal probabilities. An example counts as wrong if the first label is not in its set; the loss is
/// 0 or 1 likewise, since the tree does not score all labels.
/// </summary>
/// <param name="tree">The tree.</param>
/// <param name="top">Labels found for each example.</param>
internal sealed class TreeTask(SparseLabelTree tree, int top) : ISetTask
{
    private readonly LabelTreeScratch _scratch = new();
    private readonly int[] _labels = new int[Math.Max(1, top)];
    private readonly float[] _probabilities = new float[Math.Max(1, top)];
    private int _found;

    public bool HasError => true;

    public bool IsLabelled(MultilabelBatch batch, int i) => true;

    public Judged Learn(MultilabelBatch batch, int i) => throw new NotSupportedException("A label tree learns from all examples at once.");

    public Judged Judge(MultilabelBatch batch, int i)
    {
        _found = tree.Top(batch.Rows[i], _scratch, _labels, _probabilities);
        var right = batch.Labels(i);
        bool wrong = right.BinarySearch(_labels[0]) < 0;
        return new Judged(_labels[0], right.Length > 0 ? right[0] : float.NaN, 1, wrong ? 1 : 0, wrong);
    }

    public int Best(Span<int> labels, Span<float> scores)
    {
        int n = Math.Min(_found, labels.Length);
        _labels.AsSpan(0, n).CopyTo(labels);
        _probabilities.AsSpan(0, n).CopyTo(scores);
        return n;
    }

    public void Prefetch(MultilabelBatch batch, int i) { }

    public long FeaturesOf(MultilabelBatch batch, int i) => batch.Rows[i].Count;

    public void EndPass() { }
}
