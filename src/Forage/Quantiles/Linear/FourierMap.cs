using Forage.Features;
using Forage.Persistence;
using Forage.Quantiles.Internals;

namespace Forage.Quantiles.Linear;

/// <summary>
/// Random Fourier features (Rahimi, Recht 2007): √(2/D) cos(ω_j·x + β_j), ω ~ N(0, 2γ I), β uniform, whose inner products approach the Gaussian kernel exp(-γ|x - x'|²).
/// </summary>
/// <param name="Features">D.</param>
/// <param name="Gamma">γ &gt; 0, for scaled features.</param>
public sealed record FourierMap(int Features, double Gamma)
{
    internal FourierFeatures Draw(int columns, Rng rng)
    {
        if (Features is < 1 or > 1 << 20) QuantileThrow.Wrong($"The number of Fourier features is {Features}; expected 1 to {1 << 20}.");
        if (!(Gamma > 0 && double.IsFinite(Gamma))) QuantileThrow.Wrong($"The kernel's gamma is {Gamma}; expected a positive number.");
        float[] frequencies = new float[Features * columns], phases = new float[Features];
        for (int j = 0; j < frequencies.Length; j++) frequencies[j] = (float)(Math.Sqrt(2 * Gamma) * rng.NextGaussian());
        for (int j = 0; j < Features; j++) phases[j] = (float)(2 * Math.PI * rng.NextDouble());
        return new FourierFeatures(frequencies, phases);
    }
}

/// <summary>Frequencies and phases drawn.</summary>
internal sealed class FourierFeatures(float[] frequencies, float[] phases)
{
    private readonly float _scale = MathF.Sqrt(2f / phases.Length);

    public int Features => phases.Length;

    public void Apply(ReadOnlySpan<float> row, Span<float> to)
    {
        for (int j = 0; j < phases.Length; j++) to[j] = System.Numerics.Tensors.TensorPrimitives.Dot(row, frequencies.AsSpan(j * row.Length, row.Length)) + phases[j];
        System.Numerics.Tensors.TensorPrimitives.Cos(to[..phases.Length], to);
        System.Numerics.Tensors.TensorPrimitives.Multiply(to[..phases.Length], _scale, to);
    }

    public void Save(ModelWriter writer)
    {
        writer.Write(frequencies);
        writer.Write(phases);
    }

    public static FourierFeatures Load(ModelReader reader) => new(reader.ReadSingles(), reader.ReadSingles());
}
