namespace Forage.OffPolicy.Learning;

/// <summary>The logging policy while working on its log: the distribution recorded with the decision where there is one, else the policy asked anew.</summary>
/// <param name="inner">The policy that made the log.</param>
public sealed class RecordedPolicy(IPolicy inner) : IPolicy
{
    /// <summary>The policy that made the log.</summary>
    public IPolicy Inner { get; } = inner;

    /// <inheritdoc/>
    public ActionDistribution Distribution(scoped in DecisionContext context, PolicyScratch scratch) =>
        context.Logged.IsEmpty ? Inner.Distribution(context, scratch) : new ActionDistribution(default, context.Logged);
}
