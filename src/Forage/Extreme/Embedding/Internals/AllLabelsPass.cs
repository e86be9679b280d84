using Forage.Linear.Internals;

namespace Forage.Extreme.Embedding.Internals;

/// <summary>
/// Forward, loss and backward over all labels: S = H Wᵀ + b by blocks of labels, losses example by example, then, again by blocks of labels, dL/dW = Gᵀ H with the step
/// and dL/dH = G W. The parts of dL/dH of 16 ranges of labels are summed in order, so that results do not depend on threads.
/// </summary>
internal sealed unsafe class AllLabelsPass : IDisposable
{
    private const int Block = 64, Ranges = 16;

    private readonly EmbeddingSoftmax _model;
    private readonly WorkerTeam _team;
    private readonly Batch _batch;
    private readonly RowOptimizer? _optimizer;
    private readonly bool _encoder;
    private readonly Action<int, int> _encode, _score, _loss, _backward, _collect;
    private readonly float[][] _sums;
    private WeightTable _scores = new(0), _gradients = new(0), _parts = new(0);

    public AllLabelsPass(EmbeddingSoftmax model, WorkerTeam team, Batch batch, RowOptimizer? optimizer, bool encoder)
    {
        (_model, _team, _batch, _optimizer, _encoder) = (model, team, batch, optimizer, encoder);
        (_encode, _score, _loss, _backward, _collect) = (Encode, Score, Loss, Backward, Collect);
        _sums = new float[team.Size][];
        for (int i = 0; i < _sums.Length; i++) _sums[i] = GC.AllocateArray<float>(model.Width, pinned: true);
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
        long parts = (long)Ranges * n * _model.Width;
        if (_encoder && _parts.Length < parts) Batch.Renew(ref _parts, parts);
        _team.Run(n, _encode);
        _team.Run((_model.LabelCount + Block - 1) / Block, _score);
        _team.Run(n, _loss);
        _team.Run(Ranges, _backward);
        if (_encoder) _team.Run(n, _collect);
    }

    public void Dispose()
    {
        _scores.Dispose();
        _gradients.Dispose();
        _parts.Dispose();
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
        int labels = _model.LabelCount, width = _model.Width, n = _batch.Count;
        int first = (int)((long)labels * range / Ranges), end = (int)((long)labels * (range + 1) / Ranges);
        float* part = _parts.Data + (long)range * n * width;
        if (_encoder) for (int i = 0; i < n; i++) VectorKernels.Clear(part + (long)i * width, width);
        fixed (float* sum = _sums[worker])
        {
            for (int label = first; label < end; label++)
            {
                float* w = _model.Label(label);
                float bias = 0;
                bool any = false;
                VectorKernels.Clear(sum, width);
                for (int i = 0; i < n; i++)
                {
                    float g = _gradients.Data[(long)i * labels + label];
                    if (g == 0) continue;
                    any = true;
                    bias += g;
                    VectorKernels.AddScaled(g, _batch.Hidden(i), sum, width);
                    if (_encoder) VectorKernels.AddScaled(g, w, part + (long)i * width, width);
                }
                if (!any || _optimizer is null) continue;
                _optimizer.Step(label, sum);
                _optimizer.StepBias(label, bias, ref _model.LabelBiases[label]);
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
