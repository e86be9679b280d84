using System.Globalization;

namespace Forage.OffPolicy.Learning;

/// <summary>
/// (1 - ε) π₁ + ε π₂ at the first position: to go on exploring with the logging policy, or to change over to a new policy step by step. Later
/// positions of a slate are the mixture without what is placed, as for every stochastic policy.
/// </summary>
public sealed class MixturePolicy : IPolicy
{
    /// <summary>A mixture of two policies.</summary>
    /// <param name="first">π₁.</param>
    /// <param name="second">π₂.</param>
    /// <param name="share">ε in [0, 1], the share of π₂.</param>
    public MixturePolicy(IPolicy first, IPolicy second, double share)
    {
        if (!(share is >= 0 and <= 1)) throw new ForageException(string.Create(CultureInfo.InvariantCulture, $"The share of a mixture's second policy is {share}; expected 0 to 1."));
        (First, Second, Share) = (first, second, share);
    }

    /// <summary>π₁.</summary>
    public IPolicy First { get; }

    /// <summary>π₂.</summary>
    public IPolicy Second { get; }

    /// <summary>ε.</summary>
    public double Share { get; }

    /// <inheritdoc/>
    public ActionDistribution Distribution(scoped in DecisionContext context, PolicyScratch scratch)
    {
        var mixed = scratch.Doubles(context.ActionCount);
        mixed.Clear();
        Add(First.Distribution(context, scratch), 1 - Share, mixed);
        Add(Second.Distribution(context, scratch), Share, mixed);
        return new ActionDistribution(default, mixed);
    }

    private static void Add(scoped in ActionDistribution p, double share, Span<double> to)
    {
        for (int i = 0; i < p.Count; i++) to[p.ActionAt(i)] += share * p.Probabilities[i];
    }
}
