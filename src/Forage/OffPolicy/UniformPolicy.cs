namespace Forage.OffPolicy;

/// <summary>Every eligible action with the same probability.</summary>
public sealed class UniformPolicy : IPolicy
{
    /// <inheritdoc/>
    public ActionDistribution Distribution(scoped in DecisionContext context, PolicyScratch scratch)
    {
        var p = scratch.Doubles(context.ActionCount);
        p.Fill(1.0 / context.EligibleCount);
        foreach (int a in context.Excluded) p[a] = 0;
        return new ActionDistribution(default, p);
    }
}
