using Forage.Budgets.Internals;

namespace Forage.Budgets.Practical;

/// <summary>How <see cref="LagrangianRegression"/> works.</summary>
public sealed record LagrangianOptions
{
    /// <summary>γ_t = this times √(K t): how fast SquareCB turns greedy, &gt; 0.</summary>
    public double Greed { get; init; } = 16;

    /// <summary>The step of prices is this over √B_i, ≥ 0. With 0 prices stay at 0: greedy until broke.</summary>
    public double PriceStep { get; init; } = 2;

    internal LagrangianOptions Validated()
    {
        if (!(Greed > 0 && double.IsFinite(Greed))) BudgetThrow.Wrong($"The greed of γ is {Greed}; expected a positive number.");
        if (!(PriceStep >= 0 && double.IsFinite(PriceStep))) BudgetThrow.Wrong($"The step of prices is {PriceStep}; expected a finite number of at least 0.");
        return this;
    }
}
