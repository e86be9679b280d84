using Forage.Extreme.Embedding;
using Forage.OffPolicy;
using Forage.OffPolicy.Learning;
using Forage.OffPolicy.Learning.Objectives;
using Forage.OffPolicy.Learning.Slates;

namespace Forage.Evaluation;

/// <summary>Trains candidates made of embeddings on parts of a log. What the logging policy finds probable is looked up once for all of them.</summary>
internal sealed class SlateCandidateTrainer
{
    private const int MostCandidates = 100, Clusters = 32;

    private readonly IPolicy _prior;
    private readonly SlateLog _log;
    private readonly ulong _seed;

    /// <summary>A trainer for a log.</summary>
    public SlateCandidateTrainer(DecisionLog log, IPolicy? logging, RewardRange range, ulong seed)
    {
        _prior = new RecordedPolicy(logging ?? throw new ForageException("Candidates made of embeddings start from the logging policy; expected one that can be asked."));
        _log = new SlateLog(log, CandidateActions.Of(log, _prior, MostCandidates), range);
        _seed = seed;
    }

    /// <summary>Trains a candidate on decisions [from, to).</summary>
    public IPolicy Train(CandidateRecipe recipe, int from, int to, Action<int>? progress, CancellationToken cancellation)
    {
        if (recipe.Method == LearningMethod.TwoStages) return Policy(recipe, TwoStages(recipe, from, to, progress, cancellation));
        var objective = Objective(recipe);
        var learner = new SlateLearner(_log, objective, Options(recipe))
        {
            Progress = progress,
            Predictions = objective.NeedsPrediction ? Predict(recipe, from, to, cancellation) : null,
        };
        return Policy(recipe, learner.Learn(Decisions(from, to), cancellation));
    }

    private IPolicy Policy(CandidateRecipe recipe, ISelectiveScorer scorer)
    {
        IPolicy policy = new SelectivePolicy(scorer, _prior, recipe.Top, recipe.Temperature > 0 ? recipe.Temperature : 1);
        return recipe.Temperature > 0 ? policy : new GreedyPolicy(policy);
    }

    private TwoStageScorer TwoStages(CandidateRecipe recipe, int from, int to, Action<int>? progress, CancellationToken cancellation)
    {
        int[] decisions = Decisions(from, to);
        var options = new TwoStageOptions { First = Options(recipe), Second = Options(recipe with { Method = LearningMethod.DirectMethod, Passes = 10 }), Cap = recipe.WeightCap };
        var clusters = ActionClusters.OfRewards(_log, decisions, Clusters, seed: _seed, cancellation: cancellation);
        return new TwoStageLearner(_log, clusters, options) { Progress = progress }.Learn(decisions, cancellation);
    }

    private SlateLearnerOptions Options(CandidateRecipe recipe) => new()
    {
        Top = recipe.Method == LearningMethod.DirectMethod ? 0 : recipe.Top,
        PriorWeight = !recipe.UsePrior ? 0 : recipe.Method == LearningMethod.DirectMethod ? 0.7f : 1,
        PriorRate = recipe.UsePrior ? 0.03f : 0,
        Start = recipe.Caution,
        Model = new EmbeddingOptions { Dimension = recipe.Dimension, InitialScale = 0.1f, Seed = _seed },
        Trainer = new EmbeddingTrainerOptions { LearningRate = recipe.LearningRate },
        Passes = recipe.Passes,
        Seed = _seed,
    };

    private static ISlateObjective Objective(CandidateRecipe recipe) => recipe.Method switch
    {
        LearningMethod.DirectMethod => new DirectObjective(),
        LearningMethod.MultiTask => new DirectObjective(recipe.WeightCap),
        LearningMethod.InversePropensity => new WeightedLikelihoodObjective(recipe.WeightCap),
        LearningMethod.DoublyRobust => new DoublyRobustObjective(recipe.WeightCap),
        LearningMethod.SelfNormalized => new SelectiveObjective(recipe.Translation ?? 0, recipe.WeightCap, recipe.TopK),
        LearningMethod.Smoothed => new SmoothedObjective(0.2),
        _ => throw new ArgumentOutOfRangeException(nameof(recipe), recipe.Method, "unknown method"),
    };

    // Each half is predicted by a model of the other half: a reward model flatters the decisions it was fitted to.
    private float[][] Predict(CandidateRecipe recipe, int from, int to, CancellationToken cancellation)
    {
        var predictions = new float[_log.Log.Count][];
        int middle = (from + to) / 2;
        var direct = recipe with { Method = LearningMethod.DirectMethod };
        foreach (var (fitFrom, fitTo, useFrom, useTo) in new[] { (from, middle, middle, to), (middle, to, from, middle) })
        {
            var scorer = new SlateLearner(_log, new DirectObjective(), Options(direct)).Learn(Decisions(fitFrom, fitTo), cancellation);
            var scratch = new PolicyScratch();
            for (int i = useFrom; i < useTo; i++)
            {
                scratch.Clear();
                var actions = _log.Candidates!.Actions(i, recipe.Top);
                float[] predicted = predictions[i] = new float[actions.Length];
                scorer.Score(_log.Log.Context(i), actions, _log.Candidates.LogPrior(i, recipe.Top), predicted, scratch);
                foreach (ref float s in predicted.AsSpan()) s = 1 / (1 + MathF.Exp(-s));
            }
            scorer.Model.Dispose();
        }
        return predictions;
    }

    private static int[] Decisions(int from, int to) => [.. Enumerable.Range(from, to - from)];
}
