using System.Runtime.CompilerServices;
using Forage.Features;

namespace Forage.Linear.Internals;

/// <summary>
/// What <see cref="SlotRateKernel"/> does, for one slot of many with adaptive and normalised updates of exponent 1/2: G += q x², N = max(N, |x|), s = 1/(sqrt(G) N), Σ x²/N² and Σ x² s.
/// The rates are kept for <see cref="OneSlotUpdateKernel"/>, which then needs no root and no quotient: bandits teach one action a round. A feature that stands twice in a row moves by the rate it
/// had at each place.
/// </summary>
internal unsafe struct OneSlotRateKernel(SlotTable table, int slot, float squaredGradient, float* rates) : IFeatureVisitor
{
    private int _at;

    public float Norm { get; private set; }

    public float Sensitivity { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Visit(uint xor, float scale, ReadOnlySpan<uint> indices, ReadOnlySpan<float> values)
    {
        float norm = Norm, sensitivity = Sensitivity;
        float* to = rates + _at, scales = table.N;
        for (int i = 0; i < indices.Length; i++)
        {
            uint index = (indices[i] ^ xor) & table.Mask;
            float x = RateKernel.Magnitude(values[i] * scale), x2 = x * x, n = scales[index];
            if (x > n) n = Grow(index, n, x);
            float* g = table.G + table.Row(index) + slot;
            float sum = MathF.FusedMultiplyAdd(squaredGradient, x2, *g), root = MathF.Sqrt(sum), s = 1 / (root * n), relative = x * s * root;
            *g = sum;
            to[i] = s;
            norm = MathF.FusedMultiplyAdd(relative, relative, norm);
            sensitivity = MathF.FusedMultiplyAdd(x2, s, sensitivity);
        }
        (Norm, Sensitivity) = (norm, sensitivity);
        _at += indices.Length;
    }

    private readonly float Grow(uint index, float old, float x)
    {
        table.N[index] = x;
        if (old == 0) return x;
        float* w = table.W + table.Row(index);
        for (int k = 0; k < table.Slots; k++) w[k] *= old / x;
        return x;
    }
}

/// <summary>W[i, slot] += u x_i s_i, with the rates s of <see cref="OneSlotRateKernel"/> over the same row.</summary>
internal unsafe struct OneSlotUpdateKernel(SlotTable table, int slot, float step, float* rates) : IFeatureVisitor
{
    private int _at;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Visit(uint xor, float scale, ReadOnlySpan<uint> indices, ReadOnlySpan<float> values)
    {
        float* from = rates + _at;
        float u = step * scale;
        for (int i = 0; i < indices.Length; i++)
        {
            float* w = table.W + table.Row(indices[i] ^ xor) + slot;
            *w = MathF.FusedMultiplyAdd(u * values[i], from[i], *w);
        }
        _at += indices.Length;
    }
}
