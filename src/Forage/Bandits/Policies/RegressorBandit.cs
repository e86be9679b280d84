using Forage.Bandits.Internals;
using Forage.OffPolicy;
using Forage.Persistence;

namespace Forage.Bandits.Policies;

/// <summary>
/// RegCB (Foster, Agarwal, Dudík, Luo, Schapire 2018): the range of rewards that regressors of nearly least loss predict for each action, found from how far
/// the online learner would move: the importance ω at which moving f by s ω towards an end e of the range lowers ω (e - f)² by Δ_t = c ln(K t)
/// (Krishnamurthy, Agarwal, Huang, Daumé, Langford 2019, §5). Then the action of the highest upper end, or all whose upper end reaches the highest lower end.
/// </summary>
public sealed class RegressorBandit : ContextualBandit
{
    private const int Halvings = 24;
    private const string Tag = "BNRC";

    private readonly ScoreTable _table;
    private float[] _scores = [], _moves = [], _lower = [], _upper = [];
    private MeanActions _mean;

    internal RegressorBandit(BanditRecipe recipe) : base(recipe)
    {
        if (recipe.Learner.Loss != Linear.LossKind.Squared) throw new ForageException($"RegCB with the loss {recipe.Learner.Loss} is not to be had; expected Squared.");
        if (recipe.Estimator is CostEstimator.Ips or CostEstimator.Dr) throw new ForageException($"RegCB with the estimator {recipe.Estimator} is not to be had; expected Mtr or Dm.");
        _table = new ScoreTable(recipe.Learner, recipe.Actions, 1);
    }

    /// <summary>Lower and upper ends of what actions may be worth, on the scale [0, 1] of rewards; -∞ for excluded actions.</summary>
    public void Ranges(scoped in DecisionContext context, Span<float> lower, Span<float> upper)
    {
        int n = context.ActionCount;
        if (_scores.Length < n) (_scores, _moves) = (new float[2 * n], new float[2 * n]);
        _table.Score(context, _scores.AsSpan(0, n));
        _table.Sensitivity(context, _moves.AsSpan(0, n));
        double delta = Recipe.Mellowness * Math.Log((double)context.EligibleCount * Round);
        for (int a = 0; a < n; a++)
        {
            double f = Math.Clamp(0.5 * _scores[a] + 0.5, 0, 1);
            lower[a] = (float)(f - Reach(f, _moves[a], delta));
            upper[a] = (float)(f + Reach(1 - f, _moves[a], delta));
        }
        foreach (int a in context.Excluded) lower[a] = upper[a] = float.NegativeInfinity;
    }

    private protected override void Spread(scoped in DecisionContext context, Span<double> pmf)
    {
        int n = context.ActionCount;
        if (_lower.Length < n) (_lower, _upper) = (new float[2 * n], new float[2 * n]);
        var lower = _lower.AsSpan(0, n);
        var upper = _upper.AsSpan(0, n);
        Ranges(context, lower, upper);
        if (Recipe.Optimistic)
        {
            Best.Share(upper, pmf);
        }
        else
        {
            float bar = Best.Score(lower);
            for (int a = 0; a < n; a++)
                if (upper[a] < bar) upper[a] = float.NegativeInfinity;
            Best.Uniform(upper, pmf);
            foreach (int a in context.Excluded) lower[a] = float.NegativeInfinity;
        }
        Best.MixUniform(lower, Recipe.Epsilon, pmf);
    }

    private protected override void Update(scoped in DecisionContext context, int action, double probability, float y)
    {
        double importance = Recipe.Estimator == CostEstimator.Mtr ? Weight(probability) * _mean.Add(context.EligibleCount) : 1;
        _table.Learn(context, action, 0, y, (float)importance);
    }

    private protected override void SaveState(ModelWriter writer) => _mean.Save(writer, Tag, _table);

    private protected override void LoadState(ModelReader reader) => _mean.Load(reader, Tag, _table);

    private protected override void Release() => _table.Dispose();

    /// <summary>How far the prediction moves towards an end at distance d: s ω, ω the largest in [0, d/s] with ω (d² - (d - s ω)²) ≤ Δ.</summary>
    internal static double Reach(double d, double s, double delta)
    {
        if (d <= 0 || s <= 0) return 0;
        double most = d / s;
        if (most * d * d <= delta) return d;
        double low = 0, high = most;
        for (int i = 0; i < Halvings; i++)
        {
            double w = 0.5 * (low + high), left = d - s * w;
            if (w * (d * d - left * left) > delta) high = w;
            else low = w;
        }
        return s * low;
    }
}
