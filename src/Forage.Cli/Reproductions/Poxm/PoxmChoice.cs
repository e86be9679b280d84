using Forage.Evaluation;
using Forage.Extreme.Embedding;
using Forage.OffPolicy;
using Forage.OffPolicy.Learning.Objectives;
using Forage.OffPolicy.Learning.Slates;

namespace Forage.Cli.Reproductions.Poxm;

/// <summary>
/// One policy out of many, chosen without the truth: candidates learn from two thirds of the log and are valued on the other, three times over; the one of the highest self-normalised
/// value whose weights are to be believed, and whose lower bound on the last third is above the logging policy, is learnt anew from all of it. Candidates are learners, means of them,
/// and these leaning on the logging policy.
/// </summary>
internal static class PoxmChoice
{
    private const int Folds = 3;

    private static readonly float[] PriorWeights = [0, 0.25f, 0.5f, 1];

    // Numbers of members; see Members.
    private static readonly Candidate[] Candidates =
    [
        .. new int[][] { [0], [6], [7], [9], [7, 8], [0, 1, 2, 3, 4], [0, 1, 3, 4, 5, 6], [4, 5, 7, 8, 9], [1, 2, 4, 5, 6, 7, 8], [1, 2, 4, 5, 6, 7, 8, 9], [1, 2, 4, 5, 6, 7, 8, 9, 10], [7, 8, 11], [7, 8, 11, 12], [1, 5, 6, 7, 8, 11, 12] }
            .SelectMany(m => PriorWeights.Select(w => new Candidate(m, 50, w))),
        new([7, 8, 11, 12], 100, 0), new([13], 20, 0), new([14], 20, 0),
    ];

    /// <summary>Chooses and learns.</summary>
    public static IPolicy Choose(PoxmRun run, PoxmLearning learning)
    {
        int count = run.DecisionLog.Count;
        var members = Members(learning);
        var sums = new HeldOutValue.Sums[Candidates.Length];
        for (int k = 0; k < sums.Length; k++) sums[k] = new HeldOutValue.Sums();
        IPolicy[] held = [];
        for (int fold = 0; fold < Folds; fold++)
        {
            int from = fold * count / Folds, to = (fold + 1) * count / Folds;
            var scorers = LearnAll([.. Enumerable.Range(0, members.Length)], [.. Enumerable.Range(0, count).Where(i => i < from || i >= to)]);
            var value = new HeldOutValue(run, from, to);
            held = [.. Candidates.Select(c => new GreedyPolicy(run.OnLog(new ScorerMean([.. c.Members.Select(m => scorers[m])], c.PriorWeight), c.Top)))];
            Parallel.For(0, held.Length, new ParallelOptions { MaxDegreeOfParallelism = run.Threads, CancellationToken = run.Cancellation }, k => value.Add(held[k], sums[k]));
            if (fold < Folds - 1)
                foreach (var scorer in scorers) scorer.Model.Dispose();
        }
        run.DecisionLog.FillDistributions(run.Logging, run.Threads, run.Cancellation);
        var weigher = new PolicyWeigherOptions { Slates = SlateWeighting.Inclusion, Logging = run.Logging };
        var appraiser = new PolicyAppraiser(run.DecisionLog, new RewardScale { Range = RewardRange.Unit, SlateLength = PoxmRun.SlateLength }, weigher, 0.95);
        foreach (int k in Enumerable.Range(0, sums.Length).Where(k => new WeightVeto().Reason(sums[k].Weights) is null).OrderByDescending(k => sums[k].Value))
        {
            if (!(appraiser.Appraise(held[k], (Folds - 1) * count / Folds, count, cancellation: run.Cancellation).Difference.Lower > 0)) continue;
            var chosen = Candidates[k];
            return new GreedyPolicy(run.OnTest(new ScorerMean(LearnAll(chosen.Members, [.. Enumerable.Range(0, count)]), chosen.PriorWeight), chosen.Top));
        }
        return new GreedyPolicy(run.Logging);

        // Side by side, each on one thread: steps over few actions are too short to share.
        EmbeddingScorer[] LearnAll(int[] numbers, int[] decisions)
        {
            var scorers = new EmbeddingScorer[numbers.Length];
            Parallel.For(0, numbers.Length, new ParallelOptions { MaxDegreeOfParallelism = run.Threads, CancellationToken = run.Cancellation }, k =>
            {
                var (objective, options) = members[numbers[k]];
                scorers[k] = new SlateLearner(run.Log, objective, options with { Threads = 1 }).Learn(decisions, run.Cancellation);
            });
            return scorers;
        }
    }

    private static (ISlateObjective Objective, SlateLearnerOptions Options)[] Members(PoxmLearning learning)
    {
        // The logging policy's model and, with a weight that is learnt, its logarithm.
        var copied = learning.Options;
        var leaning = copied with { PriorWeight = 0.5f, PriorRate = 0.03f };
        // From nothing but the logging policy's probabilities, as for a logging policy whose model is not at hand.
        var beside = copied with
        {
            Initial = null,
            Model = new EmbeddingOptions { Dimension = 256, InitialScale = 0.1f, Seed = copied.Seed },
            PriorWeight = 0.7f,
            PriorRate = 0.03f,
        };
        var direct = new DirectObjective();
        return
        [
            (direct, leaning with { Passes = 10, BatchSize = 128, Trainer = Adam(0.002f) }),
            (direct, leaning with { Passes = 12, Trainer = Adam(0.002f, 1e-4f) }),
            (direct, leaning with { Passes = 16, Trainer = Adam(0.003f, 3e-4f) }),
            (direct, beside with { Passes = 10, Trainer = new() { Optimizer = EmbeddingOptimizer.RowAdaGrad, LearningRate = 0.02f } }),
            (direct, leaning with { Passes = 12, Trainer = AdaGrad(0.04f) }),
            (direct, beside with { Passes = 12, Trainer = AdaGrad(0.04f) }),
            (direct, leaning with { Passes = 12, BatchSize = 128, Trainer = Adam(0.004f) }),
            (direct, copied with { Passes = 12, Trainer = Adam(0.003f) }),
            (direct, beside with { Passes = 8, Trainer = Adam(0.003f) }),
            (new WeightedLikelihoodObjective(20), leaning with { Top = 50, Passes = 12, Trainer = Adam(0.003f) }),
            (new SmoothedObjective(0.1), leaning with { Top = 20, Passes = 8, Trainer = Adam(0.003f) }),
            (new WeightedLikelihoodObjective(20), copied with { Top = 50, Passes = 12, Trainer = Adam(0.003f) }),
            (new SmoothedObjective(0.1), copied with { Top = 20, Passes = 8, Trainer = Adam(0.003f) }),
            (new SelectiveObjective(0, topK: PoxmRun.SlateLength), leaning with { Top = 20, Trainer = Adam(0.003f) }),
            (new SelectiveObjective(0.3), learning.OfSetting(new PoxmSetting(20, 0.3))),
        ];

        static EmbeddingTrainerOptions Adam(float rate, float l2 = 0) => new() { LearningRate = rate, L2 = l2 };
        static EmbeddingTrainerOptions AdaGrad(float rate) => new() { Optimizer = EmbeddingOptimizer.AdaGrad, LearningRate = rate };
    }

    /// <summary>A mean of members over Φ_p.</summary>
    private sealed record Candidate(int[] Members, int Top, float PriorWeight);
}
