using Forage.Linear.Internals;

namespace Forage.Extreme.Embedding.Internals;

/// <summary>
/// Forward, loss and backward over all labels: S = H Wᵀ + b by blocks of labels, losses example by example, then, again by blocks of labels, dL/dW = Gᵀ H with the step
/// and dL/dH = G W (<see cref="LabelSteps"/>).
/// </summary>
internal sealed unsafe class AllLabelsPass : IDisposable
{
    private const int Block = 64;

    private readonly EmbeddingSoftmax _model;
    private readonly WorkerTeam _team;
    private readonly Batch _batch;
    private readonly LabelSteps _steps;
    private readonly bool _encoder;
    private readonly Action<int, int> _encode, _score, _loss, _backward, _collect;
    private WeightTable _scores = new(0), _gradients = new(0);

    public AllLabelsPass(EmbeddingSoftmax model, WorkerTeam team, Batch batch, RowOptimizer? optimizer, bool encoder)
    {
        (_model, _team, _batch, _encoder) = (model, team, batch, encoder);
        _steps = new LabelSteps(model, team, batch, optimizer, encoder);
        (_encode, _score, _loss, _backward, _collect) = (Encode, Score, Loss, Backward, _steps.Collect);
    }

    public void Run()
    {
        int n = _batch.Count;
        long cells = (long)n * _model.LabelCount;
        if (_scores.Length < cells)
        {
            Batch.Renew(ref _scores, cells);
            Batch.Renew(ref _gradients, cells);
        }
        _steps.Reserve(n);
        _team.Run(n, _encode);
        _team.Run((_model.LabelCount + Block - 1) / Block, _score);
        _team.Run(n, _loss);
        _team.Run(LabelSteps.Ranges, _backward);
        if (_encoder) _team.Run(n, _collect);
    }

    public void Dispose()
    {
        _scores.Dispose();
        _gradients.Dispose();
        _steps.Dispose();
    }

    private void Encode(int i, int worker) => _model.Encode(_batch.Rows, _batch.Examples[i], _batch.Hidden(i));

    private void Score(int block, int worker)
    {
        int first = block * Block, count = Math.Min(Block, _model.LabelCount - first);
        for (int i = 0; i < _batch.Count; i++) _model.ScoreRange(_batch.Hidden(i), first, count, _scores.Data + (long)i * _model.LabelCount + first);
    }

    private void Loss(int i, int worker)
    {
        long at = (long)i * _model.LabelCount;
        _batch.Gradient(i, [], new ReadOnlySpan<float>(_scores.Data + at, _model.LabelCount), new Span<float>(_gradients.Data + at, _model.LabelCount));
    }

    private void Backward(int range, int worker)
    {
        int labels = _model.LabelCount, n = _batch.Count;
        _steps.Clear(range);
        int end = (int)((long)labels * (range + 1) / LabelSteps.Ranges);
        for (int label = (int)((long)labels * range / LabelSteps.Ranges); label < end; label++)
        {
            var row = _steps.Begin(label, range, worker);
            for (int i = 0; i < n; i++) row.Add(_gradients.Data[(long)i * labels + label], i);
            row.Step();
        }
    }
}
