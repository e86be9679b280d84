using System.Numerics.Tensors;
using Forage.Features;

namespace Forage.Quantiles.Trees.Internals;

/// <summary>One run of boosting: round by round gradients, a tree, a Newton step a leaf and slot; stopped by the loss on rows left out.</summary>
internal sealed class BoostRun
{
    private readonly BoostData _data;
    private readonly SlotBoostOptions _options;
    private readonly int[] _kept, _held;
    private readonly float[] _scores, _probabilities; // rows × slots; of kept and held rows
    private readonly float[] _gradients; // rows × 32
    private readonly float[] _best; // rows left out × slots
    private readonly float[] _g, _h, _values, _loss;
    private readonly SlotTreeGrower _grower;
    private Rng _rng;

    public BoostRun(BoostData data, SlotBoostOptions options, float[] bias, int[] kept, int[] held, Rng rng)
    {
        (_data, _options, _kept, _held, _rng) = (data, options, kept, held, rng);
        int slots = data.Slots;
        _scores = new float[data.Rows * slots];
        for (int i = 0; i < data.Rows; i++) bias.CopyTo(_scores.AsSpan(i * slots));
        _probabilities = new float[data.Rows * slots];
        _gradients = new float[data.Rows * SlotKernels.Stride];
        (_g, _h, _loss, _values) = (new float[slots], new float[slots], new float[slots], new float[options.Leaves * slots]);
        _best = new float[held.Length * slots];
        KeepHeld();
        _grower = new SlotTreeGrower(data, options, kept.Length);
    }

    public List<SlotTree> Learn(CancellationToken cancellation)
    {
        var trees = new List<SlotTree>();
        double best = _held.Length > 0 ? HeldLoss() : 0;
        int bestCount = 0, slots = _data.Slots;
        int[] picked = new int[Math.Min(SlotKernels.Width, slots)], rows = new int[_kept.Length], columns = [.. Enumerable.Range(0, _data.Columns)];
        int sampled = Math.Max(1, (int)Math.Round(_options.RowShare * rows.Length)), asked = Math.Min(columns.Length, Math.Max(1, (int)Math.Round(_options.ColumnShare * columns.Length)));
        for (int round = 0; round < _options.Rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (int i in _kept) TensorPrimitives.Sigmoid(_scores.AsSpan(i * slots, slots), _probabilities.AsSpan(i * slots, slots));
            for (int j = 0; j < picked.Length; j++)
            {
                int from = (int)((long)slots * j / picked.Length), to = (int)((long)slots * (j + 1) / picked.Length);
                picked[j] = from + _rng.NextInt(to - from);
            }
            int count = Sample(rows, sampled);
            Gradients(rows.AsSpan(0, count), picked);
            for (int c = 0; c < asked && asked < columns.Length; c++)
            {
                int other = c + _rng.NextInt(columns.Length - c);
                (columns[c], columns[other]) = (columns[other], columns[c]);
            }
            _grower.Grow(rows.AsSpan(0, count), _gradients, columns.AsSpan(0, asked));
            for (int leaf = 0; leaf < _grower.Leaves; leaf++) Step(leaf);
            foreach (int i in _kept) Move(i);
            foreach (int i in _held) Move(i);
            trees.Add(_grower.ToTree(_values.AsSpan(0, _grower.Leaves * slots)));
            if (_held.Length == 0 || round % 2 == 0 && round + 1 < _options.Rounds) continue;
            double loss = HeldLoss();
            if (loss < best)
            {
                (best, bestCount) = (loss, trees.Count);
                KeepHeld();
            }
            else if (trees.Count - bestCount >= _options.Patience) break;
        }
        if (_held.Length > 0) trees.RemoveRange(bestCount, trees.Count - bestCount);
        return trees;
    }

    /// <summary>Copies the scores the rows left out had when the loss on them was least.</summary>
    public void CopyHeld(Span<float> to)
    {
        int slots = _data.Slots;
        for (int h = 0; h < _held.Length; h++) _best.AsSpan(h * slots, slots).CopyTo(to.Slice(_held[h] * slots, slots));
    }

    private void KeepHeld()
    {
        int slots = _data.Slots;
        for (int h = 0; h < _held.Length; h++) _scores.AsSpan(_held[h] * slots, slots).CopyTo(_best.AsSpan(h * slots));
    }

    // Selection sampling: exactly so many, ascending.
    private int Sample(int[] rows, int wanted)
    {
        int count = 0;
        for (int i = 0; i < _kept.Length && count < wanted; i++)
            if (wanted - count == _kept.Length - i || _rng.NextDouble() * (_kept.Length - i) < wanted - count) rows[count++] = _kept[i];
        return count;
    }

    private void Gradients(ReadOnlySpan<int> rows, ReadOnlySpan<int> picked)
    {
        int slots = _data.Slots;
        foreach (int i in rows)
        {
            var (positive, negative) = _data.Weights(i);
            int rank = _data.Sample.Ranks[i];
            var p = _probabilities.AsSpan(i * slots, slots);
            var own = _gradients.AsSpan(i * SlotKernels.Stride, SlotKernels.Stride);
            for (int j = 0; j < picked.Length; j++)
            {
                int k = picked[j];
                float w = k < rank ? positive : negative, pk = p[k];
                own[j] = w * (pk - (k < rank ? 1 : 0));
                own[SlotKernels.Width + j] = w * pk * (1 - pk);
            }
        }
    }

    // Newton: -rate ΣG/(ΣH + λ) of each slot.
    private void Step(int leaf)
    {
        int slots = _data.Slots;
        Span<float> g = _g, h = _h;
        g.Clear();
        h.Clear();
        foreach (int i in _grower.RowsOf(leaf))
        {
            var (positive, negative) = _data.Weights(i);
            int rank = _data.Sample.Ranks[i];
            var p = _probabilities.AsSpan(i * slots, slots);
            LeafSums.Add(p[..rank], positive, 1, g, h);
            LeafSums.Add(p[rank..], negative, 0, g[rank..], h[rank..]);
        }
        var values = _values.AsSpan(leaf * slots, slots);
        float rate = (float)_options.LearningRate, l2 = (float)_options.L2 + 1e-6f;
        for (int k = 0; k < slots; k++) values[k] = Math.Clamp(-rate * g[k] / (h[k] + l2), -4, 4);
    }

    private void Move(int i)
    {
        int slots = _data.Slots;
        var scores = _scores.AsSpan(i * slots, slots);
        TensorPrimitives.Add(scores, _values.AsSpan(_grower.LeafOf(_data.Row(i)) * slots, slots), scores);
    }

    // Mean weighted logistic loss over rows left out and slots: ln(1 + e^s) - s y.
    private double HeldLoss()
    {
        int slots = _data.Slots;
        double sum = 0;
        foreach (int i in _held)
        {
            var (positive, negative) = _data.Weights(i);
            int rank = _data.Sample.Ranks[i];
            var s = _scores.AsSpan(i * slots, slots);
            TensorPrimitives.Negate(s[..rank], _loss.AsSpan(0, rank));
            s[rank..].CopyTo(_loss.AsSpan(rank));
            TensorPrimitives.Exp(_loss, _loss);
            TensorPrimitives.LogP1<float>(_loss, _loss);
            sum += positive * TensorPrimitives.Sum<float>(_loss.AsSpan(0, rank)) + negative * TensorPrimitives.Sum<float>(_loss.AsSpan(rank));
        }
        return sum / _held.Length;
    }
}
