namespace Forage.OffPolicy.Learning;

/// <summary>
/// A policy kept to the actions another one finds most probable: π restricted to Φ(x), the top p actions of ρ(·|x), and renormalised. Where a log
/// has never tried an action there is nothing to learn about it.
/// </summary>
/// <param name="inner">π.</param>
/// <param name="by">ρ, as a rule the logging policy.</param>
/// <param name="top">p; at least the length of the slates that will be asked for.</param>
public sealed class RestrictedPolicy(IPolicy inner, IPolicy by, int top) : IPolicy
{
    private readonly GreedyPolicy _ranking = new(by);

    /// <summary>π.</summary>
    public IPolicy Inner { get; } = inner;

    /// <summary>ρ.</summary>
    public IPolicy By { get; } = by;

    /// <summary>p.</summary>
    public int Top { get; } = top >= 1 ? top : throw new ForageException($"A policy was to be kept to {top} actions; expected at least 1.");

    /// <inheritdoc/>
    public ActionDistribution Distribution(scoped in DecisionContext context, PolicyScratch scratch)
    {
        var allowed = _ranking.Rank(context, Top, scratch);
        var p = Inner.Distribution(context, scratch);
        var kept = scratch.Doubles(allowed.Length);
        double sum = 0;
        for (int i = 0; i < allowed.Length; i++) sum += kept[i] = p.ProbabilityOf(allowed[i]);
        // A policy that gives none of them anything leaves the choice to ρ's order.
        for (int i = 0; i < allowed.Length; i++) kept[i] = sum > 0 ? kept[i] / sum : 1.0 / allowed.Length;
        return new ActionDistribution(allowed, kept);
    }
}
