namespace Forage.Bandits.Taming;

/// <summary>What happened at the end of an epoch, when (OP) was solved.</summary>
/// <param name="Number">m, from 1.</param>
/// <param name="Rounds">τ_m: observations it was solved with.</param>
/// <param name="Mu">µ_m.</param>
/// <param name="Steps">Times step 8 of Algorithm 2 was executed: at most 4 ln(1/(Kµ))/µ from Q = 0 (Theorem 3).</param>
/// <param name="OracleCalls">Calls of the oracle: the best policy so far, one a step, and the last, which found nothing.</param>
/// <param name="Support">Policies with positive weight.</param>
/// <param name="Mass">Σ_π Q_m(π) ≤ 1; the rest goes to the best policy so far.</param>
/// <param name="Regret">Σ_π Q_m(π) b_π, at most 2K (Eq. 2).</param>
/// <param name="Violation">max over policies of V_π - (2K + b_π) as the oracle saw it last; at most 0 says Eq. 3 holds, if the oracle is exact.</param>
/// <param name="Certified">True if the oracle is exact, so that halting proves Eqs. 2 and 3.</param>
/// <param name="PotentialBefore">Φ_m at the start of the descent, NaN unless <see cref="TamingOptions.TracePotential"/>.</param>
/// <param name="PotentialAfter">Φ_m(Q_m), NaN likewise.</param>
public readonly record struct TamingEpoch(
    int Number, long Rounds, double Mu, int Steps, int OracleCalls, int Support, double Mass, double Regret, double Violation, bool Certified,
    double PotentialBefore = double.NaN, double PotentialAfter = double.NaN);
