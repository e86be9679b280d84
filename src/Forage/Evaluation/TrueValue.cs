using Forage.OffPolicy;

namespace Forage.Evaluation;

/// <summary>What policies are really worth on simulated logs, whose truth is known: an action is rewarded with 1 iff it is right.</summary>
/// <param name="log">The log.</param>
/// <param name="truth">Right actions, ascending, by event id.</param>
public sealed class TrueValue(DecisionLog log, IReadOnlyDictionary<string, int[]> truth)
{
    /// <summary>Expected reward per decision of a policy over decisions [from, to); exact over the policy's own randomness.</summary>
    /// <exception cref="ForageException">The truth lacks a decision.</exception>
    public double Of(IPolicy policy, int from, int to)
    {
        var scratch = new PolicyScratch();
        var inclusion = new InclusionProbabilities();
        double sum = 0;
        for (int i = from; i < to; i++)
        {
            scratch.Clear();
            int[] right = Right(i);
            if (right.Length == 0) continue;
            int length = log.Slate(i).Length;
            var context = log.Context(i);
            if (policy is IRankingPolicy ranking)
            {
                foreach (int a in ranking.Rank(context, length, scratch))
                    if (Array.BinarySearch(right, a) >= 0) sum++;
                continue;
            }
            var p = policy.Distribution(context, scratch);
            var shown = scratch.Doubles(right.Length);
            inclusion.Of(p, length, right, shown);
            foreach (double q in shown) sum += q;
        }
        return sum / Math.Max(1, to - from);
    }

    /// <summary>Reward per decision of the best possible slates over decisions [from, to).</summary>
    public double OfTheBest(int from, int to)
    {
        double sum = 0;
        for (int i = from; i < to; i++) sum += Math.Min(log.Slate(i).Length, Right(i).Length);
        return sum / Math.Max(1, to - from);
    }

    private int[] Right(int i) => truth.TryGetValue(log.EventId(i), out int[]? right)
        ? right
        : throw new ForageException($"The file of the truth has nothing on event '{log.EventId(i)}' (decision {i}).");
}
