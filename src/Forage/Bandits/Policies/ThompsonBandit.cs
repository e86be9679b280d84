using Forage.Bandits.Internals;
using Forage.OffPolicy;
using Forage.Persistence;

namespace Forage.Bandits.Policies;

/// <summary>
/// Linear Thompson sampling whose probabilities are known: an action is drawn as often as its Gaussian score N(xᵀθ_a, α² xᵀA_a⁻¹x) is the largest (Thompson 1933;
/// Agrawal, Goyal 2013). The probability of being the largest is computed on a grid, and what is drawn from is what was computed, so propensities are exact.
/// </summary>
/// <remarks>Scores are taken as independent. With a model an action they are; actions described by features share one model, and then it is an approximation.</remarks>
public sealed class ThompsonBandit : ContextualBandit
{
    private readonly LinearPosterior _posterior;
    private readonly LargestOfGaussians _largest = new();
    private float[] _means = [], _variances = [];

    internal ThompsonBandit(BanditRecipe recipe) : base(recipe) => _posterior = LinearPosterior.Create(recipe);

    private protected override void Spread(scoped in DecisionContext context, Span<double> pmf)
    {
        int n = context.ActionCount;
        if (_means.Length < n) (_means, _variances) = (new float[2 * n], new float[2 * n]);
        var means = _means.AsSpan(0, n);
        var deviations = _variances.AsSpan(0, n);
        _posterior.Measure(context, means, deviations);
        for (int a = 0; a < n; a++) deviations[a] = (float)Recipe.Width * MathF.Sqrt(deviations[a]);
        foreach (int a in context.Excluded) means[a] = float.NegativeInfinity;
        _largest.Probabilities(means, deviations, pmf);
        Best.MixUniform(means, Recipe.Epsilon, pmf);
    }

    private protected override void Update(scoped in DecisionContext context, int action, double probability, float y) => _posterior.Learn(context, action, y);

    private protected override void SaveState(ModelWriter writer) => _posterior.Save(writer);

    private protected override void LoadState(ModelReader reader) => _posterior.Load(reader);

    private protected override void Release() { }
}
