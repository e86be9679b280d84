namespace Forage.OffPolicy;

/// <summary>Logged decisions that can be gone over in any order, by several threads at once: what learners of many passes read.</summary>
public interface IDecisionLog
{
    /// <summary>Number of decisions.</summary>
    int Count { get; }

    /// <summary>What policies may see of decision <paramref name="i"/>.</summary>
    DecisionContext Context(int i);

    /// <summary>What was shown in decision <paramref name="i"/>.</summary>
    ReadOnlySpan<LoggedAction> Slate(int i);
}
