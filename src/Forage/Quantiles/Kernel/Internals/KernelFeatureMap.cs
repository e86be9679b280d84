using System.Buffers;
using System.Numerics.Tensors;
using Forage.Persistence;
using Forage.Quantiles.Internals;

namespace Forage.Quantiles.Kernel.Internals;

/// <summary>x ↦ Σ α_i exp(-γ|x - x_i|²) over scaled rows.</summary>
internal sealed class KernelFeatureMap(ColumnScales scales, float[] centres, float[] alpha, float gamma)
{
    private readonly float[] _norms = GaussianKernel.Norms(centres, scales.Columns, alpha.Length);

    public int Columns => scales.Columns;

    public int Centres => alpha.Length;

    public float Of(ReadOnlySpan<float> row)
    {
        float[] space = ArrayPool<float>.Shared.Rent(Columns);
        var scaled = space.AsSpan(0, Columns);
        scales.Scale(row, scaled);
        float value = OfScaled(scaled);
        ArrayPool<float>.Shared.Return(space);
        return value;
    }

    public float OfScaled(ReadOnlySpan<float> row)
    {
        float[] space = ArrayPool<float>.Shared.Rent(alpha.Length);
        var values = space.AsSpan(0, alpha.Length);
        GaussianKernel.Distances(centres, _norms, row, values);
        TensorPrimitives.Multiply(values, -gamma, values);
        TensorPrimitives.Exp<float>(values, values);
        float value = TensorPrimitives.Dot<float>(values, alpha);
        ArrayPool<float>.Shared.Return(space);
        return value;
    }

    public void Save(ModelWriter writer)
    {
        scales.Save(writer);
        writer.Write(centres);
        writer.Write(alpha);
        writer.Write(gamma);
    }

    public static KernelFeatureMap Load(ModelReader reader)
    {
        var scales = ColumnScales.Load(reader);
        float[] centres = reader.ReadSingles(), alpha = reader.ReadSingles();
        if (centres.Length != alpha.Length * scales.Columns) throw new ForageException("The model has a kernel feature whose rows and coefficients do not fit together.");
        return new KernelFeatureMap(scales, centres, alpha, reader.ReadSingle());
    }
}
