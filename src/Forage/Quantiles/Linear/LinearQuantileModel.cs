using Forage.Persistence;

namespace Forage.Quantiles.Linear;

/// <summary>A line b + v·x a quantile.</summary>
public sealed class LinearQuantileModel : IQuantileModel
{
    /// <summary>Tag of the chunk it begins with in a model file.</summary>
    public const string Tag = "QREG";

    private readonly double[] _levels, _means;
    private readonly double[][] _coefficients;

    internal LinearQuantileModel(double[] levels, double[][] coefficients, double[] means, double lowest, double highest)
        => (_levels, _coefficients, _means, Lowest, Highest) = (levels, coefficients, means, lowest, highest);

    /// <inheritdoc/>
    public int Columns => _means.Length;

    /// <inheritdoc/>
    public IReadOnlyList<double> Levels => _levels;

    /// <inheritdoc/>
    public double Lowest { get; }

    /// <inheritdoc/>
    public double Highest { get; }

    /// <summary>Coefficients of a level: one a feature, then the intercept.</summary>
    public ReadOnlySpan<double> Coefficients(int level) => _coefficients[level];

    /// <inheritdoc/>
    public void Predict(ReadOnlySpan<float> row, Span<double> quantiles)
    {
        for (int l = 0; l < _levels.Length; l++)
        {
            double[] v = _coefficients[l];
            double sum = v[^1];
            for (int j = 0; j < _means.Length; j++) sum += v[j] * (float.IsNaN(row[j]) ? _means[j] : row[j]);
            quantiles[l] = sum;
        }
        QuantileModels.Uncross(quantiles[.._levels.Length]);
    }

    /// <inheritdoc/>
    public void Save(ModelWriter writer)
    {
        writer.BeginChunk(Tag, 1);
        writer.Write(_levels);
        writer.Write(_means);
        writer.Write(Lowest);
        writer.Write(Highest);
        foreach (double[] v in _coefficients) writer.Write(v);
        writer.EndChunk();
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static LinearQuantileModel Load(ModelReader reader)
    {
        reader.BeginChunk(Tag, 1);
        double[] levels = reader.ReadDoubles(), means = reader.ReadDoubles();
        double lowest = reader.ReadDouble(), highest = reader.ReadDouble();
        double[][] coefficients = new double[levels.Length][];
        for (int l = 0; l < levels.Length; l++)
        {
            coefficients[l] = reader.ReadDoubles();
            if (coefficients[l].Length != means.Length + 1) throw new ForageException($"The model has {coefficients[l].Length} coefficients of a quantile; expected {means.Length + 1}.");
        }
        reader.EndChunk();
        return new LinearQuantileModel(levels, coefficients, means, lowest, highest);
    }
}
