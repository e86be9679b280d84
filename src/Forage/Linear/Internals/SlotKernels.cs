using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Forage.Features;

namespace Forage.Linear.Internals;

/// <summary>
/// Weights of many slots: feature f's slots are W[f·S .. f·S + S), its adaptive sums stand likewise in G, and its scale N[f] is shared by all slots
/// (it depends on the feature only).
/// </summary>
internal readonly unsafe struct SlotTable(float* weights, float* sums, float* scales, int bits, int slots, int stride)
{
    public readonly float* W = weights, G = sums, N = scales;
    public readonly uint Mask = bits == 32 ? uint.MaxValue : (1u << bits) - 1;
    public readonly int Slots = slots, Stride = stride;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nuint Row(uint index) => (nuint)(index & Mask) * (nuint)Stride;
}

/// <summary>scores[k] += x_i W[i, first + k] for slots [first, first + count) at once.</summary>
internal unsafe struct SlotDotKernel(SlotTable table, float* scores, int first, int count, float* gravity) : IFeatureVisitor
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Visit(uint xor, float scale, ReadOnlySpan<uint> indices, ReadOnlySpan<float> values)
    {
        if (count <= 8 && first + 8 <= table.Stride && gravity == null)
        {
            VisitFew(xor, scale, indices, values);
            return;
        }
        for (int i = 0; i < indices.Length; i++)
        {
            float x = values[i] * scale;
            float* w = table.W + table.Row(indices[i] ^ xor) + first;
            int k = 0;
            if (gravity == null)
            {
                if (Vector512.IsHardwareAccelerated)
                {
                    var wide = Vector512.Create(x);
                    for (; k + 16 <= count; k += 16) Vector512.FusedMultiplyAdd(wide, Vector512.Load(w + k), Vector512.Load(scores + k)).Store(scores + k);
                }
                var half = Vector256.Create(x);
                for (; k + 8 <= count; k += 8) Vector256.FusedMultiplyAdd(half, Vector256.Load(w + k), Vector256.Load(scores + k)).Store(scores + k);
                for (; k < count; k++) scores[k] = MathF.FusedMultiplyAdd(x, w[k], scores[k]);
            }
            else
            {
                for (; k < count; k++) scores[k] = MathF.FusedMultiplyAdd(x, Shrinkage.Truncate(w[k], gravity[k]), scores[k]);
            }
        }
    }

    /// <summary>Up to eight slots stay in one register: rows are eight wide at least, and what stands beyond the slots asked for is left out at the end. The same sums in the same order.</summary>
    private readonly void VisitFew(uint xor, float scale, ReadOnlySpan<uint> indices, ReadOnlySpan<float> values)
    {
        var sums = Vector256<float>.Zero;
        for (int k = 0; k < count; k++) sums = sums.WithElement(k, scores[k]);
        for (int i = 0; i < indices.Length; i++)
            sums = Vector256.FusedMultiplyAdd(Vector256.Create(values[i] * scale), Vector256.Load(table.W + table.Row(indices[i] ^ xor) + first), sums);
        for (int k = 0; k < count; k++) scores[k] = sums.GetElement(k);
    }
}

/// <summary>Σ x_i W[i, slot] of one slot.</summary>
internal unsafe struct OneSlotDotKernel(SlotTable table, int slot, float gravity) : IFeatureVisitor
{
    public float Sum { get; private set; }

    public void Visit(uint xor, float scale, ReadOnlySpan<uint> indices, ReadOnlySpan<float> values)
    {
        float sum = 0;
        for (int i = 0; i < indices.Length; i++)
            sum = MathF.FusedMultiplyAdd(values[i] * scale, Shrinkage.Truncate(table.W[table.Row(indices[i] ^ xor) + (nuint)slot], gravity), sum);
        Sum += sum;
    }
}

