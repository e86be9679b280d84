using Forage.Data;
using Forage.Quantiles;

namespace Forage.Training.Internals;

/// <summary>Quantiles with a model that has learnt. A batch is predicted in blocks when its first example is asked for. The loss is the mean pinball loss over the quantiles.</summary>
internal sealed class QuantileTask : IExampleTask<ExampleBatch>
{
    private const int Block = 512;

    private readonly TrainedQuantiles _quantiles;
    private readonly double[] _levels;
    private readonly float[] _space;
    private double[] _predicted = [];
    private ExampleBatch? _batch;
    private int _next;

    public QuantileTask(TrainedQuantiles quantiles)
    {
        _quantiles = quantiles;
        _levels = [.. quantiles.Model.Levels];
        _space = new float[Block * quantiles.Columns.Count];
        Scores = [.. _levels.Select(q => new QuantileScore(q))];
    }

    /// <summary>Loss and coverage of each quantile over the labelled examples judged so far.</summary>
    public IReadOnlyList<QuantileScore> Scores { get; }

    public bool HasError => false;

    public bool IsLabelled(ExampleBatch batch, int i) => batch.Labels[i].IsLabelled;

    public Judged Learn(ExampleBatch batch, int i) => throw new NotSupportedException("Quantiles are learnt from all examples at once.");

    public Judged Judge(ExampleBatch batch, int i)
    {
        // Batches are used again: one that is asked out of turn, or from its beginning, is new.
        if (batch != _batch || i != _next) PredictAll(batch);
        (_batch, _next) = (batch, i + 1 == batch.Count ? -1 : i + 1);
        var own = Quantiles(i);
        var label = batch.Labels[i];
        if (!label.IsLabelled) return new Judged((float)own[0], float.NaN, label.Importance, float.NaN, false);
        bool outside = label.Value < _quantiles.Model.Lowest || label.Value > _quantiles.Model.Highest;
        double loss = 0;
        for (int l = 0; l < own.Length; l++)
        {
            loss += PinballLoss.Of(label.Value, own[l], _levels[l]) / own.Length;
            Scores[l].Add(label.Value, own[l], outside, label.Importance);
        }
        return new Judged((float)own[0], label.Value, label.Importance, (float)loss, false);
    }

    /// <summary>The predictions of an example of the batch judged last.</summary>
    public ReadOnlySpan<double> Quantiles(int i) => _predicted.AsSpan(i * _levels.Length, _levels.Length);

    public void Prefetch(ExampleBatch batch, int i) { }

    public long FeaturesOf(ExampleBatch batch, int i) => batch.Rows[i].Count;

    public void EndPass() { }

    private void PredictAll(ExampleBatch batch)
    {
        int levels = _levels.Length;
        if (_predicted.Length < batch.Count * levels) _predicted = new double[Math.Max(batch.Count * levels, 2 * _predicted.Length)];
        for (int from = 0; from < batch.Count; from += Block)
        {
            int count = Math.Min(Block, batch.Count - from);
            _quantiles.Predict(batch.Rows, from, count, _space, _predicted.AsSpan(from * levels, count * levels));
        }
    }
}
