namespace Forage.Budgets.Programs;

/// <summary>
/// How good a solution of max c·x, Ax ≤ b, x ≥ 0 is, computed from the program's own numbers and from x and y alone: with no violation, Value ≤ optimum ≤ Bound (weak duality).
/// </summary>
/// <param name="Value">c·x.</param>
/// <param name="Bound">b·y.</param>
/// <param name="PrimalViolation">Largest of (Ax - b)_i and -x_j, at least 0.</param>
/// <param name="DualViolation">Largest of (c - Aᵀy)_j and -y_i, at least 0.</param>
public readonly record struct LinearCertificate(double Value, double Bound, double PrimalViolation, double DualViolation)
{
    /// <summary>True if values agree and constraints hold to a tolerance.</summary>
    public bool Holds(double tolerance) => Math.Abs(Bound - Value) <= tolerance * (1 + Math.Abs(Value)) && PrimalViolation <= tolerance && DualViolation <= tolerance;
}
