using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy;

/// <summary>
/// Always the action another policy likes best, and for slates its best l; ties go to the lower action. Sharpening alone often gains much: the
/// greedy logging policy is the baseline to beat, not the sampled one.
/// </summary>
/// <param name="inner">The policy made greedy.</param>
public sealed class GreedyPolicy(IPolicy inner) : IRankingPolicy
{
    /// <summary>The policy made greedy.</summary>
    public IPolicy Inner { get; } = inner;

    /// <inheritdoc/>
    public ActionDistribution Distribution(scoped in DecisionContext context, PolicyScratch scratch) => ActionSelection.First(this, context, scratch);

    /// <inheritdoc/>
    public ReadOnlySpan<int> Rank(scoped in DecisionContext context, int length, PolicyScratch scratch) =>
        Inner is IRankingPolicy ranking ? ranking.Rank(context, length, scratch)
        : length <= 0 ? default
        : ActionSelection.MostProbable(Inner.Distribution(context, scratch), length, scratch, out Span<double> _);
}
