using Forage.Features;

namespace Forage.Quantiles.Quanting;

/// <summary>A learner that can also say, at little cost, how it scores the rows it learns from when it has not seen them.</summary>
public interface IOutOfFoldLearner : IThresholdLearner
{
    /// <summary>Learns, as <see cref="IThresholdLearner.Learn"/>, and scores every row by what was learnt without it.</summary>
    /// <param name="sample">The examples.</param>
    /// <param name="rng">For what is random.</param>
    /// <param name="threads">Number of threads.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The model, and rows × T scores; null if there are none.</returns>
    (IThresholdModel Model, float[]? Scores) LearnOutOfFold(ThresholdSample sample, Rng rng, int threads = 1, Action<double>? progress = null, CancellationToken cancellation = default);
}
