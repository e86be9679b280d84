namespace Forage.Extreme.Embedding.Internals;

/// <summary>Steps the encoder from dL/dz of a batch: dL/dE_f = Σ_i c_i x_if δ_i, dL/db = Σ_i δ_i.</summary>
internal sealed unsafe class EncoderPass : IDisposable
{
    private readonly EmbeddingSoftmax _model;
    private readonly WorkerTeam _team;
    private readonly Batch _batch;
    private readonly EntryGroups _groups;
    private readonly Action<int, int> _update;
    private readonly float[][] _gradients;
    private int[] _begins = [], _ends = [];
    private float[] _factors = [];

    public EncoderPass(EmbeddingSoftmax model, EmbeddingTrainerOptions options, WorkerTeam team, Batch batch)
    {
        (_model, _team, _batch) = (model, team, batch);
        float rate = options.EncoderRate ?? options.LearningRate;
        _groups = new EntryGroups(team, model.Columns.Count);
        Features = new RowOptimizer(options, rate, model.FeatureTable, model.Width, model.Dimension, biases: false);
        Bias = new RowOptimizer(options with { L2 = 0 }, rate, model.EncoderBiasTable, model.Width, model.Dimension, biases: false);
        _update = Update;
        _gradients = new float[team.Size][];
        for (int i = 0; i < _gradients.Length; i++) _gradients[i] = GC.AllocateArray<float>(model.Width, pinned: true);
    }

    public RowOptimizer Features { get; }

    public RowOptimizer Bias { get; }

    public void Run()
    {
        int n = _batch.Count;
        if (_begins.Length < n) (_begins, _ends, _factors) = (new int[n], new int[n], new float[n]);
        var rows = _batch.Rows;
        bool any = false;
        fixed (float* bias = _gradients[0])
        {
            VectorKernels.Clear(bias, _model.Width);
            for (int i = 0; i < n; i++)
            {
                int row = _batch.Examples[i];
                bool moves = !IsZero(_batch.Delta(i));
                (_begins[i], _ends[i], _factors[i]) = (rows.Starts[row], rows.Starts[row + 1], moves ? rows.Factors[row] : 0);
                if (moves) VectorKernels.AddScaled(1, _batch.Delta(i), bias, _model.Width);
                any |= moves;
            }
            if (!any) return;
            Bias.Step(0, bias);
        }
        _groups.Build(n, _begins, _ends, _factors, rows.Columns, rows.Values);
        _team.Run(EntryGroups.Partitions, _update);
    }

    public void Dispose()
    {
        Features.Dispose();
        Bias.Dispose();
    }

    private bool IsZero(float* delta) => !new ReadOnlySpan<float>(delta, _model.Width).ContainsAnyExcept(0f);

    private void Update(int partition, int worker)
    {
        var entries = _groups[partition];
        int width = _model.Width;
        fixed (float* gradient = _gradients[worker])
        {
            for (int i = 0; i < entries.Length;)
            {
                int row = entries[i].Row;
                VectorKernels.Clear(gradient, width);
                for (; i < entries.Length && entries[i].Row == row; i++) VectorKernels.AddScaled(entries[i].Value, _batch.Delta(entries[i].Example), gradient, width);
                Features.Step(row, gradient);
            }
        }
    }
}
