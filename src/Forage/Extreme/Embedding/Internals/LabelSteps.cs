using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Forage.Linear.Internals;

namespace Forage.Extreme.Embedding.Internals;

/// <summary>
/// Backward label by label: dL/dW_y = Σ_i g_iy h_i with the step, and dL/dh_i = Σ_y g_iy W_y (before the step). Labels belong to 16 ranges whose parts of dL/dh are
/// summed in order, so that results do not depend on threads.
/// </summary>
internal sealed unsafe class LabelSteps : IDisposable
{
    public const int Ranges = 16;

    private readonly EmbeddingSoftmax _model;
    private readonly Batch _batch;
    private readonly RowOptimizer? _optimizer;
    private readonly bool _encoder;
    private readonly float[][] _sums; // pinned
    private WeightTable _parts = new(0);

    public LabelSteps(EmbeddingSoftmax model, WorkerTeam team, Batch batch, RowOptimizer? optimizer, bool encoder)
    {
        (_model, _batch, _optimizer, _encoder) = (model, batch, optimizer, encoder);
        _sums = new float[team.Size][];
        for (int i = 0; i < _sums.Length; i++) _sums[i] = GC.AllocateArray<float>(model.Width, pinned: true);
    }

    /// <summary>Makes room for a batch of n.</summary>
    public void Reserve(int n)
    {
        long parts = (long)Ranges * n * _model.Width;
        if (_encoder && _parts.Length < parts) Batch.Renew(ref _parts, parts);
    }

    /// <summary>Begins a range.</summary>
    public void Clear(int range)
    {
        if (!_encoder) return;
        for (int i = 0; i < _batch.Count; i++) VectorKernels.Clear(PartOf(range, i), _model.Width);
    }

    /// <summary>Begins a label of a range.</summary>
    public Row Begin(int label, int range, int worker)
    {
        float* sum = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_sums[worker]));
        VectorKernels.Clear(sum, _model.Width);
        return new Row(this, label, sum, PartOf(range, 0));
    }

    /// <summary>Sums the parts of dL/dh of an example of the batch.</summary>
    public void Collect(int i, int worker)
    {
        float* delta = _batch.Delta(i);
        VectorKernels.Clear(delta, _model.Width);
        for (int range = 0; range < Ranges; range++) VectorKernels.AddScaled(1, PartOf(range, i), delta, _model.Width);
    }

    public void Dispose() => _parts.Dispose();

    private float* PartOf(int range, int i) => _parts.Data + ((long)range * _batch.Count + i) * _model.Width;

    /// <summary>A label under way.</summary>
    public ref struct Row(LabelSteps of, int label, float* sum, float* part)
    {
        private readonly float* _weights = of._model.Label(label);
        private readonly int _width = of._model.Width;
        private float _bias;
        private bool _any;

        /// <summary>Takes in dL/ds of an example of the batch.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(float g, int example)
        {
            if (g == 0) return;
            _any = true;
            _bias += g;
            if (of._encoder) VectorKernels.AddBoth(g, of._batch.Hidden(example), sum, _weights, part + (long)example * _width, _width);
            else VectorKernels.AddScaled(g, of._batch.Hidden(example), sum, _width);
        }

        /// <summary>Takes the step.</summary>
        public readonly void Step()
        {
            if (!_any || of._optimizer is null) return;
            of._optimizer.Step(label, sum);
            of._optimizer.StepBias(label, _bias, ref of._model.LabelBiases[label]);
        }
    }
}
