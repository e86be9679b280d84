namespace Forage.Evaluation;

/// <summary>
/// Settings of a learner that are chosen on decisions it did not learn from: p, how many of the logging policy's most probable actions it looks at, with the recipe's own λ; then λ, with the best p.
/// The best setting is that of the highest self-normalised value with believable weights (<see cref="OffPolicy.ChoiceRule"/> without its proof); it joins the candidates twice, as the softmax that
/// was learnt and showing its best actions always.
/// </summary>
/// <param name="Recipe">Everything else, and the λ to begin with.</param>
/// <param name="Tops">p to try.</param>
/// <param name="Translations">λ to try.</param>
public sealed record SettingSearch(CandidateRecipe Recipe, IReadOnlyList<int> Tops, IReadOnlyList<double> Translations)
{
    /// <summary>The settings to try first.</summary>
    public IReadOnlyList<CandidateRecipe> First => [.. Tops.Select(p => Named(Recipe with { Top = p }))];

    /// <summary>The settings to try once p is known.</summary>
    public IReadOnlyList<CandidateRecipe> Second(CandidateRecipe best) => [.. Translations.Where(l => l != best.Translation).Select(l => Named(best with { Translation = l }))];

    /// <summary>The best setting showing its best actions always.</summary>
    public static CandidateRecipe Greedy(CandidateRecipe best) => best with { Name = best.Name + ", best always", Temperature = 0 };

    private CandidateRecipe Named(CandidateRecipe recipe) => recipe with { Name = FormattableString.Invariant($"{Recipe.Name}, top {recipe.Top}, λ {recipe.Translation:0.##}") };
}
