using Forage.Persistence;

namespace Forage.Quantiles;

/// <summary>Predicts quantiles of a target given a row of features. Reading only: safe from several threads.</summary>
public interface IQuantileModel
{
    /// <summary>Number of features d.</summary>
    int Columns { get; }

    /// <summary>The quantiles predicted, ascending, each in (0, 1).</summary>
    IReadOnlyList<double> Levels { get; }

    /// <summary>Smallest training target.</summary>
    double Lowest { get; }

    /// <summary>Largest training target.</summary>
    double Highest { get; }

    /// <summary>Predictions of all quantiles, which do not cross: they ascend with the level.</summary>
    /// <param name="row">d features; NaN is a missing value.</param>
    /// <param name="quantiles">Receives a prediction a level.</param>
    void Predict(ReadOnlySpan<float> row, Span<double> quantiles);

    /// <summary><see cref="Predict"/> of several rows, one after the other; faster for models that can share work between rows.</summary>
    /// <param name="rows">count × d features.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="quantiles">Receives count × levels predictions.</param>
    void PredictRows(ReadOnlySpan<float> rows, int count, Span<double> quantiles)
    {
        for (int i = 0; i < count; i++) Predict(rows.Slice(i * Columns, Columns), quantiles.Slice(i * Levels.Count, Levels.Count));
    }

    /// <summary>Writes the model as chunks; <see cref="QuantileModels.Load"/> reads it.</summary>
    void Save(ModelWriter writer);
}
