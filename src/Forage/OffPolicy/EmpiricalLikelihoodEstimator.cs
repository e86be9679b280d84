using Forage.OffPolicy.Internals;
using MathNet.Numerics.Distributions;

namespace Forage.OffPolicy;

/// <summary>
/// The empirical-likelihood estimator and interval of Karampatziakis, Langford, Mineiro 2020 ("Empirical Likelihood for Contextual Bandits"): the data are reweighted as
/// little as possible so that the mean weight is exactly 1, and the interval is the values of all reweightings whose likelihood is not too low.
/// </summary>
/// <remarks>
/// <para>Interval: {Σ Q w r : Σ Q = Σ Q w = 1, -2 (Σ_i ln Q_i - max) ≤ t²} with max the likelihood of the most likely Q of mean weight 1, t Student's quantile for n-1 degrees, Q possibly also on unobserved weights in [0, W] and
/// rewards in [0, 1]. Both ends are solved in the dual, where any feasible point is a valid bound (the optimality gap is in <see cref="Gradient"/>). Asymptotic, for one time
/// fixed beforehand; unlike the Gaussian interval it stays in range, is skewed as it should be, and uses E[w] = 1, which makes it much narrower where w r and w vary
/// together.</para>
/// <para>Keeps every distinct (w, r) with its count: memory grows with the log. Mergeable. Assumes no weight can exceed W: the largest declared or, without one, the largest seen (at least 2).</para>
/// </remarks>
/// <param name="scale">Reward range and slate length.</param>
/// <param name="maxWeight">W, if known.</param>
public sealed class EmpiricalLikelihoodEstimator(RewardScale? scale = null, double maxWeight = 0) : IEstimator<EmpiricalLikelihoodEstimator>, IMergeable<EmpiricalLikelihoodEstimator>
{
    private readonly RewardScale _scale = Validated(scale);
    private readonly Dictionary<WeightedReward, long> _counts = [];
    private Moments _weights;
    private double _largest = Math.Max(2, maxWeight);

    /// <summary>Largest projected gradient of the dual solutions of the last <see cref="Result"/>: 0 at the optimum, and however large, the interval was not too narrow for it.</summary>
    public double Gradient { get; private set; }

    /// <inheritdoc/>
    public void Add(scoped in Observation observation)
    {
        var x = _scale.ToUnit(observation);
        if (maxWeight > 0 && x.Weight > maxWeight * (1 + 1e-12)) OffPolicyThrow.WeightAbove(x.Weight, maxWeight);
        if (x.Weight == 0) x = default;
        Count(x, 1);
        _weights.Add(x.Weight);
    }

    /// <inheritdoc/>
    public Estimate Result(double confidence = 0.95)
    {
        Gaussian.CheckConfidence(confidence);
        long n = _weights.Count;
        if (n < 2) return new Estimate(double.NaN, _scale.FromUnit(0), _scale.FromUnit(1), n, _weights.EffectiveSampleSize);
        double t = StudentT.InvCDF(0, 1, n - 1, 0.5 + confidence / 2), phi = t * t / 2;
        // A fixed order, so that merged parts give the same digits as the whole.
        var pairs = _counts.OrderBy(p => p.Key.Weight).ThenBy(p => p.Key.Reward).ToArray();
        double[] weights = [.. pairs.Select(p => p.Key.Weight)], counts = [.. pairs.Select(p => (double)p.Value)];
        double[] gains = [.. pairs.Select(p => p.Key.Gain)], losses = [.. pairs.Select(p => p.Key.Loss)];
        var (estimate, lost) = MostLikely(weights, gains, counts, n);
        phi += lost;
        var below = EmpiricalLikelihoodDual.Solve(weights, gains, counts, _largest, phi);
        var above = EmpiricalLikelihoodDual.Solve(weights, losses, counts, _largest, phi);
        Gradient = Math.Max(below.Gradient, above.Gradient);
        double lower = Math.Min(1, below.Bound), upper = Math.Max(0, 1 - above.Bound);
        if (lower > upper) (lower, upper) = (0, 1);
        double value = Math.Clamp(estimate, lower, upper);
        return new Estimate(_scale.FromUnit(value), _scale.FromUnit(lower), _scale.FromUnit(upper), n, _weights.EffectiveSampleSize);
    }

    /// <inheritdoc/>
    public void Merge(EmpiricalLikelihoodEstimator other)
    {
        if (other._scale != _scale) OffPolicyThrow.Mismatch("reward scales", _scale.ToString(), other._scale.ToString());
        foreach (var (x, count) in other._counts) Count(x, count);
        _weights.Merge(other._weights);
    }

    // The most likely Q is 1/(n (1 + b (w - 1))) with b such that the mean weight is 1; where no such b keeps 1 + b (w - 1) ≥ 0 on [0, W], mass moves to an
    // unobserved extreme weight, whose reward is taken to be the weighted average one. Returns its value and Σ ln(1/(n Q)), what the constraint costs in likelihood.
    private (double Value, double Lost) MostLikely(double[] weights, double[] gains, double[] counts, long n)
    {
        double low = -1 / (_largest - 1) * (1 - 1e-12), high = 1 - 1e-12;
        if (Excess(low) <= 0) high = low;
        else if (Excess(high) >= 0) low = high;
        else
        {
            for (int i = 0; i < 100; i++)
            {
                double middle = (low + high) / 2;
                if (Excess(middle) > 0) low = middle;
                else high = middle;
            }
        }
        double b = (low + high) / 2, value = 0, weight = 0, lost = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            double q = counts[i] / n / (1 + b * (weights[i] - 1));
            value += q * gains[i];
            weight += q * weights[i];
            lost += counts[i] * double.LogP1(b * (weights[i] - 1));
        }
        return (weight > 0 ? value / weight : double.NaN, Math.Max(0, lost));

        double Excess(double at)
        {
            double sum = 0;
            for (int i = 0; i < weights.Length; i++) sum += counts[i] * (weights[i] - 1) / (1 + at * (weights[i] - 1));
            return sum;
        }
    }

    private void Count(WeightedReward x, long count)
    {
        System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_counts, x, out _) += count;
        _largest = Math.Max(_largest, x.Weight);
    }

    private static RewardScale Validated(RewardScale? scale)
    {
        scale ??= RewardScale.Unit;
        scale.Validate();
        return scale;
    }
}
