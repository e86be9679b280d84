using Forage.Linear.Internals;

namespace Forage.Extreme.Embedding.Internals;

/// <summary>
/// The same for batches that look at each label several times: scores and gradients label by label too, so that a label's vector is fetched twice a batch and not
/// twice an entry. The parts of dL/dh of 16 ranges of labels are summed in order.
/// </summary>
internal sealed unsafe partial class SubsetPass
{
    private const int Ranges = 16;

    private readonly Action<int, int> _encode, _scoreRows, _loss, _backward, _collect;
    private WeightTable _parts = new(0);

    public void Dispose() => _parts.Dispose();

    private void RunByLabel(int n)
    {
        long parts = (long)Ranges * n * _model.Width;
        if (_encoder && _parts.Length < parts) Batch.Renew(ref _parts, parts);
        _team.Run(n, _encode);
        _groups.Build(n, _begins, _ends, _labels);
        _team.Run(EntryGroups.Partitions, _scoreRows);
        _team.Run(n, _loss);
        _team.Run(Ranges, _backward);
        if (_encoder) _team.Run(n, _collect);
    }

    private void Encode(int i, int worker)
    {
        if (_begins[i] < _ends[i]) _model.Encode(_batch.Rows, _batch.Examples[i], _batch.Hidden(i));
        else VectorKernels.Clear(_batch.Hidden(i), _model.Width);
    }

    private void ScoreRows(int partition, int worker)
    {
        int width = _model.Width;
        var entries = _groups[partition];
        float[] scores = _scores, biases = _model.LabelBiases;
        for (int i = 0; i < entries.Length; i++)
        {
            var e = entries[i];
            scores[e.Position] = VectorKernels.Dot(_batch.Hidden(e.Example), _model.Label(e.Row), width) + biases[e.Row];
        }
    }

    private void Loss(int i, int worker)
    {
        int begin = _begins[i], n = _ends[i] - begin;
        _batch.Losses[i] = 0;
        if (n > 0) _batch.Gradient(i, _labels.AsSpan(begin, n), _scores.AsSpan(begin, n), _gradients.AsSpan(begin, n));
    }

    private void Backward(int range, int worker)
    {
        int width = _model.Width, n = _batch.Count;
        float* part = _parts.Data + (long)range * n * width;
        if (_encoder)
            for (int i = 0; i < n; i++) VectorKernels.Clear(part + (long)i * width, width);
        fixed (float* sum = _sums[worker])
        {
            for (int p = range * EntryGroups.Partitions / Ranges; p < (range + 1) * EntryGroups.Partitions / Ranges; p++)
            {
                var entries = _groups[p];
                for (int i = 0; i < entries.Length;)
                {
                    int row = entries[i].Row;
                    float* w = _model.Label(row);
                    float bias = 0;
                    bool any = false;
                    VectorKernels.Clear(sum, width);
                    for (; i < entries.Length && entries[i].Row == row; i++)
                    {
                        float g = _gradients[entries[i].Position];
                        if (g == 0) continue;
                        any = true;
                        bias += g;
                        int example = entries[i].Example;
                        if (_encoder) VectorKernels.AddBoth(g, _batch.Hidden(example), sum, w, part + (long)example * width, width);
                        else VectorKernels.AddScaled(g, _batch.Hidden(example), sum, width);
                    }
                    if (!any || _optimizer is null) continue;
                    _optimizer.Step(row, sum);
                    _optimizer.StepBias(row, bias, ref _model.LabelBiases[row]);
                }
            }
        }
    }

    private void Collect(int i, int worker)
    {
        int width = _model.Width;
        float* delta = _batch.Delta(i);
        VectorKernels.Clear(delta, width);
        for (int range = 0; range < Ranges; range++) VectorKernels.AddScaled(1, _parts.Data + ((long)range * _batch.Count + i) * width, delta, width);
    }
}
