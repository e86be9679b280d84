namespace Forage.Extreme.Embedding.Internals;

/// <summary>
/// The same for batches that look at each label several times: scores and gradients label by label too, so that a label's vector is fetched twice a batch and not
/// twice an entry (<see cref="LabelSteps"/>).
/// </summary>
internal sealed unsafe partial class SubsetPass
{
    private readonly Action<int, int> _encode, _scoreRows, _loss, _backward, _collect;
    private readonly LabelSteps _steps;

    public void Dispose() => _steps.Dispose();

    private void RunByLabel(int n)
    {
        _steps.Reserve(n);
        _team.Run(n, _encode);
        _groups.Build(n, _begins, _ends, _labels);
        _team.Run(EntryGroups.Partitions, _scoreRows);
        _team.Run(n, _loss);
        _team.Run(LabelSteps.Ranges, _backward);
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
        _steps.Clear(range);
        for (int p = range * EntryGroups.Partitions / LabelSteps.Ranges; p < (range + 1) * EntryGroups.Partitions / LabelSteps.Ranges; p++)
        {
            var entries = _groups[p];
            for (int i = 0; i < entries.Length;)
            {
                int label = entries[i].Row;
                var row = _steps.Begin(label, range, worker);
                for (; i < entries.Length && entries[i].Row == label; i++) row.Add(_gradients[entries[i].Position], entries[i].Example);
                row.Step();
            }
        }
    }
}
