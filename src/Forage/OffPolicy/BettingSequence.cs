using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy;

/// <summary>
/// A confidence sequence for a policy's value by betting: valid at every time at once, so one may look after each decision and stop when one
/// likes, and valid with unbounded weights, for it asks only w ≥ 0, E[w] = 1 and rewards in a known range.
/// </summary>
/// <remarks>
/// <para>Lower end: wealth from betting that w r exceeds v, at prices fair if V = v; once it is above 2/α, v and all below are refuted at error α/2
/// (Ville's inequality). Upper end: 1 minus the same bound on E[w (1 - r)], since E[w] = 1. Karampatziakis, Mineiro, Ramdas 2021; Waudby-Smith and Ramdas 2024.</para>
/// <para>A bound on the weights, if one is known beforehand (1 over the smallest propensity the logging policy can have), buys a narrower interval where
/// rewards are rare: w (1 - r) then varies as much as w itself, and the upper end is better found by betting that w r falls short of v, with stakes that the
/// largest w r cannot ruin. Both ways are tried on both sides, at a quarter of α each.</para>
/// <para>Truncated weights (E[w] ≤ 1) keep both ends valid. Each <see cref="Result"/> is intersected with those handed out before at the same confidence. If the ends cross, which has
/// probability at most α under right propensities, <see cref="Contradicted"/> is set and the whole range is returned.</para>
/// </remarks>
public abstract class BettingSequence
{
    private readonly RewardScale _scale;
    private readonly BettingPair _bets;
    private readonly double _maxWeight;
    private Moments _gains, _weights;

    private protected BettingSequence(RewardScale? scale, double maxWeight, BetMaker bets)
    {
        _scale = scale ?? RewardScale.Unit;
        _scale.Validate();
        _bets = new BettingPair(bets, 1, maxWeight);
        _maxWeight = maxWeight;
    }

    /// <summary>True once the interval came out empty: the propensities, the reward range or independence is wrong (or an event of probability α happened).</summary>
    public bool Contradicted { get; private set; }

    /// <summary>Takes in one decision.</summary>
    /// <exception cref="ForageException">A weight is negative or not finite, a reward outside the range declared, the slate too long.</exception>
    public void Add(scoped in Observation observation) => Add(_scale.ToUnit(observation));

    /// <summary>Takes in one decision on the unit scale.</summary>
    public void Add(WeightedReward x)
    {
        if (!(x.Weight >= 0 && x.Weight <= double.MaxValue)) OffPolicyThrow.BadWeight(x.Weight);
        if (!(x.Reward >= 0 && x.Reward <= 1)) OffPolicyThrow.RewardOutside(x.Reward, RewardRange.Unit);
        if (_maxWeight > 0 && x.Weight > _maxWeight * (1 + 1e-9)) OffPolicyThrow.WeightAbove(x.Weight, _maxWeight);
        _bets.Add(x.Gain, x.Loss);
        _gains.Add(x.Gain);
        _weights.Add(x.Weight);
    }

    /// <summary>The IPS value, moved into the interval if it lies outside, and an interval that holds the truth at all times at once.</summary>
    public Estimate Result(double confidence = 0.95)
    {
        var (lower, upper) = _bets.Result(confidence);
        if (lower > upper) (Contradicted, lower, upper) = (true, 0, 1);
        double value = _gains.Count == 0 ? double.NaN : Math.Clamp(_gains.Mean, lower, upper);
        return new Estimate(_scale.FromUnit(value), _scale.FromUnit(lower), _scale.FromUnit(upper), _gains.Count, _weights.EffectiveSampleSize);
    }

    private protected void MergeFrom(BettingSequence other)
    {
        if (other._scale != _scale) OffPolicyThrow.Mismatch("reward scales", _scale.ToString(), other._scale.ToString());
        _bets.Merge(other._bets);
        _gains.Merge(other._gains);
        _weights.Merge(other._weights);
    }
}

/// <summary>
/// Fixed bets of many sizes, mixed: the default. A grid of 128 values × 13 bets, about a microsecond a decision, mergeable.
/// </summary>
/// <param name="scale">Reward range and slate length.</param>
/// <param name="maxWeight">A bound on every weight, if one is known beforehand; 0 if not.</param>
public sealed class MixtureSequence(RewardScale? scale = null, double maxWeight = 0) : BettingSequence(scale, maxWeight, new MixtureBets(s_grid)),
    IEstimator<MixtureSequence>, IMergeable<MixtureSequence>
{
    private static readonly double[] s_grid = BettingGrid.Values(128);

    /// <inheritdoc/>
    public void Merge(MixtureSequence other) => MergeFrom(other);
}

/// <summary>Bounds from running sums of cut weights: 21 numbers a side, the cheapest, mergeable, somewhat wider.</summary>
/// <param name="scale">Reward range and slate length.</param>
/// <param name="maxWeight">A bound on every weight, if one is known beforehand; 0 if not.</param>
public sealed class SumsSequence(RewardScale? scale = null, double maxWeight = 0) : BettingSequence(scale, maxWeight, new SumsBets(1)),
    IEstimator<SumsSequence>, IMergeable<SumsSequence>
{
    /// <inheritdoc/>
    public void Merge(SumsSequence other) => MergeFrom(other);
}

/// <summary>
/// Three quarters of the capital in bets that follow the mean and variance seen so far, a quarter in a mixture: the narrowest up to some ten thousand decisions or with heavy
/// weights; not mergeable, three microseconds a decision.
/// </summary>
/// <param name="scale">Reward range and slate length.</param>
/// <param name="maxWeight">A bound on every weight, if one is known beforehand; 0 if not.</param>
public sealed class PredictableSequence(RewardScale? scale = null, double maxWeight = 0) : BettingSequence(scale, maxWeight, new PredictableBets(s_grid)), IEstimator<PredictableSequence>
{
    private static readonly double[] s_grid = BettingGrid.Values(1024);
}