/// <summary>Grows scales, adds squared gradients of slots [first, first + count), and sums Σ x²/N² and, a slot, Σ x² s.</summary>
internal unsafe struct SlotRateKernel(SlotTable table, LinearOptions options, float* q, float* sensitivity, int first, int count) : IFeatureVisitor
{
    public float Norm { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Visit(uint xor, float scale, ReadOnlySpan<uint> indices, ReadOnlySpan<float> values)
    {
        for (int i = 0; i < indices.Length; i++)
        {
            uint index = (indices[i] ^ xor) & table.Mask;
            float x = RateKernel.Magnitude(values[i] * scale), x2 = x * x;
            if (options.Normalized)
            {
                if (x > table.N[index]) Grow(index, x);
                float relative = x / table.N[index];
                Norm += relative * relative;
            }
            float n = options.Normalized ? table.N[index] : 1;
            float* g = table.G + table.Row(index) + first;
            if (!options.Adaptive)
            {
                float s = StepRule.RateOf(options, 0, n) * x2;
                for (int k = 0; k < count; k++) sensitivity[k] += s;
            }
            else if (options.PowerT == 0.5f)
            {
                Vector256<float> square = Vector256.Create(x2), factor = Vector256.Create(x2 / n);
                int k = 0;
                for (; k + 8 <= count; k += 8)
                {
                    var sum = Vector256.FusedMultiplyAdd(Vector256.Load(q + k), square, Vector256.Load(g + k));
                    sum.Store(g + k);
                    // A slot that never learnt has sum 0: it is not learning now either, and its quotient is not used.
                    (Vector256.Load(sensitivity + k) + factor / Vector256.Sqrt(sum)).Store(sensitivity + k);
                }
                for (; k < count; k++)
                {
                    g[k] = MathF.FusedMultiplyAdd(q[k], x2, g[k]);
                    sensitivity[k] += x2 / n / MathF.Sqrt(g[k]);
                }
            }
            else
            {
                for (int k = 0; k < count; k++)
                {
                    if (q[k] == 0) continue;
                    g[k] += q[k] * x2;
                    sensitivity[k] += x2 * StepRule.RateOf(options, g[k], n);
                }
            }
        }
    }

    private readonly void Grow(uint index, float x)
    {
        float old = table.N[index];
        table.N[index] = x;
        if (old == 0) return;
        float factor = StepRule.RescaleOf(options, old, x);
        float* w = table.W + table.Row(index);
        for (int k = 0; k < table.Slots; k++) w[k] *= factor;
    }
}

/// <summary>W[i, k] += u_k x_i s_ik for slots [first, first + count); slots with u_k = 0 are left alone.</summary>
internal readonly unsafe struct SlotUpdateKernel(SlotTable table, LinearOptions options, float* steps, int first, int count) : IFeatureVisitor
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Visit(uint xor, float scale, ReadOnlySpan<uint> indices, ReadOnlySpan<float> values)
    {
        for (int i = 0; i < indices.Length; i++)
        {
            uint index = (indices[i] ^ xor) & table.Mask;
            float x = values[i] * scale;
            float n = options.Normalized ? table.N[index] : 1;
            float* w = table.W + table.Row(index) + first;
            if (!options.Adaptive)
            {
                float s = StepRule.RateOf(options, 0, n) * x;
                for (int k = 0; k < count; k++) w[k] = MathF.FusedMultiplyAdd(steps[k], s, w[k]);
                continue;
            }
            float* g = table.G + table.Row(index) + first;
            int j = 0;
            if (options.PowerT == 0.5f)
            {
                var factor = Vector256.Create(x / n);
                for (; j + 8 <= count; j += 8)
                {
                    var u = Vector256.Load(steps + j);
                    var moved = Vector256.FusedMultiplyAdd(u, factor / Vector256.Sqrt(Vector256.Load(g + j)), Vector256.Load(w + j));
                    Vector256.ConditionalSelect(Vector256.Equals(u, Vector256<float>.Zero), Vector256.Load(w + j), moved).Store(w + j);
                }
                for (; j < count; j++)
                    if (steps[j] != 0) w[j] = MathF.FusedMultiplyAdd(steps[j], x / n / MathF.Sqrt(g[j]), w[j]);
                continue;
            }
            for (; j < count; j++)
                if (steps[j] != 0) w[j] += steps[j] * x * StepRule.RateOf(options, g[j], n);
        }
    }
}
