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

    private readonly IPolicy? _prior;
    private readonly Lazy<CandidateActions?> _candidates;
    private readonly Lazy<SlateLog> _features, _vectors;
    private readonly ulong _seed;

    /// <summary>A trainer for a log.</summary>
    public SlateCandidateTrainer(DecisionLog log, IPolicy? logging, RewardRange range, ulong seed)
    {
        _prior = logging is null ? null : new RecordedPolicy(logging);
        _candidates = new(() => _prior is null ? null : CandidateActions.Of(log, _prior, MostCandidates));
        _features = new(() => new SlateLog(log, _candidates.Value, range));
        _vectors = new(() => log.VectorDimension > 0 ? new SlateLog(log, _candidates.Value, range, log.VectorDimension)
            : throw new ForageException("Candidates over dense vectors need them; expected a vector a decision."));
        _seed = seed;
    }

    /// <summary>What of a recipe learning depends on: recipes with the same key learn the same scores.</summary>
    public static CandidateRecipe Key(CandidateRecipe recipe) => recipe with { Name = "", Temperature = 0, Top = recipe.Method is LearningMethod.DirectMethod or LearningMethod.MultiTask ? 0 : recipe.Top };

    /// <summary>Learns scores from decisions [from, to).</summary>
    public ISelectiveScorer Learn(CandidateRecipe recipe, int from, int to, Action<int>? progress, CancellationToken cancellation)
    {
        if (_prior is null && (recipe.UsePrior || recipe.Top > 0)) throw new ForageException("Candidates made of embeddings start from the logging policy; expected one that can be asked.");
        var log = Log(recipe);
        if (recipe.Method == LearningMethod.TwoStages) return TwoStages(recipe, log, from, to, progress, cancellation);
        var objective = Objective(recipe);
        var learner = new SlateLearner(log, objective, Options(recipe, log, from, to))
        {
            Progress = progress,
            Predictions = objective.NeedsPrediction ? Predict(recipe, from, to, cancellation) : null,
        };
        return learner.Learn(Decisions(from, to), cancellation);
    }

    /// <summary>The policy a recipe makes of scores.</summary>
    public IPolicy Policy(CandidateRecipe recipe, ISelectiveScorer scorer)
    {
        IPolicy policy = new SelectivePolicy(scorer, _prior, recipe.Top, recipe.Temperature > 0 ? recipe.Temperature : 1);
        return recipe.Temperature > 0 ? policy : new GreedyPolicy(policy);
    }

    private TwoStageScorer TwoStages(CandidateRecipe recipe, SlateLog log, int from, int to, Action<int>? progress, CancellationToken cancellation)
    {
        int[] decisions = Decisions(from, to);
        var direct = recipe with { Method = LearningMethod.DirectMethod, Passes = 10 };
        var options = new TwoStageOptions { First = Options(recipe, log, from, to), Second = Options(direct, log, from, to), Cap = recipe.WeightCap };
        var clusters = ActionClusters.OfRewards(log, decisions, Clusters, seed: _seed, cancellation: cancellation);
        return new TwoStageLearner(log, clusters, options) { Progress = progress }.Learn(decisions, cancellation);
    }

    private SlateLog Log(CandidateRecipe recipe) => (recipe.Model == CandidateModel.Vectors ? _vectors : _features).Value;

    private SlateLearnerOptions Options(CandidateRecipe recipe, SlateLog log, int from, int to) => new()
    {
        Top = Key(recipe).Top,
        PriorWeight = !recipe.UsePrior ? 0 : recipe.Method == LearningMethod.DirectMethod ? 0.7f : 1,
        PriorRate = recipe.UsePrior ? 0.03f : 0,
        Start = recipe.Caution + (recipe.UsePrior ? 0 : MeanLogit(log, from, to)),
        Model = new EmbeddingOptions { Dimension = recipe.Dimension, InitialScale = 0.1f, Seed = _seed + recipe.Draw },
        Trainer = new EmbeddingTrainerOptions { LearningRate = recipe.LearningRate },
        Passes = recipe.Passes,
        Seed = _seed + recipe.Draw,
    };

    // What an action is worth of which nothing is known, for learners that do not start from the logging policy's scores.
    private static float MeanLogit(SlateLog log, int from, int to)
    {
        double sum = 0;
        long n = 0;
        for (int i = from; i < to; i++)
        {
            foreach (double r in log.Rewards(i)) sum += r;
            n += log.Rewards(i).Length;
        }
        double mean = Math.Clamp(sum / Math.Max(1, n), 0.001, 0.999);
        return (float)Math.Log(mean / (1 - mean));
    }

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
        var log = Log(recipe);
        var predictions = new float[log.Log.Count][];
        int middle = (from + to) / 2;
        var direct = recipe with { Method = LearningMethod.DirectMethod };
        foreach (var (fitFrom, fitTo, useFrom, useTo) in new[] { (from, middle, middle, to), (middle, to, from, middle) })
        {
            var scorer = new SlateLearner(log, new DirectObjective(), Options(direct, log, fitFrom, fitTo)).Learn(Decisions(fitFrom, fitTo), cancellation);
            var scratch = new PolicyScratch();
            for (int i = useFrom; i < useTo; i++)
            {
                scratch.Clear();
                var actions = log.Candidates!.Actions(i, recipe.Top);
                float[] predicted = predictions[i] = new float[actions.Length];
                scorer.Score(log.Log.Context(i), actions, log.Candidates.LogPrior(i, recipe.Top), predicted, scratch);
                foreach (ref float s in predicted.AsSpan()) s = 1 / (1 + MathF.Exp(-s));
            }
            scorer.Model.Dispose();
        }
        return predictions;
    }

    private static int[] Decisions(int from, int to) => [.. Enumerable.Range(from, to - from)];
}
