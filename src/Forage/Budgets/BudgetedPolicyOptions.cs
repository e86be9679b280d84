using Forage.Budgets.Internals;

namespace Forage.Budgets;

/// <summary>How <see cref="BudgetedPolicy"/> works.</summary>
public sealed record BudgetedPolicyOptions
{
    /// <summary>Number of the action that earns and consumes nothing. It must always be allowed.</summary>
    public int NullAction { get; init; }

    /// <summary>The most any action can consume of each resource at once; null for 1 of each. Prices are moved in these units, so it must not be far too large.</summary>
    public IReadOnlyList<double>? Largest { get; init; }

    /// <summary>The step of prices is this over √B_i, B_i in units of <see cref="Largest"/>, ≥ 0. With 0 prices stay at 0 and only the ledger holds the budget.</summary>
    public double PriceStep { get; init; } = 1;

    internal double[] Validated(ResourceBudgets budgets)
    {
        if (NullAction < 0) BudgetThrow.Wrong($"The null action is {NullAction}; expected the number of an action.");
        if (!(PriceStep >= 0 && double.IsFinite(PriceStep))) BudgetThrow.Wrong($"The step of prices is {PriceStep}; expected a finite number of at least 0.");
        double[] largest = Largest is null ? [.. Enumerable.Repeat(1.0, budgets.Resources)] : [.. Largest];
        if (largest.Length != budgets.Resources) BudgetThrow.Wrong($"The largest consumption of {largest.Length} resources was given; expected {budgets.Resources}.");
        foreach (double c in largest)
            if (!(c > 0 && double.IsFinite(c))) BudgetThrow.Wrong($"The largest consumption of a resource is {c}; expected a positive number.");
        return largest;
    }
}
