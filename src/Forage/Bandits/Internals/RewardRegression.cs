using Forage.OffPolicy;
using Forage.Persistence;

namespace Forage.Bandits.Internals;

/// <summary>One model of rewards, learnt from partial feedback by the recipe's <see cref="CostEstimator"/>. The doubly robust one keeps a second model, of what is seen.</summary>
internal sealed class RewardRegression : IDisposable
{
    private const string Tag = "BNRG";

    private readonly CostEstimator _estimator;
    private readonly ScoreTable _table;
    private float[] _scores = [], _targets = [];
    private MeanActions _mean;

    public RewardRegression(BanditRecipe recipe)
    {
        _estimator = recipe.Estimator;
        Models = _estimator == CostEstimator.Dr ? 2 : 1;
        _table = new ScoreTable(recipe.Learner, recipe.Actions, Models);
    }

    /// <summary>Interleaved models.</summary>
    public int Models { get; }

    /// <summary>Number of the one to decide with.</summary>
    public int Policy => Models - 1;

    public ReadOnlySpan<float> Score(scoped in DecisionContext context)
    {
        int n = context.ActionCount * Models;
        if (_scores.Length < n) (_scores, _targets) = (new float[2 * n], new float[2 * n]);
        var scores = _scores.AsSpan(0, n);
        _table.Score(context, scores);
        return scores;
    }

    public void Learn(scoped in DecisionContext context, int action, double weight, float y)
    {
        switch (_estimator)
        {
            case CostEstimator.Mtr:
                _table.Learn(context, action, 0, y, (float)(weight * _mean.Add(context.EligibleCount)));
                return;
            case CostEstimator.Dm:
                _table.Learn(context, action, 0, y, 1);
                return;
        }
        var scores = Score(context);
        var targets = _targets.AsSpan(0, scores.Length);
        for (int b = 0; b < context.ActionCount; b++)
        {
            if (_estimator == CostEstimator.Ips)
            {
                targets[b] = b == action ? y * (float)weight : 0;
            }
            else
            {
                float seen = Math.Clamp(scores[2 * b], -1, 1);
                targets[2 * b] = b == action ? y : float.NaN;
                targets[2 * b + 1] = b == action ? seen + (y - seen) * (float)weight : seen;
            }
        }
        foreach (int b in context.Excluded) targets.Slice(b * Models, Models).Fill(float.NaN);
        _table.LearnAll(context, targets, default);
    }

    public void Save(ModelWriter writer) => _mean.Save(writer, Tag, _table);

    public void Load(ModelReader reader) => _mean.Load(reader, Tag, _table);

    public void Dispose() => _table.Dispose();
}
