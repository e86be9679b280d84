using Forage.OffPolicy;

namespace Forage.Cli.Reproductions.Poxm;

/// <summary>
/// Self-normalised value on some decisions of a run's log, V = Σ w r / Σ w over all positions, with w = P_π(y ∈ Y)/P_ρ(y ∈ Y): right for whole slates, since a label's reward
/// depends on row and label only. The logging policy's inclusion probabilities are computed once for all policies that are valued.
/// </summary>
internal sealed class HeldOutValue
{
    private readonly PoxmRun _run;
    private readonly int _from;
    private readonly double[][] _logging;

    /// <summary>Asks the logging policy about decisions [<paramref name="from"/>, <paramref name="to"/>).</summary>
    public HeldOutValue(PoxmRun run, int from, int to)
    {
        (_run, _from) = (run, from);
        _logging = new double[to - from][];
        const int piece = 64;
        Parallel.For(0, (_logging.Length + piece - 1) / piece, new ParallelOptions { MaxDegreeOfParallelism = run.Threads, CancellationToken = run.Cancellation }, part =>
        {
            var scratch = new PolicyScratch();
            var inclusion = new InclusionProbabilities();
            for (int i = part * piece; i < Math.Min(_logging.Length, (part + 1) * piece); i++) _logging[i] = Included(run.Logging, from + i, scratch, inclusion);
        });
    }

    /// <summary>Values a policy here.</summary>
    /// <param name="policy">A policy that has not learnt from these decisions.</param>
    /// <param name="sums">Receives them.</param>
    public void Add(IPolicy policy, Sums sums)
    {
        var scratch = new PolicyScratch();
        var inclusion = new InclusionProbabilities();
        for (int i = 0; i < _logging.Length; i++)
        {
            var slate = _run.DecisionLog.Slate(_from + i);
            double[] weights = Included(policy, _from + i, scratch, inclusion), rewards = new double[slate.Length];
            for (int j = 0; j < slate.Length; j++)
            {
                weights[j] /= _logging[i][j];
                rewards[j] = slate[j].Reward;
                sums.Earned += weights[j] * rewards[j];
                sums.Weight += weights[j];
            }
            sums.Weights.Add(new Observation(weights, rewards));
        }
    }

    private double[] Included(IPolicy policy, int decision, PolicyScratch scratch, InclusionProbabilities inclusion)
    {
        scratch.Clear();
        var slate = _run.DecisionLog.Slate(decision);
        var actions = scratch.Ints(slate.Length);
        for (int j = 0; j < slate.Length; j++) actions[j] = slate[j].Action;
        double[] included = new double[slate.Length];
        if (policy is IRankingPolicy ranking)
        {
            var best = ranking.Rank(_run.DecisionLog.Context(decision), slate.Length, scratch);
            for (int j = 0; j < slate.Length; j++) included[j] = best.Contains(slate[j].Action) ? 1 : 0;
            return included;
        }
        inclusion.Of(policy.Distribution(_run.DecisionLog.Context(decision), scratch), slate.Length, actions, included);
        return included;
    }

    /// <summary>What was added up, over any number of parts.</summary>
    public sealed class Sums
    {
        /// <summary>Σ w r.</summary>
        public double Earned { get; set; }

        /// <summary>Σ w.</summary>
        public double Weight { get; set; }

        /// <summary>What the weights look like.</summary>
        public SlateWeightStatistics Weights { get; } = new();

        /// <summary>V of a position.</summary>
        public double Value => Weight > 0 ? Earned / Weight : 0;
    }
}
