namespace Forage.Bandits.Taming;

/// <summary>Constants of <see cref="Ilovetoconbandits"/>. The defaults are the paper's, which its theorems need; docs/taming.md says what they cost.</summary>
public sealed record TamingOptions
{
    /// <summary>When the distribution is computed anew. Default <see cref="EpochSchedule.Squares"/>.</summary>
    public EpochSchedule Schedule { get; init; } = EpochSchedule.Squares;

    /// <summary>Probability δ with which the regret bound may fail, in (0, 1). Default 0.05.</summary>
    public double Delta { get; init; } = 0.05;

    /// <summary>
    /// ψ > 0: an estimated regret counts b_π = Reg^(π)/(ψµ). Default 100, the paper's, at which the algorithm exploits only after some 40,000 K ln N / Reg²
    /// rounds; 1 or less to see it at work.
    /// </summary>
    public double Psi { get; init; } = 100;

    /// <summary>Multiplies the square root in µ, in (0, 1]. Default 1, the paper's; 0.1 explores uniformly a tenth as much once the cap 1/(2K) is left.</summary>
    public double MuScale { get; init; } = 1;

    /// <summary>ln N if the oracle's own <see cref="Oracles.IArgMaxOracle.LogPolicies"/> is not to be used; null to use it.</summary>
    public double? LogPolicies { get; init; }

    /// <summary>Compute the potential (Eq. 6) at both ends of every epoch; costs K logarithms a context each time. Default false.</summary>
    public bool TracePotential { get; init; }

    /// <summary>µ after τ rounds: min{1/(2K), <see cref="MuScale"/> · √(ln(16 τ² N/δ)/(K τ))}, and 1/(2K) for τ = 0.</summary>
    /// <param name="rounds">τ.</param>
    /// <param name="actions">K.</param>
    /// <param name="logPolicies">ln N.</param>
    public double Mu(long rounds, int actions, double logPolicies)
    {
        double cap = 0.5 / actions;
        if (rounds < 1) return cap;
        double log = Math.Log(16) + 2 * Math.Log(rounds) + logPolicies - Math.Log(Delta);
        return Math.Min(cap, MuScale * Math.Sqrt(log / ((double)actions * rounds)));
    }

    internal void Validate()
    {
        Require(Delta is > 0 and < 1, "failure probability δ", Delta, "a number between 0 and 1");
        Require(Psi is > 0 and < double.PositiveInfinity, "constant ψ", Psi, "a positive number");
        Require(MuScale is > 0 and <= 1, "multiplier of µ", MuScale, "a number above 0 up to 1");
        Require(LogPolicies is null or (>= 0 and < double.PositiveInfinity), "logarithm of the number of policies", LogPolicies, "0 or more");
    }

    private static void Require(bool holds, string what, object? value, string expected)
    {
        if (!holds) throw new ForageException($"The {what} is {value}; expected {expected}.");
    }
}
