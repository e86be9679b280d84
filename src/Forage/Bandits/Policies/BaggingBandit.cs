using Forage.Bandits.Internals;
using Forage.Features;
using Forage.OffPolicy;
using Forage.Persistence;

namespace Forage.Bandits.Policies;

/// <summary>
/// Online bagging: n models, each learning each example Poisson(1) times (Oza, Russell 2001), by importance; an action's probability is the share of models
/// whose best action it is. Greedified, the first model learns each example exactly once (Bietti, Agarwal, Langford 2021).
/// </summary>
public sealed class BaggingBandit : ContextualBandit
{
    private const string Tag = "BNBG";

    private readonly ScoreTable _table;
    private readonly int _models;
    private readonly float[] _targets, _importances;
    private float[] _scores = [], _unit = [];
    private MeanActions _mean;
    private Rng _bootstrap;

    internal BaggingBandit(BanditRecipe recipe) : base(recipe)
    {
        if (recipe.Estimator is CostEstimator.Ips or CostEstimator.Dr) throw new ForageException($"Bagging with the estimator {recipe.Estimator} is not to be had; expected Mtr or Dm.");
        _models = recipe.Policies;
        _table = new ScoreTable(recipe.Learner, recipe.Actions, _models);
        (_targets, _importances) = (new float[_models], new float[_models]);
        _bootstrap = new Rng(recipe.Seed);
    }

    private protected override void Spread(scoped in DecisionContext context, Span<double> pmf)
    {
        int n = context.ActionCount;
        if (_unit.Length < n) (_unit, _scores) = (new float[2 * n], new float[2 * n * _models]);
        var scores = _scores.AsSpan(0, n * _models);
        var unit = _unit.AsSpan(0, n);
        _table.Score(context, scores);
        pmf.Clear();
        for (int m = 0; m < _models; m++)
        {
            UnitScale.Of(context, Linear.LossKind.Squared, scores, _models, m, unit); // order is all that matters
            Best.Vote(unit, 1.0 / _models, pmf);
        }
        Best.MixUniform(unit, Recipe.Epsilon, pmf);
    }

    private protected override void Update(scoped in DecisionContext context, int action, double probability, float y)
    {
        double weight = Recipe.Estimator == CostEstimator.Mtr ? Weight(probability) * _mean.Add(context.EligibleCount) : 1;
        for (int m = 0; m < _models; m++)
        {
            int copies = m == 0 && Recipe.Greedify ? 1 : Poisson(ref _bootstrap);
            _importances[m] = (float)(copies * weight);
            _targets[m] = copies == 0 ? float.NaN : y;
        }
        _table.LearnAction(context, action, _targets, _importances);
    }

    private protected override void SaveState(ModelWriter writer)
    {
        writer.BeginChunk(Tag, 1);
        _mean.Save(writer);
        writer.Write(_bootstrap.Key);
        writer.Write(_bootstrap.Counter);
        writer.EndChunk();
        _table.Save(writer);
    }

    private protected override void LoadState(ModelReader reader)
    {
        reader.BeginChunk(Tag, 1);
        _mean.Load(reader);
        ulong key = reader.ReadUInt64();
        _bootstrap = Rng.Restore(key, reader.ReadUInt64());
        reader.EndChunk();
        _table.Load(reader);
    }

    private protected override void Release() => _table.Dispose();

    /// <summary>Poisson(1) by inversion.</summary>
    private static int Poisson(ref Rng rng)
    {
        double u = rng.NextDouble(), p = Math.Exp(-1), sum = p;
        int k = 0;
        while (u >= sum && k < 20)
        {
            p /= ++k;
            sum += p;
        }
        return k;
    }
}
