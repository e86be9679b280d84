namespace Forage.OffPolicy;

/// <summary>
/// A value estimator as a streaming fold: decisions go in one at a time as <see cref="Observation"/>s, an <see cref="Estimate"/> with an interval
/// comes out at any time. Estimators whose statistic allows it are <see cref="IMergeable{TSelf}"/> too.
/// </summary>
/// <typeparam name="TSelf">The estimator itself.</typeparam>
public interface IEstimator<TSelf> where TSelf : IEstimator<TSelf>
{
    /// <summary>Takes in one decision.</summary>
    /// <exception cref="ForageException">A weight or reward is not finite, a weight is negative, or what the estimator needs is missing.</exception>
    void Add(scoped in Observation observation);

    /// <summary>Value per decision with an interval that holds it with probability at least <paramref name="confidence"/> (two-sided), under the estimator's assumptions.</summary>
    Estimate Result(double confidence = 0.95);
}

/// <summary>A fold whose parts, computed over disjoint pieces of a log, can be added up to that of the whole.</summary>
/// <typeparam name="TSelf">The fold itself.</typeparam>
public interface IMergeable<TSelf> where TSelf : IMergeable<TSelf>
{
    /// <summary>Adds what <paramref name="other"/> saw, as if it had been seen after what this one saw; <paramref name="other"/> stays as it is.</summary>
    void Merge(TSelf other);
}
