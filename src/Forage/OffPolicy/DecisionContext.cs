using System.Runtime.InteropServices;
using Forage.Features;

namespace Forage.OffPolicy;

/// <summary>
/// What a policy may look at when it decides: context, actions and, for a decision read from a log, the logging policy's own distribution. What
/// was chosen and what came of it is not here, so a policy cannot peek. A view: it borrows the memory it was made from.
/// </summary>
public readonly ref struct DecisionContext
{
    /// <summary>A decision among <paramref name="actionCount"/> actions whose shared context is row <paramref name="firstRow"/> of <paramref name="rows"/>.</summary>
    /// <param name="rows">Shared context in row <paramref name="firstRow"/>, the actions' rows (if they have any) in those after it.</param>
    /// <param name="firstRow">Row of the shared context.</param>
    /// <param name="hasActionFeatures">True if action a has row <paramref name="firstRow"/> + 1 + a.</param>
    /// <param name="actionCount">Number of actions, excluded ones included.</param>
    /// <param name="excluded">Actions that cannot be chosen.</param>
    /// <param name="logged">The logging policy's dense distribution of the first position, or empty.</param>
    /// <param name="number">0-based number of the decision in its log, -1 if it is in none.</param>
    public DecisionContext(FeatureBlock rows, int firstRow, bool hasActionFeatures, int actionCount, ReadOnlySpan<int> excluded = default,
        ReadOnlySpan<double> logged = default, long number = -1)
    {
        Rows = rows;
        FirstRow = firstRow;
        HasActionFeatures = hasActionFeatures;
        ActionCount = actionCount;
        Excluded = excluded;
        Logged = logged;
        Number = number;
    }

    /// <summary>The context of a logged decision.</summary>
    public DecisionContext(LoggedDecision decision, long number = -1)
        : this(decision.Rows, 0, decision.HasActionFeatures, decision.ActionCount, AsSpan(decision.Excluded), AsSpan(decision.Distribution), number) { }

    /// <summary>Holds the rows.</summary>
    public FeatureBlock Rows { get; }

    /// <summary>Row of the shared context.</summary>
    public int FirstRow { get; }

    /// <summary>True if actions are described by rows of their own.</summary>
    public bool HasActionFeatures { get; }

    /// <summary>Number of actions, excluded ones included.</summary>
    public int ActionCount { get; }

    /// <summary>Actions that cannot be chosen; usually empty.</summary>
    public ReadOnlySpan<int> Excluded { get; }

    /// <summary>The logging policy's dense distribution of the first position; empty if not logged.</summary>
    public ReadOnlySpan<double> Logged { get; }

    /// <summary>0-based number of the decision in its log, -1 if it is in none.</summary>
    public long Number { get; }

    /// <summary>Dense vectors of decisions, made elsewhere by some encoder; null if there are none. Nobody looks at them who is not told to.</summary>
    public FeatureBlock? Vectors { get; init; }

    /// <summary>Row of this decision's vector in <see cref="Vectors"/>.</summary>
    public int VectorRow { get; init; }

    /// <summary>This decision's vector: number j is feature j.</summary>
    /// <exception cref="ForageException">There is none.</exception>
    public FeatureRow Vector => Vectors is null ? throw new ForageException("The policy looks at dense vectors of the decisions; expected them beside the log.") : Vectors[VectorRow];

    /// <summary>Number of actions that can be chosen.</summary>
    public int EligibleCount => ActionCount - Excluded.Length;

    /// <summary>The shared context.</summary>
    public FeatureRow Shared => Rows[FirstRow];

    /// <summary>Features of <paramref name="action"/> (the shared ones included); only with <see cref="HasActionFeatures"/>.</summary>
    public FeatureRow Action(int action) => Rows[FirstRow + 1 + action];

    /// <summary>True if <paramref name="action"/> can be chosen.</summary>
    public bool IsEligible(int action) => (uint)action < (uint)ActionCount && !Excluded.Contains(action);

    private static ReadOnlySpan<T> AsSpan<T>(IReadOnlyList<T>? items) => items switch
    {
        null => default,
        T[] array => array,
        List<T> list => CollectionsMarshal.AsSpan(list),
        _ => items.ToArray(),
    };
}
