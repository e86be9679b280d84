using System.Collections.Concurrent;
using Forage.Extreme.Embedding;
using Forage.Features;
using Forage.Linear;
using Forage.OffPolicy;
using Forage.OffPolicy.Learning;
using Forage.OffPolicy.Learning.Slates;

namespace Forage.Evaluation;

/// <summary>Trains candidates on a part of a log. One instance serves several threads; every candidate is trained on one of them, the same way each time.</summary>
public sealed class CandidateTrainer
{
    private readonly DecisionLog _log;
    private readonly IPolicy? _logging;
    private readonly RewardRange _range;
    private readonly LinearOptions _table;
    private readonly int _slots;
    private readonly ulong _seed;
    private readonly Lazy<SlateCandidateTrainer> _slates;
    private readonly ConcurrentDictionary<(CandidateRecipe Recipe, int From, int To), Lazy<object>> _learnt = new();

    /// <summary>A trainer for a log.</summary>
    /// <param name="log">The log.</param>
    /// <param name="logging">The logging policy as it can be used later on; null if only its propensities are known.</param>
    /// <param name="range">Range of the rewards.</param>
    /// <param name="table">Bits and interactions of the candidates' regressors.</param>
    /// <param name="seed">Seed of the order of training.</param>
    public CandidateTrainer(DecisionLog log, IPolicy? logging, RewardRange range, LinearOptions table, ulong seed)
    {
        (_log, _logging, _range, _table, _seed) = (log, logging, range, table, seed);
        _slots = log.HasActionFeatures ? 1 : log.MaxActions;
        _slates = new Lazy<SlateCandidateTrainer>(() => new SlateCandidateTrainer(log, logging, range, seed));
    }

    /// <summary>Seed of the order of training.</summary>
    public ulong Seed => _seed;

    /// <summary>Threads on which members of a mean learn at a time; results do not depend on it.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Mean unit reward of the positions of decisions [from, to).</summary>
    public double MeanReward(int from, int to)
    {
        double sum = 0;
        long n = 0;
        for (int i = from; i < to; i++)
        {
            foreach (var shown in _log.Slate(i))
            {
                sum += _range.ToUnit(shown.Reward);
                n++;
            }
        }
        return n == 0 ? 0.5 : sum / n;
    }

    /// <summary>Fits a reward model to decisions [from, to): the direct method, with the logging policy's scores where they can be had.</summary>
    public IRewardModel RewardModel(int from, int to, CancellationToken cancellation = default)
    {
        var recipe = new CandidateRecipe { Name = "reward model", Method = LearningMethod.DirectMethod, UsePrior = _logging is not null };
        return new ScorerRewardModel(Fit(recipe, from, to, null, cancellation), RewardLoss.Logistic, _range);
    }

    /// <summary>Reward models of several kinds fitted to decisions [from, to), for a market of them: that of <see cref="RewardModel"/>, one that starts from nothing, one fitted with weights, and the means of the actions.</summary>
    public IReadOnlyList<NamedRewardModel> RewardModels(int from, int to, CancellationToken cancellation = default)
    {
        var means = new ActionMeans(_log.HasActionFeatures ? 0 : _log.MaxActions);
        for (int i = from; i < to; i++) means.Add(_log.Slate(i));
        NamedRewardModel Fitted(string name, CandidateRecipe recipe) => new(name, new ScorerRewardModel(Fit(recipe, from, to, null, cancellation), RewardLoss.Logistic, _range));
        List<NamedRewardModel> models = [new(_logging is null ? "regression" : "regression upon the logging policy", RewardModel(from, to, cancellation))];
        if (_logging is not null) models.Add(Fitted("regression", new CandidateRecipe { Name = "", Method = LearningMethod.DirectMethod }));
        models.Add(Fitted("regression, slower", new CandidateRecipe { Name = "", Method = LearningMethod.DirectMethod, LearningRate = 0.02f, Passes = 2 }));
        if (_log.HasPropensities) models.Add(Fitted("weighted regression", new CandidateRecipe { Name = "", Method = LearningMethod.MultiTask, UsePrior = _logging is not null }));
        models.Add(new("means of the actions", means));
        return models;
    }

    /// <summary>Trains a candidate on decisions [from, to).</summary>
    /// <param name="recipe">How.</param>
    /// <param name="from">First decision.</param>
    /// <param name="to">One past the last.</param>
    /// <param name="progress">Told the number of decisions learnt from since the last call.</param>
    /// <param name="cancellation">Stops it.</param>
    public IPolicy Train(CandidateRecipe recipe, int from, int to, Action<int>? progress = null, CancellationToken cancellation = default)
    {
        if (recipe.Members.Count > 0)
        {
            var members = new ISelectiveScorer[recipe.Members.Count];
            ParallelWork.For(members.Length, Threads, cancellation, m => members[m] = Member(recipe.Members[m], from, to, progress, cancellation));
            return _slates.Value.Policy(recipe, new ScorerMean(members));
        }
        return recipe.Model != CandidateModel.Linear
            ? _slates.Value.Policy(recipe, Embedding(recipe, from, to, progress, cancellation))
            : Policy(recipe, Linear(recipe, from, to, progress, cancellation));
    }

    /// <summary>Lets go of what a candidate made of embeddings learnt; whoever holds its policy goes on using it.</summary>
    internal void Forget(CandidateRecipe recipe, int from, int to) => _learnt.TryRemove((SlateCandidateTrainer.Key(recipe), from, to), out _);

