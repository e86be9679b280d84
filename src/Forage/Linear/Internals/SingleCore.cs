using Forage.Features;
using Forage.Persistence;

namespace Forage.Linear.Internals;

/// <summary>One slot: a feature's whole state in 16 bytes (4 for plain gradient descent).</summary>
internal sealed unsafe class SingleCore : LinearCore
{
    /// <summary>Floats from which on a table is too large for the caches near a core.</summary>
    private const long SmallestToPrefetch = 1 << 21;

    private readonly WeightTable _memory;
    private readonly SingleTable _table;
    private readonly bool _stateful;
    private readonly bool _fast;
    private readonly bool _scalar;
    private Shrinkage _shrinkage = new();

    public SingleCore(LinearOptions options, bool scalar) : base(options)
    {
        _scalar = scalar;
        _stateful = options.Adaptive || options.Normalized;
        _fast = options.Adaptive && options.Normalized && options.PowerT == 0.5f;
        _memory = new WeightTable((1L << options.Bits) * Stride);
        _table = new SingleTable(_memory.Data, options.Bits, _stateful);
        if (options.Adaptive && options.InitialT > 0)
            for (long i = 1; i < _memory.Length; i += Stride) _memory.Data[i] = options.InitialT.Value;
    }

    private int Stride => _stateful ? 4 : 1;

    public override float Predict(in FeatureRow x, float offset, int slot) => Rule.Clip(Raw(x, offset));

    public override void PredictRange(in FeatureRow x, int first, Span<float> scores)
    {
        if (scores.Length > 0) scores[0] = Predict(x, 0, 0);
    }

    public override void Sensitivity(in FeatureRow x, int first, Span<float> sensitivities)
    {
        if (sensitivities.Length == 0) return;
        var kernel = new SensitivityKernel(_table, Options);
        Walk.Run(x, ref kernel);
        sensitivities[0] = Rule.Rate * kernel.Sum * Rule.CurrentMultiplier;
    }

    public override float Learn(in FeatureRow x, float y, float importance, float offset, int slot)
    {
        if (!IsFinite(y, importance, offset)) ThrowNotFinite(y, importance, offset);
        if (importance > 0) Rule.ObserveLabel(y);
        float raw = Raw(x, offset);
        if (!float.IsFinite(raw)) ThrowDiverged(raw);
        float p = Rule.Clip(raw);
        if (importance > 0) Update(x, p, y, importance);
        Rule.Time += importance;
        return p;
    }

    public override void LearnRange(in FeatureRow x, int first, ReadOnlySpan<float> targets, ReadOnlySpan<float> importances, Span<float> scores)
    {
        float importance = importances.IsEmpty ? 1 : importances[0];
        float p = float.IsNaN(targets[0]) || importance == 0 ? Predict(x, 0, 0) : Learn(x, targets[0], importance, 0, 0);
        if (!scores.IsEmpty) scores[0] = p;
    }

    public override void Prefetch(in FeatureRow x)
    {
        if (_memory.Length < SmallestToPrefetch) return;
        var kernel = new PrefetchKernel(_table);
        if (x.Groups.IsEmpty) kernel.Visit(0, 1, x.Indices, x.Values);
        foreach (var g in x.Groups) kernel.Visit(0, 1, x.Indices[g.Start..g.End], x.Values[g.Start..g.End]);
    }

    public override float Weight(uint index, int slot) => _shrinkage.Apply(*_table.At(index));

    public override void MoveTowards(LinearCore other, float share)
    {
        var o = (SingleCore)other;
        for (long i = 0; i < 1L << Options.Bits; i++)
        {
            float* w = _memory.Data + i * Stride;
            Move(w, _shrinkage.Apply(*w), o._shrinkage.Apply(o._memory.Data[i * o.Stride]), share);
        }
        _shrinkage = new Shrinkage();
    }

    public override void ForEachWeight(Action<uint, int, float> visit)
    {
        for (long i = 0; i < 1L << Options.Bits; i++)
        {
            float w = _shrinkage.Apply(_memory.Data[i * Stride]);
            if (w != 0) visit((uint)i, 0, w);
        }
    }

    public override void Freeze(bool round)
    {
        for (long i = 0; i < _memory.Length; i += Stride)
        {
            if (_memory.Data[i] != 0) _memory.Data[i] = Round(_shrinkage.Apply(_memory.Data[i]), round);
            for (int j = 1; j < Stride; j++)
                if (_memory.Data[i + j] != 0) _memory.Data[i + j] = 0;
        }
        _shrinkage = new Shrinkage();
    }

    public override void Save(ModelWriter writer)
    {
        writer.Write(_shrinkage.Contraction);
        writer.Write(_shrinkage.Gravity);
        writer.WriteSparse(_memory.Data, _memory.Length, Stride, stored: _stateful ? 3 : 1);
    }

    public override void Load(ModelReader reader)
    {
        _shrinkage.Contraction = reader.ReadDouble();
        _shrinkage.Gravity = reader.ReadDouble();
        reader.ReadSparse(_memory.Data, _memory.Length, Stride, stored: _stateful ? 3 : 1);
    }

    public override void Dispose() => _memory.Dispose();

    private float Raw(in FeatureRow x, float offset)
    {
        var dot = new DotKernel(_table, (float)_shrinkage.Gravity);
        Walk.Run(x, ref dot);
        return (dot.Sum + offset) * (float)_shrinkage.Contraction;
    }

    private void Update(in FeatureRow x, float p, float y, float importance)
    {
        float q = Rule.SquaredGradient(p, y, importance);
        if (q == 0) return;
        float sensitivity, norm = 0;
        if (_fast)
        {
            var rates = new RateKernel(_table, q, _scalar);
            Walk.Run(x, ref rates);
            (norm, sensitivity) = (rates.Norm, rates.Sensitivity);
        }
        else if (_stateful)
        {
            var rates = new GeneralRateKernel(_table, Options, q);
            Walk.Run(x, ref rates);
            (norm, sensitivity) = (rates.Norm, rates.Sensitivity);
        }
        else
        {
            var squares = new SquareKernel();
            Walk.Run(x, ref squares);
            sensitivity = squares.Sum;
        }
        float m = Rule.NormMultiplier(importance, norm);
        float u = Rule.Step(p, y, importance, sensitivity * m, ref _shrinkage) * m;
        if (u != 0 && float.IsFinite(u))
        {
            var update = new UpdateKernel(_table, u);
            Walk.Run(x, ref update);
        }
        if (_shrinkage.IsDue) ApplyShrinkage();
        CountUpdate();
    }

    protected override void Settle() => _memory.Settle();

    private void ApplyShrinkage()
    {
        for (long i = 0; i < _memory.Length; i += Stride)
            if (_memory.Data[i] != 0) _memory.Data[i] = _shrinkage.Apply(_memory.Data[i]);
        _shrinkage = new Shrinkage();
    }
}
