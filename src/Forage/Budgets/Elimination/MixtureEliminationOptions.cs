using Forage.Budgets.Internals;

namespace Forage.Budgets.Elimination;

/// <summary>How <see cref="MixtureElimination"/> works.</summary>
public sealed record MixtureEliminationOptions
{
    /// <summary>
    /// C_rad of rad_t(ν) = √(C_rad ν/t), &gt; 0; null for the constant with which Lemma 8 is proved, <see cref="ProvedRadius"/>. With that nothing is told apart before millions of rounds; 0.1 to 0.5 learns, and promises nothing.
    /// </summary>
    public double? Radius { get; init; } = 0.25;

    /// <summary>The share of uniform play q0 in (0, ½]; null for the paper's min{½, √((K/T) ln(K T N))}.</summary>
    public double? Noise { get; init; }

    /// <summary>The region and P are made anew whenever the round number has grown by this factor, &gt; 1. In between they are what they were: a larger region, whose P is still certified.</summary>
    public double Growth { get; init; } = 1.1;

    internal MixtureEliminationOptions Validated()
    {
        if (Radius is { } r && !(r > 0 && double.IsFinite(r))) BudgetThrow.Wrong($"C_rad is {r}; expected a positive number.");
        if (Noise is { } q && !(q is > 0 and <= 0.5)) BudgetThrow.Wrong($"The share of uniform play q0 is {q}; expected one in (0, 0.5].");
        if (!(Growth is > 1 and <= 10)) BudgetThrow.Wrong($"The region is to be made anew when rounds have grown by {Growth}; expected more than 1, at most 10.");
        return this;
    }

    /// <summary>q0 = min{½, √((K/T) ln(K T N))}.</summary>
    public double NoiseFor(int actions, long horizon, int policies) => Noise ?? Math.Min(0.5, Math.Sqrt(actions / (double)horizon * Math.Log((double)actions * horizon * policies)));

    /// <summary>
    /// The C_rad with which Eqs. 6-7 are proved for all rounds, policies, d quantities and both sides at once with probability 1 - 1/T: 8 L, L = ln(2 d N T³). Lemma 7 with variance v, size K/q0 and δ = 1/(2 d N T²)
    /// bounds t |r̂ - r| by √(4 v L + 5 (K L/q0)²) ≤ t times <see cref="Width"/>.
    /// </summary>
    public static double ProvedRadius(int dimension, long horizon, int policies) => 8 * (Math.Log(2.0 * dimension * policies) + 3 * Math.Log(horizon));

    /// <summary>
    /// Half an interval's width, √(C v/2)/t + √5 C K/(8 q0 t), v = Σ_s V_π,s the variance of the t estimates so far. By Eq. 5 v ≤ 2 K t/α, which gives the paper's rad_t(K/α); v itself is known and mostly smaller. The second
    /// term is what Lemma 7 adds for the size of one estimate. The paper leaves it out; it is of lower order, but without it one early estimate of a rare action may throw the truth out for good.
    /// </summary>
    /// <param name="radius">C.</param>
    /// <param name="variance">v.</param>
    /// <param name="actions">K.</param>
    /// <param name="noise">q0.</param>
    /// <param name="rounds">t.</param>
    public static double Width(double radius, double variance, int actions, double noise, long rounds) => Math.Sqrt(radius * variance / 2) / rounds + Math.Sqrt(5) * radius * actions / (8 * noise * rounds);
}
