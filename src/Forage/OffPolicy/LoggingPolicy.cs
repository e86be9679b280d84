using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy;

/// <summary>The policy that made the log, where the log holds its distributions.</summary>
public sealed class LoggingPolicy : IPolicy
{
    /// <inheritdoc/>
    /// <exception cref="ForageException">The decision has no logged distribution.</exception>
    public ActionDistribution Distribution(scoped in DecisionContext context, PolicyScratch scratch)
    {
        if (context.Logged.IsEmpty) OffPolicyThrow.NoDistribution(context.Number);
        return new ActionDistribution(default, context.Logged);
    }
}
