namespace Forage.OffPolicy.Selective;

/// <summary>The trivial selector: every eligible action. It covers all that matters, and costs what plain importance sampling costs.</summary>
public sealed class AllActions : IActionSelector
{
    /// <inheritdoc/>
    public ReadOnlySpan<int> Select(scoped in DecisionContext context, PolicyScratch scratch)
    {
        var all = scratch.Ints(context.ActionCount);
        int count = 0;
        for (int a = 0; a < all.Length; a++)
            if (context.Excluded.IsEmpty || context.IsEligible(a)) all[count++] = a;
        return all[..count];
    }
}
