using Forage.Features;

namespace Forage.Linear.Internals;

/// <summary>Σ x² s of one slot, with the rates s it would have after a squared gradient of 1; changes nothing.</summary>
internal unsafe struct SensitivityKernel(SingleTable table, LinearOptions options) : IFeatureVisitor
{
    public float Sum { get; private set; }

    public void Visit(uint xor, float scale, ReadOnlySpan<uint> indices, ReadOnlySpan<float> values)
    {
        for (int i = 0; i < indices.Length; i++)
        {
            float x = RateKernel.Magnitude(values[i] * scale), x2 = x * x;
            float* state = table.At(indices[i] ^ xor);
            float g = options.Adaptive ? state[1] + x2 : 0, n = options.Normalized ? MathF.Max(state[2], x) : 1;
            Sum += x2 * StepRule.RateOf(options, g, n);
        }
    }
}

/// <summary>The same of slots [first, first + count): sums[k] += x² s.</summary>
internal readonly unsafe struct SlotSensitivityKernel(SlotTable table, LinearOptions options, float* sums, int first, int count) : IFeatureVisitor
{
    public void Visit(uint xor, float scale, ReadOnlySpan<uint> indices, ReadOnlySpan<float> values)
    {
        for (int i = 0; i < indices.Length; i++)
        {
            uint index = (indices[i] ^ xor) & table.Mask;
            float x = RateKernel.Magnitude(values[i] * scale), x2 = x * x;
            float n = options.Normalized ? MathF.Max(table.N[index], x) : 1;
            float* g = table.G + table.Row(index) + first;
            for (int k = 0; k < count; k++) sums[k] += x2 * StepRule.RateOf(options, options.Adaptive ? g[k] + x2 : 0, n);
        }
    }
}
