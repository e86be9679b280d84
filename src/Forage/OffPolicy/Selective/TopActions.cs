using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy.Selective;

/// <summary>Φ_p(x): the p most probable actions of a policy, as a rule the logging policy; fewer where its support is smaller. Most probable first, ties to the lower action.</summary>
public sealed class TopActions : IActionSelector
{
    private readonly GreedyPolicy _ranking;

    /// <summary>The top <paramref name="count"/> actions of <paramref name="policy"/>.</summary>
    /// <param name="policy">ρ.</param>
    /// <param name="count">p ≥ 1, and no less than the length of the slates it is used for.</param>
    /// <exception cref="ForageException"><paramref name="count"/> is below 1.</exception>
    public TopActions(IPolicy policy, int count)
    {
        if (count < 1) OffPolicyThrow.BadOption("The number of actions selected", count, "at least 1");
        (Policy, Count, _ranking) = (policy, count, new GreedyPolicy(policy));
    }

    /// <summary>ρ.</summary>
    public IPolicy Policy { get; }

    /// <summary>p.</summary>
    public int Count { get; }

    /// <inheritdoc/>
    public ReadOnlySpan<int> Select(scoped in DecisionContext context, PolicyScratch scratch) => _ranking.Rank(context, Count, scratch);
}
