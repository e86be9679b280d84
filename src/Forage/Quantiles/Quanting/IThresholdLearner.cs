using Forage.Features;
using Forage.Persistence;

namespace Forage.Quantiles.Quanting;

/// <summary>Learns the classifiers of all thresholds: one by one with any binary learner (<see cref="PerThreshold"/>), or all in one pass over the data.</summary>
public interface IThresholdLearner
{
    /// <summary>True if what it learns estimates probabilities well enough to be read at any level, so that one set of classifiers can serve several quantiles.</summary>
    bool EstimatesProbabilities { get; }

    /// <summary>Learns. The result does not depend on the number of threads.</summary>
    /// <param name="sample">The examples.</param>
    /// <param name="rng">For what is random.</param>
    /// <param name="threads">Number of threads.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Stops it.</param>
    IThresholdModel Learn(ThresholdSample sample, Rng rng, int threads = 1, Action<double>? progress = null, CancellationToken cancellation = default);
}

/// <summary>The classifiers c_t of all thresholds. Reading only: safe from several threads.</summary>
public interface IThresholdModel
{
    /// <summary>Number of thresholds T.</summary>
    int Thresholds { get; }

    /// <summary>True if scores are log-odds, false if they are probabilities.</summary>
    bool LogOdds { get; }

    /// <summary>How likely y ≥ t is under the weights learnt with, for each threshold t.</summary>
    /// <param name="row">The features; NaN is a missing value.</param>
    /// <param name="scores">Receives T scores.</param>
    void Score(ReadOnlySpan<float> row, Span<float> scores);

    /// <summary><see cref="Score"/> of several rows, one after the other; faster for models that can share work between rows.</summary>
    /// <param name="rows">count × d features.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="scores">Receives count × T scores.</param>
    void ScoreRows(ReadOnlySpan<float> rows, int count, Span<float> scores)
    {
        int columns = count == 0 ? 0 : rows.Length / count;
        for (int i = 0; i < count; i++) Score(rows.Slice(i * columns, columns), scores.Slice(i * Thresholds, Thresholds));
    }

    /// <summary>Writes it as chunks.</summary>
    void Save(ModelWriter writer);
}
