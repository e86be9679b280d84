using Forage.Budgets.Internals;
using Forage.Budgets.Programs;

namespace Forage.Budgets.Elimination;

/// <summary>
/// A polytope that holds every distribution that is LP-perfect for some µ in a box: with OPT- = max {r-·Q : c+·Q ≤ b} and b_i = B_i/T, F = {P : r+·P ≥ OPT-, c-_i·P ≤ b_i, Σ P = 1, P ≥ 0}. It stands for the
/// convex hull F_t of Algorithm 1 of paper 01, over which nothing can be maximised in reasonable time; every linear function is maximised over F by a program of R + 2 rows. Its vertices have at most d + 1
/// policies, d with time, which is all that the proof of Theorem 1 needs (docs/why/mixture-elimination.md).
/// </summary>
/// <remarks>Why it holds them: if P is LP-perfect for µ, then r+·P ≥ r·P ≥ r·Q ≥ r-·Q for every Q with c+·Q ≤ b, as c·Q ≤ b makes Q feasible for µ, and c-·P ≤ c·P ≤ b.</remarks>
public sealed class PerfectPolytope
{
    private const double Slack = 1e-9; // of OPT-, so that rounding empties nothing
    private readonly LinearProgram _program;
    private readonly double[] _prices, _objective;

    /// <summary>The polytope of a box.</summary>
    /// <param name="box">Intervals for N policies. One of them must be the null policy with all its intervals [0, 0].</param>
    /// <param name="budgets">Makes b.</param>
    /// <param name="nullPolicy">Number of the null policy.</param>
    public PerfectPolytope(ConfidenceBox box, ResourceBudgets budgets, int nullPolicy)
    {
        if (box.Resources != budgets.Resources) BudgetThrow.Wrong($"A region of {box.Resources} resources does not fit budgets of {budgets.Resources}.");
        int n = box.Policies, r = box.Resources;
        (Count, NullPolicy) = (n, nullPolicy);
        var pessimist = KnapsackProgram.Optimum(new ExpectedOutcomes(box.RewardLow, box.ConsumptionHigh), budgets);
        LeastRate = pessimist.Certificate.Value;
        double[] matrix = new double[(r + 2) * n], limits = new double[r + 2];
        box.ConsumptionLow.CopyTo(matrix);
        matrix.AsSpan(r * n, n).Fill(1);
        for (int i = 0; i < n; i++) matrix[(r + 1) * n + i] = -box.RewardHigh[i];
        for (int i = 0; i < r; i++) limits[i] = budgets.Rate(i);
        limits[r] = 1;
        limits[r + 1] = Slack - LeastRate;
        _program = new LinearProgram(matrix, limits);
        (_prices, _objective) = (new double[r + 2], new double[n]);
    }

    /// <summary>N, the null policy among them.</summary>
    public int Count { get; }

    /// <summary>Number of the null policy.</summary>
    public int NullPolicy { get; }

    /// <summary>OPT-, what the best mixture surely earns a round.</summary>
    public double LeastRate { get; }

    /// <summary>max over F of objective·P.</summary>
    /// <param name="objective">N numbers; the null policy's ≥ 0.</param>
    /// <param name="mixture">Receives a vertex that attains it; it sums to one.</param>
    public LinearCertificate Maximise(ReadOnlySpan<double> objective, Span<double> mixture)
    {
        var certificate = _program.Maximise(objective, mixture, _prices);
        double sum = 0;
        foreach (double p in mixture) sum += p;
        if (sum < 1) mixture[NullPolicy] += 1 - sum;
        else foreach (ref double p in mixture) p /= sum;
        return certificate;
    }

    /// <summary>α_π = max over F of P(π), for every policy.</summary>
    /// <param name="most">Receives α: the greater of what a vertex attains and what the dual proves, at most 1.</param>
    /// <param name="centre">Receives the mean of the N vertices found, which lies in F.</param>
    /// <returns>The worst certificate's gap and violation, whichever is greatest.</returns>
    public double Extremes(Span<double> most, Span<double> centre)
    {
        var vertex = new double[Count];
        double worst = 0;
        centre.Clear();
        for (int i = 0; i < Count; i++)
        {
            Array.Clear(_objective);
            _objective[i] = 1;
            var certificate = Maximise(_objective, vertex);
            most[i] = Math.Clamp(Math.Max(certificate.Bound, vertex[i]), 0, 1);
            for (int j = 0; j < Count; j++) centre[j] += vertex[j] / Count;
            worst = Math.Max(worst, Math.Max(Math.Abs(certificate.Bound - certificate.Value), Math.Max(certificate.PrimalViolation, certificate.DualViolation)));
        }
        return worst;
    }
}
