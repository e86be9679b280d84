using Forage.OffPolicy;
using Forage.Persistence;

namespace Forage.Bandits.Internals;

/// <summary>Ridge regression that knows how sure it is: for each action a mean xᵀθ and a variance xᵀA⁻¹x.</summary>
internal abstract class LinearPosterior
{
    public static LinearPosterior Create(BanditRecipe recipe) => recipe.Dimensions > 0 ? new DensePosterior(recipe) : new DiagonalPosterior(recipe);

    /// <summary>Mean and variance of every action, on the scale [-1, 1] of rewards.</summary>
    public abstract void Measure(scoped in DecisionContext context, Span<float> means, Span<float> variances);

    public abstract void Learn(scoped in DecisionContext context, int action, float y);

    public abstract void Save(ModelWriter writer);

    public abstract void Load(ModelReader reader);
}
