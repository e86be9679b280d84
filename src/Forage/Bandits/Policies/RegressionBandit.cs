using Forage.Bandits.Explorers;
using Forage.Bandits.Internals;
using Forage.OffPolicy;
using Forage.Persistence;

namespace Forage.Bandits.Policies;

/// <summary>One model of rewards and a rule from its scores to a distribution: ε-greedy, explore-first, epoch-greedy, softmax, SquareCB.</summary>
public sealed class RegressionBandit : ContextualBandit
{
    private readonly RewardRegression _regression;
    private readonly EpochGreedy? _epochs;
    private float[] _unit = [];

    internal RegressionBandit(BanditRecipe recipe) : base(recipe)
    {
        Explorer = recipe.Kind switch
        {
            BanditKind.EpsilonGreedy => new EpsilonGreedy(recipe.Epsilon, recipe.Decay),
            BanditKind.ExploreFirst => new ExploreFirst(recipe.FirstRounds),
            BanditKind.EpochGreedy => _epochs = new EpochGreedy(),
            BanditKind.Softmax => new SoftmaxExplorer(recipe.Lambda),
            _ => new InverseGapWeighting(recipe.Gamma, recipe.GammaExponent),
        };
        _regression = new RewardRegression(recipe);
    }

    /// <summary>The rule.</summary>
    public IExplorer Explorer { get; }

    private protected override void Spread(scoped in DecisionContext context, Span<double> pmf)
    {
        int n = context.ActionCount;
        if (_unit.Length < n) _unit = new float[Math.Max(n, 2 * _unit.Length)];
        var unit = _unit.AsSpan(0, n);
        UnitScale.Of(context, Recipe.Learner.Loss, _regression.Score(context), _regression.Models, _regression.Policy, unit);
        Explorer.Explore(unit, Round, pmf);
    }

    private protected override void Update(scoped in DecisionContext context, int action, double probability, float y)
    {
        // Epoch-greedy learns from uniform rounds only; the others were drawn with probability 1 (shared by ties).
        if (_epochs is not null && !(probability <= 1.0 / context.EligibleCount)) return;
        _regression.Learn(context, action, Weight(probability), y);
    }

    private protected override void SaveState(ModelWriter writer) => _regression.Save(writer);

    private protected override void LoadState(ModelReader reader) => _regression.Load(reader);

    private protected override void Release() => _regression.Dispose();
}
