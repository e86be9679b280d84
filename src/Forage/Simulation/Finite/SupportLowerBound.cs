using Forage.Bandits;
using Forage.Bandits.Taming;

namespace Forage.Simulation.Finite;

/// <summary>
/// An instance on which no sparse distribution satisfies Eq. 3 of paper 02 (Theorem 4): n equally frequent contexts whose actions all earn nothing; π_0 plays action 0 everywhere and
/// π_(i,j) plays j ≠ 0 in context i only. If π_(i,j) has no weight then action j has probability µ in context i, and E^[1/Q^µ(π_(i,j)(x)|x)] ≥ p^_i/µ, more than
/// 2K + b = 2K once µ &lt; p^_i/(2K). So all n (K - 1) policies are in the support; with n ≈ 1/(4Kµ) that is Ω(√(K τ/ln(τ N/δ))).
/// </summary>
/// <remarks>With rewards of 0 every b_π is 0, whatever was drawn; the paper leaves its proof to its full version, this one is our own.</remarks>
public sealed class SupportLowerBound
{
    /// <summary>The instance for a number of rounds.</summary>
    /// <param name="actions">K ≥ 2.</param>
    /// <param name="rounds">τ_M: every solution at an epoch's end from round τ_M/2 on has the whole support.</param>
    /// <param name="options">Constants that make µ.</param>
    /// <exception cref="ForageException">The rounds are too few for even two contexts.</exception>
    public SupportLowerBound(int actions, long rounds, TamingOptions options)
    {
        if (actions < 2) throw new ForageException($"A support bound over {actions} action(s) was asked for; expected at least 2.");
        int contexts = 1;
        while (4 * actions * options.Mu(rounds / 2, actions, LogSize(contexts + 1, actions)) * (contexts + 1) <= 1) contexts++;
        if (contexts < 2) throw new ForageException($"{rounds:N0} rounds are too few for a support bound over {actions} actions: µ is still {options.Mu(rounds / 2, actions, LogSize(2, actions)):G3}.");
        double[] probabilities = new double[contexts], means = new double[contexts * actions];
        Array.Fill(probabilities, 1.0 / contexts);
        World = new FiniteWorld(probabilities, means);
        Support = contexts * (actions - 1);
        var choices = new int[(Support + 1) * contexts];
        for (int p = 0; p < Support; p++) choices[(p + 1) * contexts + p / (actions - 1)] = 1 + p % (actions - 1);
        Policies = new PolicyTable(actions, contexts, choices);
    }

    /// <summary>The world: nothing earns anything.</summary>
    public FiniteWorld World { get; }

    /// <summary>π_0, then the π_(i,j).</summary>
    public PolicyTable Policies { get; }

    /// <summary>The least support of any Q that satisfies Eq. 3, n (K - 1), as long as no context came less than half as often as it should.</summary>
    public int Support { get; }

    private static double LogSize(int contexts, int actions) => Math.Log(contexts * (actions - 1.0) + 1);
}
