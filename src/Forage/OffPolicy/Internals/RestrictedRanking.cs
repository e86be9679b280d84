using Forage.OffPolicy.Learning;
using Forage.OffPolicy.Selective;

namespace Forage.OffPolicy.Internals;

/// <summary>A ranking without the actions outside Φ(x): what <see cref="RestrictedPolicy"/> is to stochastic policies.</summary>
internal sealed class RestrictedRanking(IRankingPolicy inner, IActionSelector selector) : IRankingPolicy
{
    /// <summary><paramref name="policy"/> restricted to <paramref name="selector"/>.</summary>
    public static IPolicy Restrict(IPolicy policy, IActionSelector selector) =>
        policy is IRankingPolicy ranking ? new RestrictedRanking(ranking, selector) : new RestrictedPolicy(policy, selector);

    public ActionDistribution Distribution(scoped in DecisionContext context, PolicyScratch scratch) => ActionSelection.First(this, context, scratch);

    public ReadOnlySpan<int> Rank(scoped in DecisionContext context, int length, PolicyScratch scratch)
    {
        if (length <= 0) return default;
        var selected = selector.Select(context, scratch);
        var kept = scratch.Ints(Math.Min(length, selected.Length));
        for (int asked = length; ; asked = Math.Min(2 * asked, context.ActionCount))
        {
            var all = inner.Rank(context, asked, scratch);
            int count = 0;
            for (int i = 0; i < all.Length && count < kept.Length; i++)
                if (selected.Contains(all[i])) kept[count++] = all[i];
            if (count == kept.Length || all.Length < asked || asked >= context.ActionCount) return kept[..count];
        }
    }
}
