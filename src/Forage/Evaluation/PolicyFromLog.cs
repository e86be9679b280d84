using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Evaluation;

/// <summary>
/// Values on one log a policy that is known only through a log of its own: its distribution is estimated from the actions it chose there (by groups of
/// decisions, such as positions on a page), and the error of that estimate is part of the interval.
/// </summary>
/// <remarks>
/// Draws π_b from the posterior of the frequencies (Dirichlet, by group) and computes for each an empirical-likelihood interval at confidence 1 - α/2, which copes with rare rewards; the result
/// reaches from the α/4 quantile of the lower ends to the 1 - α/4 quantile of the upper ends: α/2 for the policy's distribution, α/2 for the rewards.
/// Right only if within a group the policy did not look at the context.
/// </remarks>
public static class PolicyFromLog
{
    /// <summary>Estimates the value.</summary>
    /// <param name="log">The log to value it on; it needs propensities.</param>
    /// <param name="own">The policy's own log; its rewards are not looked at.</param>
    /// <param name="group">Namespace whose features say which group a decision belongs to; null: all decisions are one group.</param>
    /// <param name="scale">Reward range of <paramref name="log"/>.</param>
    /// <param name="confidence">Confidence.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="draws">Number of draws.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The value with its interval, and the policy as estimated.</returns>
    public static (Estimate Value, EstimatedPropensities Policy, int Groups) Evaluate(DecisionLog log, DecisionLog own, byte? group, RewardScale scale, double confidence = 0.95, ulong seed = 1,
        int draws = 64, CancellationToken cancellation = default)
    {
        var groups = new Dictionary<ulong, int>();
        for (int i = 0; i < own.Count; i++) Register(groups, Key(own.Context(i), group));
        for (int i = 0; i < log.Count; i++) Register(groups, Key(log.Context(i), group));
        int Group(scoped in DecisionContext context) => groups[Key(context, group)];
        var estimator = new PropensityEstimator(Group, groups.Count);
        for (int i = 0; i < own.Count; i++) estimator.Add(own.ToLogged(i), i);
        var policy = estimator.Result();

        double error = 1 - confidence;
        var (center, _, _) = Value(log, policy, scale, 1 - error / 2);
        double[] lowers = new double[draws], uppers = new double[draws];
        double sample = 0;
        var rng = new Rng(seed).Fork(0x0B);
        for (int b = 0; b < draws; b++)
        {
            cancellation.ThrowIfCancellationRequested();
            (var estimate, lowers[b], uppers[b]) = Value(log, policy.Sample(ref rng), scale, 1 - error / 2);
            sample += estimate.EffectiveSampleSize / draws;
        }
        Array.Sort(lowers);
        Array.Sort(uppers);
        int at = (int)(error / 4 * draws);
        return (new Estimate(center.Value, lowers[at], uppers[draws - 1 - at], log.Count, sample), policy, groups.Count);
    }

    private static (Estimate Estimate, double Lower, double Upper) Value(DecisionLog log, IPolicy policy, RewardScale scale, double confidence)
    {
        var eye = new PolicyWeigher(policy);
        var sequence = new EmpiricalLikelihoodEstimator(scale);
        for (int i = 0; i < log.Count; i++) sequence.Add(eye.Weigh(log.Context(i), log.Slate(i)));
        var estimate = sequence.Result(confidence);
        return (estimate, estimate.Lower, estimate.Upper);
    }

    private static void Register(Dictionary<ulong, int> groups, ulong key) => groups.TryAdd(key, groups.Count);

    // Order-free hash of the features of the namespace.
    private static ulong Key(scoped in DecisionContext context, byte? ns)
    {
        if (ns is null) return 0;
        ulong key = 0;
        var row = context.Shared;
        for (int g = 0; g < row.GroupCount; g++)
        {
            var group = row.Group(g);
            if (group.Namespace != ns) continue;
            for (int k = group.Start; k < group.End; k++) key += new Rng(row.Indices[k] + ((ulong)BitConverter.SingleToUInt32Bits(row.Values[k]) << 32)).Key;
        }
        return key;
    }
}
