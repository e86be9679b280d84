using System.Runtime.InteropServices;
using Forage.Features;
using Forage.Persistence;

namespace Forage.Linear.Internals;

/// <summary>Many slots over one set of features, contiguous a feature.</summary>
internal sealed unsafe class SlotCore : LinearCore
{
    /// <summary>Below this share of slots that learn, they are updated one at a time.</summary>
    private const int SparseShare = 16;

    private readonly WeightTable _weights;
    private readonly WeightTable _sums;
    private readonly WeightTable _scales;
    private readonly WeightTable _scratch;
    private readonly SlotTable _table;
    private readonly Shrinkage[] _shrinkage;
    private readonly int _slots;
    private readonly bool _regularized, _fast;
    private WeightTable _rates = new(64);

    public SlotCore(LinearOptions options, int slots) : base(options)
    {
        _slots = slots;
        _regularized = options.L1 > 0 || options.L2 > 0;
        _fast = options.Adaptive && options.Normalized && options.PowerT == 0.5f && !_regularized;
        int stride = (slots + 7) & ~7;
        long features = 1L << options.Bits;
        _weights = new WeightTable(features * stride);
        _sums = new WeightTable(options.Adaptive ? features * stride : 0);
        _scales = new WeightTable(options.Normalized ? features : 0);
        _scratch = new WeightTable(4L * stride);
        _table = new SlotTable(_weights.Data, _sums.Data, _scales.Data, options.Bits, slots, stride);
        _shrinkage = new Shrinkage[slots];
        Array.Fill(_shrinkage, new Shrinkage());
        if (options.Adaptive && options.InitialT > 0)
            for (long i = 0; i < _sums.Length; i++) _sums.Data[i] = options.InitialT.Value;
    }

    public override float Predict(in FeatureRow x, float offset, int slot) => Rule.Clip(Raw(x, offset, slot));

    public override void PredictRange(in FeatureRow x, int first, Span<float> scores)
    {
        scores.Clear();
        fixed (float* s = scores)
        {
            if (_regularized)
            {
                var gravity = new float[scores.Length];
                for (int k = 0; k < gravity.Length; k++) gravity[k] = (float)_shrinkage[first + k].Gravity;
                fixed (float* g = gravity)
                {
                    var dot = new SlotDotKernel(_table, s, first, scores.Length, g);
                    Walk.Run(x, ref dot);
                }
                for (int k = 0; k < scores.Length; k++) scores[k] *= (float)_shrinkage[first + k].Contraction;
            }
            else
            {
                var dot = new SlotDotKernel(_table, s, first, scores.Length, null);
                Walk.Run(x, ref dot);
            }
        }
        for (int k = 0; k < scores.Length; k++) scores[k] = Rule.Clip(scores[k]);
    }

    public override void Sensitivity(in FeatureRow x, int first, Span<float> sensitivities)
    {
        sensitivities.Clear();
        fixed (float* s = sensitivities)
        {
            var kernel = new SlotSensitivityKernel(_table, Options, s, first, sensitivities.Length);
            Walk.Run(x, ref kernel);
        }
        float scale = Rule.Rate * Rule.CurrentMultiplier;
        for (int k = 0; k < sensitivities.Length; k++) sensitivities[k] *= scale;
    }

    public override float Learn(in FeatureRow x, float y, float importance, float offset, int slot)
    {
        if (!IsFinite(y, importance, offset)) ThrowNotFinite(y, importance, offset);
        if (importance > 0) Rule.ObserveLabel(y);
        float raw = Raw(x, offset, slot);
        if (!float.IsFinite(raw)) ThrowDiverged(raw);
        float p = Rule.Clip(raw);
        if (importance > 0)
        {
            float q = Rule.SquaredGradient(p, y, importance);
            if (q > 0 && _fast) UpdateOne(x, p, y, importance, q, slot);
            else if (q > 0) Update(x, new ReadOnlySpan<float>(in p), new ReadOnlySpan<float>(in y), new ReadOnlySpan<float>(in importance), new Span<float>(ref q), slot);
        }
        Rule.Time += importance;
        return p;
    }

    public override void LearnRange(in FeatureRow x, int first, ReadOnlySpan<float> targets, ReadOnlySpan<float> importances, Span<float> scores)
    {
        int n = targets.Length, active = 0;
        for (int k = 0; k < n; k++)
        {
            if (float.IsNaN(targets[k]) || (!importances.IsEmpty && importances[k] == 0)) continue;
            if (!IsFinite(targets[k], importances.IsEmpty ? 1 : importances[k], 0)) ThrowNotFinite(targets[k], importances.IsEmpty ? 1 : importances[k], 0);
            Rule.ObserveLabel(targets[k]);
            active++;
        }
        if (active * SparseShare < n)
        {
            if (!scores.IsEmpty) PredictRange(x, first, scores);
            for (int k = 0; k < n; k++)
                if (!float.IsNaN(targets[k]) && (importances.IsEmpty || importances[k] > 0)) Learn(x, targets[k], importances.IsEmpty ? 1 : importances[k], 0, first + k);
            return;
        }
        var p = scores.IsEmpty ? new Span<float>(_scratch.Data + 3 * _table.Stride, n) : scores;
        PredictRange(x, first, p);
        var q = new Span<float>(_scratch.Data + 2 * _table.Stride, n);
        bool any = false;
        for (int k = 0; k < n; k++)
        {
            float importance = importances.IsEmpty ? 1 : importances[k];
            q[k] = float.IsNaN(targets[k]) || importance <= 0 ? 0 : Rule.SquaredGradient(p[k], targets[k], importance);
            any |= q[k] > 0;
        }
        if (any) Update(x, p, targets, importances, q, first);
        Rule.Time += 1;
    }

