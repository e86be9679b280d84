namespace Forage.Bandits.Elimination;

/// <summary>
/// What a distribution P over policies reaches in the constraint V_f ≤ bound for all f, where V_f = E_x[1/P'(π_f(x)|x)]: one maximum over the class, so
/// whoever doubts the solver can check it.
/// </summary>
/// <param name="Worst">max_f V_f.</param>
/// <param name="Mean">Σ_f P(f) V_f. L(P) exceeds the least L by at most (1-κ)(<paramref name="Worst"/> - <paramref name="Mean"/>).</param>
/// <param name="Bound">What V_f must not exceed: E_x|A(F, x)| in Eq. 3.1.</param>
/// <param name="MultiplicativeSteps">Steps of Cover's rule it took.</param>
/// <param name="Exchanges">Pairwise exchanges it took.</param>
public readonly record struct ExplorationCertificate(double Worst, double Mean, double Bound, int MultiplicativeSteps = 0, int Exchanges = 0)
{
    /// <summary>By which share the worst policy exceeds the bound; negative if there is room.</summary>
    public double Excess => Bound > 0 ? Worst / Bound - 1 : 0;

    /// <summary>True if no policy exceeds the bound by more than this share.</summary>
    public bool Holds(double tolerance) => Worst <= (1 + tolerance) * Bound;
}
