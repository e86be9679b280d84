using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy;

/// <summary>
/// The direct method: mean of what a reward model expects of the target policy, V^ = (1/n) Σ_i E_π[r̂(x_i, a)]. Needs no propensities; wrong by whatever the model is
/// wrong by, and its interval shows only the spread of contexts, not that bias.
/// </summary>
public sealed class DirectMethodEstimator : IEstimator<DirectMethodEstimator>, IMergeable<DirectMethodEstimator>
{
    private Moments _scores;

    /// <inheritdoc/>
    public void Add(scoped in Observation observation)
    {
        if (!double.IsFinite(observation.Direct)) OffPolicyThrow.NoModel("direct-method");
        _scores.Add(observation.Direct);
    }

    /// <inheritdoc/>
    public Estimate Result(double confidence = 0.95) => Gaussian.Interval(_scores.Mean, _scores.StandardError, _scores.Count, _scores.Count, confidence);

    /// <inheritdoc/>
    public void Merge(DirectMethodEstimator other) => _scores.Merge(other._scores);
}

/// <summary>
/// Doubly robust: V^ = (1/n) Σ_i [E_π[r̂(x_i, ·)] + w_i (r_i - r̂(x_i, a_i))] (Dudík, Langford, Li 2011), for slates position by position (see
/// <see cref="PolicyWeigher"/>). Unbiased if the propensities are right, whatever the model, as long as the model has not seen these decisions; less variable than IPS
/// if the model explains part of the reward. Gaussian interval, with the same limits as that of <see cref="IpsEstimator"/>.
/// </summary>
public sealed class DoublyRobustEstimator : IEstimator<DoublyRobustEstimator>, IMergeable<DoublyRobustEstimator>
{
    private Moments _scores, _weights;

    /// <inheritdoc/>
    public void Add(scoped in Observation observation)
    {
        Check.Observation(observation);
        if (!double.IsFinite(observation.DoublyRobust)) OffPolicyThrow.NoModel("doubly robust");
        _scores.Add(observation.DoublyRobust);
        _weights.Add(observation.MeanWeight);
    }

    /// <inheritdoc/>
    public Estimate Result(double confidence = 0.95) =>
        Gaussian.Interval(_scores.Mean, _scores.StandardError, _scores.Count, _weights.EffectiveSampleSize, confidence);

    /// <inheritdoc/>
    public void Merge(DoublyRobustEstimator other)
    {
        _scores.Merge(other._scores);
        _weights.Merge(other._weights);
    }
}
