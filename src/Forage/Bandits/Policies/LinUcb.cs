using Forage.Bandits.Internals;
using Forage.OffPolicy;
using Forage.Persistence;

namespace Forage.Bandits.Policies;

/// <summary>
/// LinUCB (Li, Chu, Langford, Schapire 2010): the action with the largest xᵀθ_a + α sqrt(xᵀ A_a⁻¹ x). The covariance is exact, exact after a random projection, or kept
/// diagonal; see <see cref="BanditRecipe.Dimensions"/>. Equal bounds share the probability.
/// </summary>
public sealed class LinUcb : ContextualBandit
{
    private readonly LinearPosterior _posterior;
    private float[] _means = [], _variances = [];

    internal LinUcb(BanditRecipe recipe) : base(recipe) => _posterior = LinearPosterior.Create(recipe);

    private protected override void Spread(scoped in DecisionContext context, Span<double> pmf)
    {
        int n = context.ActionCount;
        if (_means.Length < n) (_means, _variances) = (new float[2 * n], new float[2 * n]);
        var bounds = _means.AsSpan(0, n);
        _posterior.Measure(context, bounds, _variances.AsSpan(0, n));
        for (int a = 0; a < n; a++) bounds[a] += (float)Recipe.Width * MathF.Sqrt(_variances[a]);
        foreach (int a in context.Excluded) bounds[a] = float.NegativeInfinity;
        Best.Share(bounds, pmf);
        Best.MixUniform(bounds, Recipe.Epsilon, pmf);
    }

    private protected override void Update(scoped in DecisionContext context, int action, double probability, float y) => _posterior.Learn(context, action, y);

    private protected override void SaveState(ModelWriter writer) => _posterior.Save(writer);

    private protected override void LoadState(ModelReader reader) => _posterior.Load(reader);

    private protected override void Release() { }
}
