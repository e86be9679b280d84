using Forage.Budgets.Internals;

namespace Forage.Budgets;

/// <summary>
/// The budgets of paper 01, §3: a horizon of T rounds and R more resources with B_i units each. Time is the resource whose consumption is always 1, so the paper's d is R + 1.
/// </summary>
public sealed class ResourceBudgets
{
    private readonly double[] _limits;

    /// <summary>Budgets.</summary>
    /// <param name="horizon">T, rounds, at least 1.</param>
    /// <param name="limits">B_i of every resource but time, ≥ 0, in the units in which it is consumed.</param>
    /// <exception cref="ForageException">A budget is negative or no number.</exception>
    public ResourceBudgets(long horizon, ReadOnlySpan<double> limits)
    {
        if (horizon < 1) BudgetThrow.Wrong($"A horizon of {horizon} rounds was given; expected at least 1.");
        for (int i = 0; i < limits.Length; i++)
            if (!(limits[i] >= 0 && double.IsFinite(limits[i]))) BudgetThrow.Wrong($"Resource {i} has a budget of {limits[i]}; expected a finite number of at least 0.");
        (Horizon, _limits, Smallest) = (horizon, limits.ToArray(), horizon);
        foreach (double limit in limits) Smallest = Math.Min(Smallest, limit);
    }

    /// <summary>T, rounds.</summary>
    public long Horizon { get; }

    /// <summary>R, the number of resources besides time.</summary>
    public int Resources => _limits.Length;

    /// <summary>The paper's d: all resources, time among them.</summary>
    public int Dimension => Resources + 1;

    /// <summary>B_i of every resource but time.</summary>
    public ReadOnlySpan<double> Limits => _limits;

    /// <summary>B = min over all resources of B_i, time among them (§3).</summary>
    public double Smallest { get; }

    /// <summary>B_i/T: what may be consumed a round.</summary>
    public double Rate(int resource) => _limits[resource] / Horizon;

    /// <summary>B/B_i: consumption times this, with budget B for every resource, is the same problem with uniform budgets (§3). 1 if B_i is 0.</summary>
    public double UniformScale(int resource) => _limits[resource] > 0 ? Smallest / _limits[resource] : 1;

    /// <summary>All budgets and the horizon times a factor.</summary>
    public ResourceBudgets Scaled(double factor) => new((long)Math.Round(Horizon * factor), [.. _limits.Select(b => b * factor)]);
}
