using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy;

/// <summary>
/// Maps decisions onto the scale on which intervals are computed, one weight W ≥ 0 with E[W] = 1 and one reward R in [0, 1], and the results back:
/// V = l (lo + (hi - lo) E[W R]) for slates of l positions with rewards in [lo, hi].
/// </summary>
/// <remarks>
/// W = (1/m) Σ_j w_j over the slate's own m positions and W R = (1/l) Σ_j w_j u_j with u_j = (r_j - lo)/(hi - lo); positions a shorter slate lacks count as reward
/// 0, so lo ≤ 0 ≤ hi is needed where lengths vary. Since Σ_j w_j u_j ≤ Σ_j w_j, R is in [0, 1]. With truncated weights (E[W] ≤ 1) every interval
/// built from W R below and W (1 - R) above stays valid.
/// </remarks>
public sealed record RewardScale
{
    /// <summary>Single decisions with rewards in [0, 1].</summary>
    public static RewardScale Unit { get; } = new();

    /// <summary>Range of the reward of one position. Default [0, 1].</summary>
    public RewardRange Range { get; init; } = RewardRange.Unit;

    /// <summary>Largest number of positions of a slate. Default 1.</summary>
    public int SlateLength { get; init; } = 1;

    /// <summary>A decision on the unit scale.</summary>
    /// <exception cref="ForageException">A weight is negative or not finite, a reward outside the range, or the slate too long.</exception>
    public WeightedReward ToUnit(scoped in Observation observation)
    {
        var weights = observation.Weights;
        var rewards = observation.Rewards;
        if (weights.Length > SlateLength) OffPolicyThrow.SlateTooLong(weights.Length, SlateLength);
        if (weights.IsEmpty) OffPolicyThrow.NoAction(-1);
        double total = 0, product = 0;
        for (int j = 0; j < weights.Length; j++)
        {
            double w = weights[j];
            if (!(w >= 0 && w <= double.MaxValue)) OffPolicyThrow.BadWeight(w);
            total += w;
            product += w * Range.ToUnit(rewards[j]);
        }
        double mean = total / weights.Length;
        if (!double.IsFinite(mean)) OffPolicyThrow.BadWeight(mean);
        if (weights.Length < SlateLength) product += mean * (SlateLength - weights.Length) * Range.ToUnit(0);
        return new WeightedReward(mean, mean > 0 ? Math.Clamp(product / SlateLength / mean, 0, 1) : 0);
    }

    /// <summary>The same decision as the logging policy's own: weight 1 and the rewards as they are.</summary>
    public WeightedReward LoggedToUnit(scoped ReadOnlySpan<double> rewards)
    {
        if (rewards.Length > SlateLength) OffPolicyThrow.SlateTooLong(rewards.Length, SlateLength);
        if (rewards.IsEmpty) OffPolicyThrow.NoAction(-1);
        double sum = 0;
        foreach (double r in rewards) sum += Range.ToUnit(r);
        if (rewards.Length < SlateLength) sum += (SlateLength - rewards.Length) * Range.ToUnit(0);
        return new WeightedReward(1, Math.Clamp(sum / SlateLength, 0, 1));
    }

    /// <summary>A value in [0, 1] back in units of reward per decision.</summary>
    public double FromUnit(double value) => SlateLength * (Range.Lower + Range.Length * value);

    /// <summary>A difference of values in [-1, 1] back in units of reward per decision.</summary>
    public double DifferenceFromUnit(double difference) => SlateLength * Range.Length * difference;

    internal void Validate()
    {
        Range.Validate();
        if (SlateLength < 1) OffPolicyThrow.BadOption("SlateLength", SlateLength, "at least 1");
    }
}

/// <summary>A decision on the unit scale: <see cref="Weight"/> ≥ 0 with mean 1 and <see cref="Reward"/> in [0, 1].</summary>
/// <param name="Weight">Importance weight of the decision.</param>
/// <param name="Reward">Reward of the decision, weighted over its positions.</param>
public readonly record struct WeightedReward(double Weight, double Reward)
{
    /// <summary>w r: its mean is the policy's value.</summary>
    public double Gain => Weight * Reward;

    /// <summary>w (1 - r): its mean is 1 minus the policy's value.</summary>
    public double Loss => Weight * (1 - Reward);
}
