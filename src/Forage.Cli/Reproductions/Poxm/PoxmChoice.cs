using Forage.Evaluation;
using Forage.Extreme.Embedding;
using Forage.OffPolicy;
using Forage.OffPolicy.Learning.Objectives;
using Forage.OffPolicy.Learning.Slates;

namespace Forage.Cli.Reproductions.Poxm;

/// <summary>
/// One policy out of many, chosen without the truth: candidates learn from the first four fifths of the log; the one <see cref="ChoiceRule"/> takes on the last fifth is learnt anew from
/// all of it. Candidates are learners, means of them, and these leaning on the logging policy.
/// </summary>
internal static class PoxmChoice
{
    private const double LearnShare = 0.8;

    private static readonly float[] PriorWeights = [0, 0.5f, 1];

    // Numbers of members; see Members.
    private static readonly Candidate[] Candidates =
    [
        .. new int[][] { [0], [1], [2], [3], [0, 1], [0, 2], [2, 3], [2, 4], [2, 3, 4, 5] }.SelectMany(m => PriorWeights.Select(w => new Candidate(m, 50, w))),
        new([6], 20, 0), new([7], 10, 0), new([2, 3], 100, 1), new([2, 3, 4, 5], 100, 0),
    ];

    /// <summary>Chooses and learns.</summary>
    public static IPolicy Choose(PoxmRun run, PoxmLearning learning)
    {
        int count = run.DecisionLog.Count, cut = (int)(LearnShare * count);
        var weigher = new PolicyWeigherOptions { Slates = SlateWeighting.Inclusion, Logging = run.Logging };
        var appraiser = new PolicyAppraiser(run.DecisionLog, new RewardScale { Range = RewardRange.Unit, SlateLength = PoxmRun.SlateLength }, weigher, 0.95);
        run.DecisionLog.FillDistributions(run.Logging, run.Threads, run.Cancellation);
        var members = Members(learning);
        EmbeddingScorer[] first = [.. members.Select(m => Learn(m, cut))];
        var policies = new IPolicy[] { new GreedyPolicy(run.Logging) }
            .Concat(Candidates.Select(c => new GreedyPolicy(run.OnLog(Mean(c, m => first[m]), c.Top)))).ToArray();
        var evidence = new CandidateEvidence[policies.Length];
        Parallel.For(0, policies.Length, new ParallelOptions { MaxDegreeOfParallelism = run.Threads, CancellationToken = run.Cancellation },
            k => evidence[k] = appraiser.Appraise(policies[k], cut, count, cancellation: run.Cancellation).Evidence);
        foreach (var scorer in first) scorer.Model.Dispose();
        int best = new ChoiceRule().Best(evidence);
        if (best == 0) return policies[0];
        var chosen = Candidates[best - 1];
        return new GreedyPolicy(run.OnTest(Mean(chosen, m => Learn(members[m], count)), chosen.Top));

        EmbeddingScorer Learn((ISlateObjective Objective, SlateLearnerOptions Options) member, int until) =>
            new SlateLearner(run.Log, member.Objective, member.Options).Learn(Enumerable.Range(0, until).ToArray(), run.Cancellation);
    }

    private static ScorerMean Mean(Candidate candidate, Func<int, EmbeddingScorer> of) => new([.. candidate.Members.Select(of)], candidate.PriorWeight);

    private static (ISlateObjective Objective, SlateLearnerOptions Options)[] Members(PoxmLearning learning)
    {
        var copied = learning.Options;
        // From nothing but the logging policy's probabilities, as for a logging policy whose model is not at hand.
        var beside = copied with
        {
            Initial = null,
            Model = new EmbeddingOptions { Dimension = 256, InitialScale = 0.1f, Seed = copied.Seed },
            PriorWeight = 0.7f,
            PriorRate = 0.03f,
        };
        return
        [
            (new DirectObjective(), copied with { Passes = 10, Trainer = copied.Trainer with { LearningRate = 0.001f } }),
            (new DirectObjective(), beside with { Passes = 10, Trainer = copied.Trainer with { LearningRate = 0.001f } }),
            (new DirectObjective(), copied with { Passes = 12 }),
            (new DirectObjective(), beside with { Passes = 8 }),
            (new WeightedLikelihoodObjective(20), copied with { Top = 50, Passes = 12 }),
            (new SmoothedObjective(0.1), copied with { Top = 20, Passes = 8 }),
            (new SelectiveObjective(0, topK: PoxmRun.SlateLength), copied with { Top = 20 }),
            (new SelectiveObjective(0.7), copied with { Top = 10 }),
        ];
    }

    /// <summary>A mean of members over Φ_p.</summary>
    private sealed record Candidate(int[] Members, int Top, float PriorWeight);
}
