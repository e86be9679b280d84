using Forage.Bandits.Explorers;
using Forage.Bandits.Internals;
using Forage.OffPolicy;
using Forage.Persistence;

namespace Forage.Bandits.Policies;

/// <summary>
/// Online Cover (paper 02, §6): n policies over one set of features vote, each with weight 1/n, and no action has less than the probability
/// μ_t = min(1/K, ε/sqrt(K t)). Policy 1 is the ordinary contextual-bandit learner; each further one is rewarded, beyond what actions earn, for
/// choosing what those before it do not.
/// </summary>
/// <remarks>
/// With v the votes of policies 1..i-1 and Z = Σ_b max(v_b, μ), policy i regresses on y^(b) + ψ μ Z / max(v_b, μ) (Eq. 5 of the paper, in the form of its
/// implementation), where the estimate y^ of a round (x, a, y, p) is
/// doubly robust for all actions, f(b) + 1{b = a}(y - f(a))/p with f a regressor of its own (<see cref="CostEstimator.Dr"/>, as in the paper), or the reward itself for the action
/// taken only, with importance 1/(p K) (<see cref="CostEstimator.Mtr"/>): the same minimiser, for each action's turn comes with probability p, and no target is ever beyond
/// the range of rewards by more than the bonus, which is why it learns better and K times cheaper. <see cref="CostEstimator.Dm"/> leaves the importance out too. Votes are those of the models before the update, so all
/// policies take one step together, in one walk over the features. With n = 1 this is ε-greedy with ε_t = K μ_t.
/// </remarks>
public sealed class OnlineCover : ContextualBandit
{
    private const string Tag = "BNCV";

    private readonly ScoreTable _table;
    private readonly int _policies, _own;
    private readonly float[] _taken, _takenImportances;
    private float[] _scores = [], _targets = [], _unit = [];
    private double[] _votes = [];
    private MeanActions _mean;

    internal OnlineCover(BanditRecipe recipe) : base(recipe)
    {
        if (recipe.Estimator is CostEstimator.Ips) throw new ForageException($"Online Cover with the estimator {recipe.Estimator} is not to be had; expected Mtr, Dr or Dm.");
        _policies = recipe.Policies;
        _own = recipe.Estimator == CostEstimator.Dr ? 1 : 0; // a reward model of its own stands first
        _table = new ScoreTable(recipe.Learner, recipe.Actions, _policies + _own);
        (_taken, _takenImportances) = (new float[_policies], new float[_policies]);
    }

    /// <summary>μ_t.</summary>
    public double LeastProbability(int actions) => Math.Min(1.0 / actions, Recipe.Epsilon / Math.Sqrt((double)actions * Round));

    private protected override void Spread(scoped in DecisionContext context, Span<double> pmf)
    {
        Score(context);
        int count = context.EligibleCount;
        double mu = LeastProbability(count);
        pmf.Clear();
        for (int i = 0; i < _policies; i++) Vote(context, i, pmf);
        if (Recipe.Smoothing)
        {
            for (int b = 0; b < pmf.Length; b++)
                if (context.Excluded.IsEmpty || context.IsEligible(b)) pmf[b] = (1 - count * mu) * pmf[b] + mu;
        }
        else
        {
            MinimumProbability.Enforce(pmf, mu, _unit.AsSpan(0, pmf.Length), !Recipe.NoUniform);
        }
    }

    private protected override void Update(scoped in DecisionContext context, int action, double probability, float y)
    {
        if (_policies > 1 || _own > 0) Score(context);
        if (_own > 0) LearnAll(context, action, (float)Weight(probability), y);
        else LearnTaken(context, action, Recipe.Estimator == CostEstimator.Dm ? 1 : (float)(Weight(probability) * _mean.Add(context.EligibleCount)), y);
    }

    private void LearnTaken(scoped in DecisionContext context, int action, float importance, float y)
    {
        var votes = _votes.AsSpan(0, _policies == 1 ? 0 : context.ActionCount);
        double mu = LeastProbability(context.EligibleCount);
        votes.Clear();
        for (int i = 0; i < _policies; i++)
        {
            _takenImportances[i] = importance;
            _taken[i] = i == 0 ? y : y + Bonus(context, i, votes, mu) / (float)Math.Max(votes[action], mu);
        }
        _table.LearnAction(context, action, _taken, _takenImportances);
    }

    private void LearnAll(scoped in DecisionContext context, int action, float weight, float y)
    {
        int n = context.ActionCount, models = _table.Models;
        var targets = _targets.AsSpan(0, n * models);
        var votes = _votes.AsSpan(0, n);
        double mu = LeastProbability(context.EligibleCount);
        for (int b = 0; b < n; b++)
        {
            float f = Math.Clamp(_scores[b * models], -1, 1);
            targets[b * models] = b == action ? y : float.NaN;
            targets.Slice(b * models + 1, _policies).Fill(b == action ? f + (y - f) * weight : f);
        }
        votes.Clear();
        for (int i = 1; i < _policies; i++)
        {
            float bonus = Bonus(context, i, votes, mu);
            for (int b = 0; b < n; b++) targets[b * models + _own + i] += bonus / (float)Math.Max(votes[b], mu);
        }
        foreach (int b in context.Excluded) targets.Slice(b * models, models).Fill(float.NaN);
        _table.LearnAll(context, targets, default);
    }

    /// <summary>Adds the vote of policy i - 1 and returns 2 ψ μ Z: rewards have a range of 2 here.</summary>
    private float Bonus(scoped in DecisionContext context, int policy, Span<double> votes, double mu)
    {
        Vote(context, policy - 1, votes);
        double z = 0;
        foreach (double v in votes) z += Math.Max(v, mu);
        return (float)(2 * Recipe.Psi * mu * z);
    }

    private protected override void SaveState(ModelWriter writer) => _mean.Save(writer, Tag, _table);

    private protected override void LoadState(ModelReader reader) => _mean.Load(reader, Tag, _table);

    private protected override void Release() => _table.Dispose();

    private void Score(scoped in DecisionContext context)
    {
        int n = context.ActionCount, all = n * _table.Models;
        if (_scores.Length < all)
        {
            (_scores, _targets) = (new float[2 * all], new float[2 * all]);
            (_unit, _votes) = (new float[2 * n], new double[2 * n]);
        }
        _table.Score(context, _scores.AsSpan(0, all));
    }

    /// <summary>Adds policy i's vote of 1/n.</summary>
    private void Vote(scoped in DecisionContext context, int policy, Span<double> votes)
    {
        int n = context.ActionCount, models = _table.Models;
        for (int b = 0; b < n; b++) _unit[b] = _scores[b * models + _own + policy];
        foreach (int b in context.Excluded) _unit[b] = float.NegativeInfinity;
        Best.Vote(_unit.AsSpan(0, n), 1.0 / _policies, votes);
    }
}