    private ISelectiveScorer Member(CandidateRecipe recipe, int from, int to, Action<int>? progress, CancellationToken cancellation) => recipe.Model != CandidateModel.Linear
        ? Embedding(recipe, from, to, progress, cancellation)
        : Linear(recipe, from, to, progress, cancellation) is ActionModel model && !_log.HasActionFeatures ? LinearScorer.Of(model)
        : throw new ForageException($"The scores of '{recipe.Name}' cannot be part of a mean; expected one model over a fixed set of actions.");

    private ISelectiveScorer Embedding(CandidateRecipe recipe, int from, int to, Action<int>? progress, CancellationToken cancellation) =>
        Once(SlateCandidateTrainer.Key(recipe), from, to, () => _slates.Value.Learn(recipe, from, to, progress, cancellation));

    private IActionScorer Linear(CandidateRecipe recipe, int from, int to, Action<int>? progress, CancellationToken cancellation) =>
        Once(recipe with { Name = "", Temperature = 0, Top = 0 }, from, to, () => Fit(recipe, from, to, progress, cancellation));

    // Candidates that differ in what is made of the scores only, and members of means, learn once.
    private T Once<T>(CandidateRecipe key, int from, int to, Func<T> learn) where T : class =>
        (T)_learnt.GetOrAdd((key, from, to), _ => new Lazy<object>(learn)).Value;

    private IActionScorer Fit(CandidateRecipe recipe, int from, int to, Action<int>? progress, CancellationToken cancellation)
    {
        var prior = recipe.UsePrior && _logging is not null ? new RecordedPolicy(_logging) : null;
        double mean = Math.Clamp(MeanReward(from, to), 0.001, 0.999);
        float start = prior is not null ? 0 : recipe.Loss == RewardLoss.Logistic ? (float)Math.Log(mean / (1 - mean)) + recipe.Caution : 0;
        var model = new ActionModel(Regressor(recipe.LearningRate), prior, 0.7f, 0.03f, start);
        var learner = Learner(recipe, model, mean);
        var order = new int[to - from];
        for (int i = 0; i < order.Length; i++) order[i] = from + i;
        var rng = new Rng(_seed + recipe.Draw).Fork(0x7121);
        var scratch = new PolicyScratch();
        var unit = new LoggedAction[Math.Max(1, _log.SlateLength)];
        const int report = 256;
        for (int pass = 0; pass < recipe.Passes; pass++)
        {
            rng.Shuffle<int>(order);
            for (int k = 0; k < order.Length; k++)
            {
                if (k % report == 0)
                {
                    cancellation.ThrowIfCancellationRequested();
                    if (k > 0) progress?.Invoke(report);
                }
                scratch.Clear();
                var slate = _log.Slate(order[k]);
                for (int j = 0; j < slate.Length; j++) unit[j] = slate[j] with { Reward = _range.ToUnit(slate[j].Reward) };
                learner.Learn(_log.Context(order[k]), unit.AsSpan(0, slate.Length), scratch);
            }
            learner.EndPass();
        }
        if (IsSmall) Freeze(learner.Scorer);
        return learner.Scorer;
    }

    private IPolicy Policy(CandidateRecipe recipe, IActionScorer scorer)
    {
        IPolicy policy = new ScorePolicy(scorer, new ScorePolicyOptions { Temperature = recipe.Temperature > 0 ? recipe.Temperature : 1 });
        if (recipe.Top > 0 && _logging is not null) policy = new RestrictedPolicy(policy, new RecordedPolicy(_logging), recipe.Top);
        return recipe.Temperature > 0 ? policy : new GreedyPolicy(policy);
    }

    private IOffPolicyLearner Learner(CandidateRecipe recipe, ActionModel model, double meanReward) => recipe.Method switch
    {
        LearningMethod.DirectMethod => new RegressionLearner(model, recipe.Loss),
        LearningMethod.MultiTask => new RegressionLearner(model, recipe.Loss, recipe.WeightCap),
        LearningMethod.DoublyRobust => new DoublyRobustLearner(model, Regressor(recipe.LearningRate / 4), recipe.Loss, recipe.WeightCap, recipe.Candidates),
        LearningMethod.InversePropensity => new SoftmaxLearner(model, new SoftmaxLearnerOptions { WeightCap = recipe.WeightCap, Candidates = recipe.Candidates }),
        LearningMethod.SelfNormalized => new SoftmaxLearner(model, new SoftmaxLearnerOptions
        {
            Objective = SoftmaxObjective.SelfNormalized,
            WeightCap = recipe.WeightCap,
            Candidates = recipe.Candidates,
            Translation = recipe.Translation ?? meanReward,
        }),
        _ => throw new ArgumentOutOfRangeException(nameof(recipe), recipe.Method, "unknown method"),
    };

    // Sums of squared gradients begin at 1 (InitialT) where the table is small enough to be filled: rare rewards have tiny gradients, which adaptive rates from 0 would
    // blow up, and predictions would run far below the truth.
    private LinearLearner Regressor(float rate) => new(ActionModel.Regression(_table with { LearningRate = rate, InitialT = IsSmall ? 1 : null }), _slots);

    private bool IsSmall => ((long)_slots << _table.Bits) <= 1L << 26;

    private static void Freeze(IActionScorer scorer)
    {
        switch (scorer)
        {
            case ActionModel { Regressor: LinearLearner learner }:
                learner.Freeze(round: false);
                break;
            case DoublyRobustScorer robust:
                Freeze(robust.Model);
                Freeze(robust.Correction);
                break;
        }
    }
}
