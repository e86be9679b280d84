namespace Forage.Bandits.Elimination;

/// <summary>By how much a regressor's cumulative squared error may exceed the least one before it is eliminated.</summary>
public enum EliminationRadius
{
    /// <summary>
    /// 18 ln(1/δ_t) with δ_t = δ/(2N t³ max(1, log2 t)): step 4 of paper 07, from Freedman's inequality. Survivors have lost at most √(200 K ln(1/δ_t)/t) of the best
    /// mean reward (Lemma 4.1).
    /// </summary>
    Freedman,

    /// <summary>
    /// ½ ln(N/δ), for all t at once and at least 36 times smaller. With Z_t = Σ [(f - r)² - (f* - r)²] and rewards in [0, 1], exp(-2 Z_t) is a supermartingale: given x and a,
    /// (f - r)² - (f* - r)² = d² - 2d(r - f*) with d = f - f*, and Hoeffding's lemma gives E exp(-2(d² - 2d(r - f*))) ≤ exp(-2d² + 2d²) = 1. So P(Z_t ≤ -½ ln(N/δ) for
    /// some t) ≤ δ/N (Ville), and with probability 1-δ f* is never eliminated. Likewise E exp(-Z + ½ Σ d²) ≤ 1: survivors have Σ_t E_t[d_t²] ≤ 3.82 ln(N/δ) with
    /// probability 1-δ, where the paper has 100 ln(1/δ_t).
    /// </summary>
    Supermartingale,
}
