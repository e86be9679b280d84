using Forage.Bandits.Elimination.Internals;

namespace Forage.Bandits.Elimination;

/// <summary>How <see cref="RegressorElimination"/> works; as it stands, it is Algorithm 1 of paper 07.</summary>
public sealed record RegressorEliminationOptions
{
    /// <summary>T, the number of rounds to come: μ = min{1/(2K), 1/√T}. Playing on afterwards is allowed and explores as before.</summary>
    public required long Horizon { get; init; }

    /// <summary>δ in (0, 1): probability with which the guarantees may fail.</summary>
    public double Delta { get; init; } = 0.05;

    /// <summary>What a regressor's error may exceed the least by.</summary>
    public EliminationRadius Radius { get; init; } = EliminationRadius.Freedman;

    /// <summary>The radius is multiplied by this, &gt; 0; below 1 nothing is promised any more.</summary>
    public double RadiusMultiplier { get; init; } = 1;

    /// <summary>
    /// §8: eliminate nobody for good, but play each round with those that are within the radius of the least error of the whole class. A regressor lost by bad luck comes
    /// back; the price is that errors are kept for all N.
    /// </summary>
    public bool Soft { get; init; }

    /// <summary>Share by which V_f may exceed E_x|A(F, x)| in Eq. 3.1, in [1e-9, 1].</summary>
    public double Tolerance { get; init; } = 1e-3;

    internal RegressorEliminationOptions Validated()
    {
        if (Horizon < 1) EliminationThrow.Wrong($"The horizon is {Horizon} rounds; expected at least 1.");
        if (!(Delta is > 0 and < 1)) EliminationThrow.Wrong($"The probability of failure δ is {Delta}; expected one between 0 and 1.");
        if (!(RadiusMultiplier > 0 && double.IsFinite(RadiusMultiplier))) EliminationThrow.Wrong($"The radius is multiplied by {RadiusMultiplier}; expected a positive number.");
        if (!Enum.IsDefined(Radius)) EliminationThrow.Wrong($"The radius is of kind {(int)Radius}; expected one of {string.Join(", ", Enum.GetNames<EliminationRadius>())}.");
        if (!(Tolerance is >= 1e-9 and <= 1)) EliminationThrow.Wrong($"The tolerance is {Tolerance}; expected 1e-9 to 1.");
        return this;
    }

    /// <summary>The radius after <paramref name="rounds"/> rounds of a class of <paramref name="count"/> regressors.</summary>
    public double RadiusAt(long rounds, int count)
    {
        double t = rounds;
        return RadiusMultiplier * (Radius == EliminationRadius.Supermartingale
            ? Math.Log(count / Delta) / 2
            : 18 * (Math.Log(2 * count / Delta) + 3 * Math.Log(t) + Math.Log(Math.Max(1, Math.Log2(t)))));
    }
}
