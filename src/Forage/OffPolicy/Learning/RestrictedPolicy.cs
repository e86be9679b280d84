using Forage.OffPolicy.Selective;

namespace Forage.OffPolicy.Learning;

/// <summary>
/// A policy kept to selected actions: π restricted to Φ(x) and renormalised, π(y|x, y ∈ Φ). Where a log has never tried an action there is nothing to
/// learn about it, so Φ is as a rule the top p of the logging policy.
/// </summary>
/// <param name="inner">π.</param>
/// <param name="selector">Φ; at least as many actions as the slates that will be asked for.</param>
public sealed class RestrictedPolicy(IPolicy inner, IActionSelector selector) : IPolicy
{
    /// <summary>π kept to the actions another policy finds most probable.</summary>
    /// <param name="inner">π.</param>
    /// <param name="by">ρ, as a rule the logging policy.</param>
    /// <param name="top">p; at least the length of the slates that will be asked for.</param>
    public RestrictedPolicy(IPolicy inner, IPolicy by, int top) : this(inner, new TopActions(by, top)) { }

    /// <summary>π.</summary>
    public IPolicy Inner { get; } = inner;

    /// <summary>Φ.</summary>
    public IActionSelector Selector { get; } = selector;

    /// <inheritdoc/>
    public ActionDistribution Distribution(scoped in DecisionContext context, PolicyScratch scratch)
    {
        var allowed = Selector.Select(context, scratch);
        var p = Inner.Distribution(context, scratch);
        var kept = scratch.Doubles(allowed.Length);
        double sum = 0;
        for (int i = 0; i < allowed.Length; i++) sum += kept[i] = p.ProbabilityOf(allowed[i]);
        // A policy that gives none of them anything leaves the choice to chance.
        for (int i = 0; i < allowed.Length; i++) kept[i] = sum > 0 ? kept[i] / sum : 1.0 / allowed.Length;
        return new ActionDistribution(allowed, kept);
    }
}
