using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy;

/// <summary>
/// A confidence sequence for the difference V(π₁) - V(π₂) of two policies judged on the same decisions (paired), valid at every time at once and with unbounded weights. π₂ may
/// be the logging policy itself, with weight 1.
/// </summary>
/// <remarks>
/// x = w₁ r + w₂ (1 - r) is at least 0 and has mean 1 + V₁ - V₂, in [0, 2]; its counterpart w₂ r + w₁ (1 - r) has mean 1 - (V₁ - V₂). For the logging policy x - 1 = w r - r, the
/// plain paired difference. On x the bets of <see cref="BettingSequence"/> are placed: (x - (1+d))/(1+d) ≥ -1 for a candidate difference d. What both policies share
/// cancels, so a small improvement shows long before the intervals of the two values part.
/// </remarks>
public abstract class BettingDifference
{
    private readonly BettingPair _bets;
    private readonly double _maxWeight;
    private Moments _differences, _weights;

    private protected BettingDifference(RewardScale? scale, double maxWeight, BetMaker bets)
    {
        Scale = scale ?? RewardScale.Unit;
        Scale.Validate();
        _bets = new BettingPair(bets, 2, maxWeight);
        _maxWeight = maxWeight;
    }

    /// <summary>Reward range and slate length.</summary>
    public RewardScale Scale { get; }

    /// <summary>True once the interval came out empty; see <see cref="BettingSequence.Contradicted"/>.</summary>
    public bool Contradicted { get; private set; }

    /// <summary>Sample variance of the paired difference of one decision, in squared units of reward.</summary>
    public double Variance => _differences.Variance * Math.Pow(Scale.DifferenceFromUnit(1), 2);

    /// <summary>Mean paired difference and its standard error, in units of reward.</summary>
    public (double Mean, double StandardError) Plain => (Scale.DifferenceFromUnit(_differences.Mean), Scale.DifferenceFromUnit(_differences.StandardError));

    /// <summary>Takes in one decision as seen by a policy, against the logging policy.</summary>
    public void Add(scoped in Observation observation) => Add(Scale.ToUnit(observation), Scale.LoggedToUnit(observation.Rewards));

    /// <summary>Takes in one decision as seen by two policies.</summary>
    public void Add(scoped in Observation first, scoped in Observation second) => Add(Scale.ToUnit(first), Scale.ToUnit(second));

    /// <summary>Takes in one decision on the unit scale.</summary>
    public void Add(WeightedReward first, WeightedReward second)
    {
        double largest = Math.Max(first.Weight, second.Weight);
        if (_maxWeight > 0 && largest > _maxWeight * (1 + 1e-9)) OffPolicyThrow.WeightAbove(largest, _maxWeight);
        _bets.Add(first.Gain + second.Loss, second.Gain + first.Loss);
        _differences.Add(first.Gain - second.Gain);
        _weights.Add(first.Weight);
    }

    /// <summary>V(π₁) - V(π₂): the paired IPS difference, moved into the interval if outside, and the interval.</summary>
    public Estimate Result(double confidence = 0.95)
    {
        var (lower, upper) = _bets.Result(confidence);
        if (lower > upper) (Contradicted, lower, upper) = (true, 0, 2);
        double value = _differences.Count == 0 ? double.NaN : Math.Clamp(_differences.Mean, lower - 1, upper - 1);
        return new Estimate(Scale.DifferenceFromUnit(value), Scale.DifferenceFromUnit(lower - 1), Scale.DifferenceFromUnit(upper - 1),
            _differences.Count, _weights.EffectiveSampleSize);
    }

    private protected void MergeFrom(BettingDifference other)
    {
        if (other.Scale != Scale) OffPolicyThrow.Mismatch("reward scales", Scale.ToString(), other.Scale.ToString());
        _bets.Merge(other._bets);
        _differences.Merge(other._differences);
        _weights.Merge(other._weights);
    }
}

/// <summary>Paired difference with fixed bets, mixed; mergeable. See <see cref="MixtureSequence"/>.</summary>
/// <param name="scale">Reward range and slate length.</param>
/// <param name="maxWeight">A bound on every weight, if one is known beforehand; 0 if not.</param>
public sealed class MixtureDifference(RewardScale? scale = null, double maxWeight = 0) : BettingDifference(scale, maxWeight, new MixtureBets(s_grid)), IMergeable<MixtureDifference>
{
    private static readonly double[] s_grid = BettingGrid.Differences(128);

    /// <inheritdoc/>
    public void Merge(MixtureDifference other) => MergeFrom(other);
}

/// <summary>Paired difference from running sums; mergeable, somewhat wider. See <see cref="SumsSequence"/>.</summary>
/// <param name="scale">Reward range and slate length.</param>
/// <param name="maxWeight">A bound on every weight, if one is known beforehand; 0 if not.</param>
public sealed class SumsDifference(RewardScale? scale = null, double maxWeight = 0) : BettingDifference(scale, maxWeight, new SumsBets(2)), IMergeable<SumsDifference>
{
    /// <inheritdoc/>
    public void Merge(SumsDifference other) => MergeFrom(other);
}

/// <summary>Paired difference with bets that learn; usually the narrowest, not mergeable. See <see cref="PredictableSequence"/>.</summary>
/// <param name="scale">Reward range and slate length.</param>
/// <param name="maxWeight">A bound on every weight, if one is known beforehand; 0 if not.</param>
public sealed class PredictableDifference(RewardScale? scale = null, double maxWeight = 0) : BettingDifference(scale, maxWeight, new PredictableBets(s_grid))
{
    private static readonly double[] s_grid = BettingGrid.Differences(1024);
}