    public override void Prefetch(in FeatureRow x) { }

    public override float Weight(uint index, int slot) => _shrinkage[slot].Apply(_table.W[_table.Row(index) + (nuint)slot]);

    public override void MoveTowards(LinearCore other, float share)
    {
        var o = (SlotCore)other;
        for (long row = 0; row < _weights.Length; row += _table.Stride)
        {
            float* w = _weights.Data + row, to = o._weights.Data + row;
            for (int k = 0; k < _slots; k++) Move(w + k, _shrinkage[k].Apply(w[k]), o._shrinkage[k].Apply(to[k]), share);
        }
        Array.Fill(_shrinkage, new Shrinkage());
    }

    public override void ForEachWeight(Action<uint, int, float> visit)
    {
        for (long i = 0; i < 1L << Options.Bits; i++)
        {
            for (int k = 0; k < _slots; k++)
            {
                float w = Weight((uint)i, k);
                if (w != 0) visit((uint)i, k, w);
            }
        }
    }

    public override void Freeze(bool round)
    {
        for (long i = 0; i < _weights.Length; i++)
            if (_weights.Data[i] != 0) _weights.Data[i] = i % _table.Stride < _slots ? Round(_shrinkage[i % _table.Stride].Apply(_weights.Data[i]), round) : 0;
        Clear(_sums);
        Clear(_scales);
        Array.Fill(_shrinkage, new Shrinkage());
    }

    // Writes only where something is: pages never touched stay that way.
    private static void Clear(WeightTable table)
    {
        for (long i = 0; i < table.Length; i++)
            if (table.Data[i] != 0) table.Data[i] = 0;
    }

    public override void Save(ModelWriter writer)
    {
        foreach (var s in _shrinkage)
        {
            writer.Write(s.Contraction);
            writer.Write(s.Gravity);
        }
        writer.WriteSparse(_weights.Data, _weights.Length, 1, 1);
        writer.WriteSparse(_sums.Data, _sums.Length, 1, 1);
        writer.WriteSparse(_scales.Data, _scales.Length, 1, 1);
    }

    public override void Load(ModelReader reader)
    {
        for (int k = 0; k < _slots; k++) _shrinkage[k] = new Shrinkage { Contraction = reader.ReadDouble(), Gravity = reader.ReadDouble() };
        reader.ReadSparse(_weights.Data, _weights.Length, 1, 1);
        reader.ReadSparse(_sums.Data, _sums.Length, 1, 1);
        reader.ReadSparse(_scales.Data, _scales.Length, 1, 1);
    }

    public override void Dispose()
    {
        _weights.Dispose();
        _sums.Dispose();
        _scales.Dispose();
        _scratch.Dispose();
        _rates.Dispose();
    }

    private float Raw(in FeatureRow x, float offset, int slot)
    {
        var dot = new OneSlotDotKernel(_table, slot, (float)_shrinkage[slot].Gravity);
        Walk.Run(x, ref dot);
        return (dot.Sum + offset) * (float)_shrinkage[slot].Contraction;
    }

    /// <summary>One slot, in the usual case of adaptive and normalised updates without a penalty.</summary>
    private void UpdateOne(in FeatureRow x, float p, float y, float importance, float q, int slot)
    {
        long features = Walk.Count(x);
        if (_rates.Length < features)
        {
            _rates.Dispose();
            _rates = new WeightTable(2 * features);
        }
        var rates = new OneSlotRateKernel(_table, slot, q, _rates.Data);
        Walk.Run(x, ref rates);
        float m = Rule.NormMultiplier(importance, rates.Norm);
        float u = m * Rule.Step(p, y, importance, rates.Sensitivity * m, ref _shrinkage[slot]);
        if (u != 0 && float.IsFinite(u))
        {
            var update = new OneSlotUpdateKernel(_table, slot, u, _rates.Data);
            Walk.Run(x, ref update);
        }
        CountUpdate();
    }

    /// <summary>Updates slots [first, first + q.Length) whose q is above 0.</summary>
    private void Update(in FeatureRow x, ReadOnlySpan<float> p, ReadOnlySpan<float> targets, ReadOnlySpan<float> importances, Span<float> q, int first)
    {
        int n = q.Length;
        var sensitivity = new Span<float>(_scratch.Data, n);
        var steps = new Span<float>(_scratch.Data + _table.Stride, n);
        sensitivity.Clear();
        fixed (float* grads = q, sens = sensitivity, moves = steps)
        {
            var rates = new SlotRateKernel(_table, Options, grads, sens, first, n);
            Walk.Run(x, ref rates);
            float m = Rule.NormMultiplier(importances.Length == 1 ? importances[0] : 1, rates.Norm);
            for (int k = 0; k < n; k++)
            {
                steps[k] = 0;
                if (q[k] == 0) continue;
                float u = m * Rule.Step(p[k], targets[k], importances.IsEmpty ? 1 : importances[k], sensitivity[k] * m, ref _shrinkage[first + k]);
                if (float.IsFinite(u)) steps[k] = u;
            }
            var update = new SlotUpdateKernel(_table, Options, moves, first, n);
            Walk.Run(x, ref update);
        }
        CountUpdate();
        if (!_regularized) return;
        for (int k = first; k < first + n; k++)
            if (_shrinkage[k].IsDue) ApplyShrinkage(k);
    }

    protected override void Settle()
    {
        _weights.Settle();
        _sums.Settle();
        _scales.Settle();
    }

    private void ApplyShrinkage(int slot)
    {
        for (long i = slot; i < _weights.Length; i += _table.Stride) _weights.Data[i] = _shrinkage[slot].Apply(_weights.Data[i]);
        _shrinkage[slot] = new Shrinkage();
    }
}
