using Forage.Extreme;

namespace Forage.OffPolicy.Selective;

/// <summary>A selector from a table, row i for decision i of a log: the relevant actions Ψ(x) where the truth is known, or candidates found elsewhere.</summary>
/// <param name="rows">One set of distinct actions a decision.</param>
public sealed class FixedActions(LabelSets rows) : IActionSelector
{
    /// <inheritdoc/>
    /// <exception cref="ForageException">The decision has no row.</exception>
    public ReadOnlySpan<int> Select(scoped in DecisionContext context, PolicyScratch scratch)
    {
        if (context.Number < 0 || context.Number >= rows.Count)
            throw new ForageException($"There are selected actions for {rows.Count} decisions and none for decision {context.Number}: expected a row for every decision, by its number in the log.");
        return rows[(int)context.Number];
    }
}
