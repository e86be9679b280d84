using Forage.Budgets.Internals;

namespace Forage.Budgets.Oracle;

/// <summary>How <see cref="OracleBudgets"/> works.</summary>
public sealed record OracleBudgetOptions
{
    /// <summary>ψ &gt; 0: an estimated regret counts b_P = (f(P_t) - f(P))/(ψµ). The paper's constants are hundreds and do not exploit at horizons one can run.</summary>
    public double Psi { get; init; } = 0.3;

    /// <summary>Multiplies the square root in µ, in (0, 1].</summary>
    public double MuScale { get; init; } = 0.1;

    /// <summary>δ of µ, in (0, 1).</summary>
    public double Delta { get; init; } = 0.05;

    /// <summary>The distribution is made anew whenever the round number has grown by this factor, &gt; 1; the paper's epochs double.</summary>
    public double Growth { get; init; } = 1.4;

    /// <summary>Most steps of coordinate descent, at least 1; an epoch that needs more goes on with what it has.</summary>
    public int MostSteps { get; init; } = 500;

    internal OracleBudgetOptions Validated()
    {
        if (!(Psi > 0 && double.IsFinite(Psi))) BudgetThrow.Wrong($"The constant ψ is {Psi}; expected a positive number.");
        if (!(MuScale is > 0 and <= 1)) BudgetThrow.Wrong($"The multiplier of µ is {MuScale}; expected one above 0, at most 1.");
        if (!(Delta is > 0 and < 1)) BudgetThrow.Wrong($"The failure probability δ is {Delta}; expected one between 0 and 1.");
        if (!(Growth is > 1 and <= 10)) BudgetThrow.Wrong($"The distribution is to be made anew when rounds have grown by {Growth}; expected more than 1, at most 10.");
        if (MostSteps < 1) BudgetThrow.Wrong($"{MostSteps} steps of coordinate descent were allowed; expected at least 1.");
        return this;
    }

    /// <summary>µ after t rounds: min{1/(2K), <see cref="MuScale"/> √(ln(16 t² N (d + 1)/δ)/(K t))}.</summary>
    internal double Mu(long rounds, int actions, int dimension, double logPolicies)
        => rounds < 1 ? 0.5 / actions : Math.Min(0.5 / actions, MuScale * Math.Sqrt((Math.Log(16 * (dimension + 1.0) / Delta) + 2 * Math.Log(rounds) + logPolicies) / ((double)actions * rounds)));
}
