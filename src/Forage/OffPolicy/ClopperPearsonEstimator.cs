using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy;

/// <summary>
/// IPS value with a Clopper-Pearson interval: S = Σ_i w_i r_i / c is read as successes out of n trials of probability V/c, where c bounds every weight, and the
/// interval is c [B(α/2; S, n-S+1), B(1-α/2; S+1, n-S)] with B the quantile of the beta distribution (Clopper and Pearson 1934, as exploration libraries apply it to w r).
/// </summary>
/// <remarks>
/// Assumes rewards (on the unit scale) in [0, 1] and weights at most <paramref name="maxWeight"/>, declared beforehand and not read off the data. Exact for w r ∈ {0, c}, such as
/// 0/1 rewards of a deterministic policy under uniform logging over c actions; otherwise w r / c has less spread than the 0/1 variable of the same mean
/// (Hoeffding 1963) and the interval is wider than needed. Not valid at data-dependent stopping times.
/// </remarks>
/// <param name="maxWeight">c: no weight can be larger.</param>
/// <param name="scale">Reward range and slate length.</param>
public sealed class ClopperPearsonEstimator(double maxWeight, RewardScale? scale = null) : IEstimator<ClopperPearsonEstimator>, IMergeable<ClopperPearsonEstimator>
{
    private readonly RewardScale _scale = Validated(maxWeight, scale);
    private Moments _gains, _weights;

    /// <summary>c: no weight can be larger.</summary>
    public double MaxWeight { get; } = maxWeight;

    /// <inheritdoc/>
    /// <exception cref="ForageException">A weight is above the bound declared, or a reward outside its range.</exception>
    public void Add(scoped in Observation observation)
    {
        var x = _scale.ToUnit(observation);
        if (x.Weight > MaxWeight * (1 + 1e-12)) OffPolicyThrow.WeightAbove(x.Weight, MaxWeight);
        _gains.Add(x.Gain);
        _weights.Add(x.Weight);
    }

    /// <inheritdoc/>
    public Estimate Result(double confidence = 0.95)
    {
        Gaussian.CheckConfidence(confidence);
        long n = _gains.Count;
        if (n == 0) return new Estimate(double.NaN, _scale.FromUnit(0), _scale.FromUnit(1), 0, 0);
        double successes = Math.Clamp(n * _gains.Mean / MaxWeight, 0, n), side = (1 - confidence) / 2;
        // A sum of ones may miss a whole number by rounding; at the ends that would matter.
        if (Math.Abs(successes - Math.Round(successes)) < 1e-9 * Math.Max(1, successes)) successes = Math.Round(successes);
        double lower = BetaQuantile.Inverse(side, successes, n - successes + 1);
        double upper = BetaQuantile.Inverse(1 - side, successes + 1, n - successes);
        return new Estimate(_scale.FromUnit(_gains.Mean), _scale.FromUnit(Math.Min(1, MaxWeight * lower)), _scale.FromUnit(Math.Min(1, MaxWeight * upper)),
            n, _weights.EffectiveSampleSize);
    }

    /// <inheritdoc/>
    public void Merge(ClopperPearsonEstimator other)
    {
        if (other.MaxWeight != MaxWeight) OffPolicyThrow.Mismatch("largest weights", OffPolicyThrow.Text(MaxWeight), OffPolicyThrow.Text(other.MaxWeight));
        if (other._scale != _scale) OffPolicyThrow.Mismatch("reward scales", _scale.ToString(), other._scale.ToString());
        _gains.Merge(other._gains);
        _weights.Merge(other._weights);
    }

    private static RewardScale Validated(double maxWeight, RewardScale? scale)
    {
        if (!(maxWeight >= 1 && maxWeight <= double.MaxValue)) OffPolicyThrow.BadOption("The largest weight", maxWeight, "a finite number of at least 1 (weights have mean 1)");
        scale ??= RewardScale.Unit;
        scale.Validate();
        return scale;
    }
}
