using Forage.OffPolicy;

namespace Forage.Evaluation;

/// <summary>Estimates policies on parts of a log.</summary>
/// <param name="log">The log.</param>
/// <param name="scale">Reward range and slate length.</param>
/// <param name="weigher">How decisions are weighed.</param>
/// <param name="confidence">Confidence of the intervals.</param>
public sealed class PolicyAppraiser(DecisionLog log, RewardScale scale, PolicyWeigherOptions weigher, double confidence)
{
    /// <summary>How decisions are weighed.</summary>
    public PolicyWeigherOptions Weigher { get; } = weigher;

    /// <summary>Appraises a policy on decisions [from, to).</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="from">First decision.</param>
    /// <param name="to">One past the last.</param>
    /// <param name="trace">Keep what was made of every decision.</param>
    /// <param name="cancellation">Stops it.</param>
    public PolicyAppraisal Appraise(IPolicy policy, int from, int to, bool trace = false, CancellationToken cancellation = default)
    {
        var eye = new PolicyWeigher(policy, Weigher);
        var value = new PredictableSequence(scale);
        var difference = new PredictableDifference(scale);
        var snips = new SnipsEstimator();
        var weights = new WeightStatistics();
        bool evenLength = true;
        double gain = 0, weight = 0;
        int length = scale.SlateLength;
        double[] gains = new double[trace ? to - from : 0], means = new double[gains.Length], positionGains = new double[length], positionRewards = new double[length];
        for (int i = from; i < to; i++)
        {
            if (i % 256 == 0) cancellation.ThrowIfCancellationRequested();
            var seen = eye.Weigh(log.Context(i), log.Slate(i));
            value.Add(seen);
            difference.Add(seen);
            weights.Add(seen);
            evenLength &= seen.Weights.Length == length;
            if (evenLength) snips.Add(seen);
            var unit = scale.ToUnit(seen);
            gain += unit.Gain;
            weight += unit.Weight;
            if (!trace) continue;
            gains[i - from] = seen.WeightedReward;
            means[i - from] = seen.MeanWeight;
            for (int j = 0; j < seen.Weights.Length; j++)
            {
                positionGains[j] += seen.Weights[j] * seen.Rewards[j] / (to - from);
                positionRewards[j] += seen.Rewards[j] / (to - from);
            }
        }
        return new PolicyAppraisal(value.Result(confidence), evenLength ? snips.Result(confidence).Value : weight > 0 ? scale.FromUnit(gain / weight) : double.NaN, difference.Result(confidence),
            new WeightSummary(weights.Mean, weights.Largest, weights.EffectiveSampleSize, weights.NonzeroFraction))
        {
            Trace = trace ? new PolicyTrace(from, gains, means, positionGains, positionRewards) : null,
        };
    }

    /// <summary>The logging policy's own value on decisions [from, to): its mean reward.</summary>
    public PolicyAppraisal AppraiseLogging(int from, int to)
    {
        var value = new PredictableSequence(scale);
        double[] gains = new double[to - from], ones = new double[to - from], positions = new double[scale.SlateLength];
        Span<double> rewards = stackalloc double[scale.SlateLength];
        double sum = 0;
        for (int i = from; i < to; i++)
        {
            var slate = log.Slate(i);
            for (int j = 0; j < slate.Length; j++)
            {
                rewards[j] = slate[j].Reward;
                gains[i - from] += slate[j].Reward;
                positions[j] += slate[j].Reward / (to - from);
            }
            sum += gains[i - from];
            ones[i - from] = 1;
            value.Add(scale.LoggedToUnit(rewards[..slate.Length]));
        }
        int n = to - from;
        return new PolicyAppraisal(value.Result(confidence), n == 0 ? double.NaN : sum / n, new Estimate(0, 0, 0, n, n), new WeightSummary(1, 1, n, 1))
        {
            Trace = new PolicyTrace(from, gains, ones, positions, positions),
        };
    }

    /// <summary>Paired difference of two policies on decisions [from, to), with an interval valid at any time.</summary>
    public Estimate Compare(IPolicy first, IPolicy second, int from, int to)
    {
        PolicyWeigher one = new(first, Weigher), two = new(second, Weigher);
        var difference = new PredictableDifference(scale);
        for (int i = from; i < to; i++) difference.Add(one.Weigh(log.Context(i), log.Slate(i)), two.Weigh(log.Context(i), log.Slate(i)));
        return difference.Result(confidence);
    }
}
