using System.Numerics.Tensors;
using Forage.Persistence;
using Forage.Quantiles.Internals;
using Forage.Quantiles.Kernel.Internals;

namespace Forage.Quantiles.Kernel;

/// <summary>f_l = mean + deviation (b_l + Σ_i α_li exp(-γ_l|x - x_i|²)), a function a quantile, sorted when predicting.</summary>
public sealed class KernelQuantileModel : IQuantileModel
{
    /// <summary>Tag of the chunk it begins with in a model file.</summary>
    public const string Tag = "QKER";

    private readonly double[] _levels, _bias, _c, _gamma;
    private readonly ColumnScales _scales;
    private readonly float[] _rows, _norms;
    private readonly float[][] _alphas;
    private readonly double _mean, _deviation;

    internal KernelQuantileModel(double[] levels, ColumnScales scales, float[] rows, float[][] alphas, double[] bias, double[] c, double[] gamma, double mean, double deviation, double lowest, double highest)
    {
        (_levels, _scales, _rows, _alphas, _bias, _c, _gamma, _mean, _deviation, Lowest, Highest) = (levels, scales, rows, alphas, bias, c, gamma, mean, deviation, lowest, highest);
        _norms = GaussianKernel.Norms(rows, scales.Columns, alphas[0].Length);
    }

    /// <inheritdoc/>
    public int Columns => _scales.Columns;

    /// <inheritdoc/>
    public IReadOnlyList<double> Levels => _levels;

    /// <inheritdoc/>
    public double Lowest { get; }

    /// <inheritdoc/>
    public double Highest { get; }

    /// <summary>Rows the functions rest on.</summary>
    public int Rows => _norms.Length;

    /// <summary>C of each level.</summary>
    public IReadOnlyList<double> C => _c;

    /// <summary>γ of each level.</summary>
    public IReadOnlyList<double> Gamma => _gamma;

    /// <inheritdoc/>
    public void Predict(ReadOnlySpan<float> row, Span<double> quantiles)
    {
        int n = _norms.Length;
        float[] space = System.Buffers.ArrayPool<float>.Shared.Rent(2 * n + Columns);
        Span<float> scaled = space.AsSpan(0, Columns), distances = space.AsSpan(Columns, n), values = space.AsSpan(Columns + n, n);
        _scales.Scale(row, scaled);
        GaussianKernel.Distances(_rows, _norms, scaled, distances);
        for (int l = 0; l < _levels.Length; l++)
        {
            if (l == 0 || _gamma[l] != _gamma[l - 1])
            {
                TensorPrimitives.Multiply(distances, (float)-_gamma[l], values);
                TensorPrimitives.Exp<float>(values, values);
            }
            quantiles[l] = _mean + _deviation * (_bias[l] + TensorPrimitives.Dot<float>(values, _alphas[l]));
        }
        System.Buffers.ArrayPool<float>.Shared.Return(space);
        QuantileModels.Uncross(quantiles[.._levels.Length]);
    }

    /// <inheritdoc/>
    public void Save(ModelWriter writer)
    {
        writer.BeginChunk(Tag, 1);
        writer.Write(_levels);
        _scales.Save(writer);
        writer.Write(_rows);
        writer.Write(_bias);
        writer.Write(_c);
        writer.Write(_gamma);
        writer.Write(_mean);
        writer.Write(_deviation);
        writer.Write(Lowest);
        writer.Write(Highest);
        foreach (float[] alphas in _alphas) writer.Write(alphas);
        writer.EndChunk();
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static KernelQuantileModel Load(ModelReader reader)
    {
        reader.BeginChunk(Tag, 1);
        double[] levels = reader.ReadDoubles();
        var scales = ColumnScales.Load(reader);
        float[] rows = reader.ReadSingles();
        double[] bias = reader.ReadDoubles(), c = reader.ReadDoubles(), gamma = reader.ReadDoubles();
        double mean = reader.ReadDouble(), deviation = reader.ReadDouble(), lowest = reader.ReadDouble(), highest = reader.ReadDouble();
        float[][] alphas = [.. levels.Select(_ => reader.ReadSingles())];
        reader.EndChunk();
        if (alphas.Length == 0 || alphas.Any(a => a.Length * scales.Columns != rows.Length)) throw new ForageException("The model of kernel quantile regression has rows and coefficients that do not fit together.");
        return new KernelQuantileModel(levels, scales, rows, alphas, bias, c, gamma, mean, deviation, lowest, highest);
    }
}
