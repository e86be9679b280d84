using Forage.Evaluation;
using Forage.Extreme.Embedding;
using Forage.OffPolicy;
using Forage.OffPolicy.Learning.Objectives;
using Forage.OffPolicy.Learning.Slates;

namespace Forage.Cli.Reproductions.Poxm;

/// <summary>
/// One policy out of many, chosen as <see cref="Improver"/> does, without the truth: candidates learn from the first four fifths of the log, that with the highest lower end
/// of its paired difference to the logging policy on the last fifth is learnt anew from all of it.
/// </summary>
internal static class PoxmChoice
{
    private const double LearnShare = 0.8;

    /// <summary>Chooses and learns.</summary>
    public static IPolicy Choose(PoxmRun run, PoxmLearning learning)
    {
        int count = run.DecisionLog.Count, cut = (int)(LearnShare * count);
        var weigher = new PolicyWeigherOptions { Slates = SlateWeighting.Inclusion, Logging = run.Logging };
        var appraiser = new PolicyAppraiser(run.DecisionLog, new RewardScale { Range = RewardRange.Unit, SlateLength = PoxmRun.SlateLength }, weigher, 0.95);
        run.DecisionLog.FillDistributions(run.Logging, run.Threads, run.Cancellation);
        double best = Lower(new GreedyPolicy(run.Logging));
        Candidate? chosen = null;
        foreach (var candidate in Candidates(learning))
        {
            var scorer = Learn(candidate, cut);
            double lower = Lower(new GreedyPolicy(run.OnLog(scorer, candidate.Top)));
            scorer.Model.Dispose();
            if (lower <= best) continue;
            (best, chosen) = (lower, candidate);
        }
        return new GreedyPolicy(chosen is null ? run.Logging : run.OnTest(Learn(chosen, count), chosen.Top));

        double Lower(IPolicy policy) => appraiser.Appraise(policy, cut, count, cancellation: run.Cancellation).Difference.Lower;

        EmbeddingScorer Learn(Candidate candidate, int until) =>
            new SlateLearner(run.Log, candidate.Objective, candidate.Options).Learn(Enumerable.Range(0, until).ToArray(), run.Cancellation);
    }

    // All of them take their best actions always.
    private static Candidate[] Candidates(PoxmLearning learning)
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
            new(new DirectObjective(), copied with { Passes = 6 }, 50),
            new(new DirectObjective(), beside with { Passes = 8 }, 50),
            new(new DirectObjective(), beside with { Passes = 16 }, 50),
            new(new DirectObjective(20), beside with { Passes = 8 }, 50),
            new(new WeightedLikelihoodObjective(), copied with { Top = 50 }, 50),
            new(new SmoothedObjective(0.1), copied with { Top = 20 }, 20),
            new(new SelectiveObjective(0, topK: PoxmRun.SlateLength), copied with { Top = 20 }, 20),
            new(new SelectiveObjective(0.7), copied with { Top = 10 }, 10),
        ];
    }

    private sealed record Candidate(ISlateObjective Objective, SlateLearnerOptions Options, int Top);
}
