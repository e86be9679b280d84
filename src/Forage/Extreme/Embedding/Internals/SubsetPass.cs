namespace Forage.Extreme.Embedding.Internals;

/// <summary>
/// Forward, loss and backward over some labels of each example: first example by example (scores, dL/ds, dL/dh), then label by label (dL/dW_y = Σ_i g_iy h_i, step).
/// </summary>
internal sealed unsafe partial class SubsetPass : IDisposable
{
    private const int Ahead = 3; // entries

    private readonly EmbeddingSoftmax _model;
    private readonly WorkerTeam _team;
    private readonly Batch _batch;
    private readonly RowOptimizer? _optimizer;
    private readonly EntryGroups _groups;
    private readonly Action<int, int> _example, _update;
    private readonly float[][] _sums;
    private readonly bool _encoder;
    private int[] _begins = [], _ends = [], _labels = [];
    private float[] _scores = [], _gradients = [], _ones = [];

    public SubsetPass(EmbeddingSoftmax model, WorkerTeam team, Batch batch, RowOptimizer? optimizer, bool encoder)
    {
        (_model, _team, _batch, _optimizer, _encoder) = (model, team, batch, optimizer, encoder);
        _groups = new EntryGroups(team, model.LabelCount);
        (_example, _update) = (Example, Update);
        _steps = new LabelSteps(model, team, batch, optimizer, encoder);
        (_encode, _scoreRows, _loss, _backward, _collect) = (Encode, ScoreRows, Loss, Backward, _steps.Collect);
        _sums = new float[team.Size][];
        for (int i = 0; i < _sums.Length; i++) _sums[i] = GC.AllocateArray<float>(model.Width, pinned: true);
    }

    /// <summary>Room for the batch's labels, to be filled with <see cref="SetExample"/>.</summary>
    public void Begin(int labels)
    {
        int n = _batch.Count;
        if (_begins.Length < n)
        {
            (_begins, _ends, _ones) = (new int[n], new int[n], new float[n]);
            Array.Fill(_ones, 1);
        }
        if (_labels.Length >= labels) return;
        int size = Math.Max(labels, (int)Math.Min(Array.MaxLength, _labels.Length * 3L / 2));
        _labels = GC.AllocateUninitializedArray<int>(size);
        _scores = GC.AllocateUninitializedArray<float>(size);
        _gradients = GC.AllocateUninitializedArray<float>(size);
    }

    /// <summary>Sets the labels looked at in example i of the batch, which follow those of the example before.</summary>
    public void SetExample(int i, ReadOnlySpan<int> labels)
    {
        int begin = i == 0 ? 0 : _ends[i - 1];
        foreach (int label in labels)
            if ((uint)label >= (uint)_model.LabelCount) EmbeddingThrow.BadLabel(label, _model.LabelCount);
        labels.CopyTo(_labels.AsSpan(begin));
        (_begins[i], _ends[i]) = (begin, begin + labels.Length);
    }

    public void Run()
    {
        int n = _batch.Count, total = n == 0 ? 0 : _ends[n - 1];
        if (total >= 2L * _model.LabelCount)
        {
            RunByLabel(n);
            return;
        }
        _team.Run(n, _example);
        if (_optimizer is null) return;
        _groups.Build(n, _begins, _ends, _ones, _labels, _gradients);
        _team.Run(EntryGroups.Partitions, _update);
    }

    private void Example(int i, int worker)
    {
        float* hidden = _batch.Hidden(i), delta = _batch.Delta(i);
        int begin = _begins[i], n = _ends[i] - begin, width = _model.Width;
        VectorKernels.Clear(delta, width);
        _batch.Losses[i] = 0;
        if (n == 0) return;
        _model.Encode(_batch.Rows, _batch.Examples[i], hidden);
        fixed (int* labels = &_labels[begin])
        fixed (float* scores = &_scores[begin], gradients = &_gradients[begin])
        {
            _model.Score(hidden, labels, n, scores);
            _batch.Gradient(i, _labels.AsSpan(begin, n), _scores.AsSpan(begin, n), _gradients.AsSpan(begin, n));
            if (!_encoder) return;
            for (int k = 0; k < n; k++)
                if (gradients[k] != 0) VectorKernels.AddScaled(gradients[k], _model.Label(labels[k]), delta, width);
        }
    }

    private void Update(int partition, int worker)
    {
        var entries = _groups[partition];
        int width = _model.Width;
        fixed (float* sum = _sums[worker])
        {
            for (int i = 0; i < entries.Length;)
            {
                int row = entries[i].Row;
                if (i + Ahead < entries.Length) _optimizer!.Prefetch(entries[i + Ahead].Row);
                float bias = 0;
                VectorKernels.Clear(sum, width);
                for (; i < entries.Length && entries[i].Row == row; i++)
                {
                    bias += entries[i].Value;
                    VectorKernels.AddScaled(entries[i].Value, _batch.Hidden(entries[i].Example), sum, width);
                }
                _optimizer!.Step(row, sum);
                _optimizer.StepBias(row, bias, ref _model.LabelBiases[row]);
            }
        }
    }
}
