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
    private readonly double[] _sure, _matrix, _limits, _prices, _objective, _vertex, _priced;

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
        _sure = pessimist.Mixture;
        _sure[nullPolicy] += pessimist.Null;
        double[] matrix = new double[(r + 2) * n], limits = new double[r + 2];
        box.ConsumptionLow.CopyTo(matrix);
        matrix.AsSpan(r * n, n).Fill(1);
        for (int i = 0; i < n; i++) matrix[(r + 1) * n + i] = -box.RewardHigh[i];
        for (int i = 0; i < r; i++) limits[i] = budgets.Rate(i);
        limits[r] = 1;
        limits[r + 1] = Slack - LeastRate;
        _program = new LinearProgram(matrix, limits);
        (_matrix, _limits, _prices, _objective, _vertex, _priced) = (matrix, limits, new double[r + 2], new double[n], new double[n], new double[n]);
    }

    /// <summary>N, the null policy among them.</summary>
    public int Count { get; }

    /// <summary>Number of the null policy.</summary>
    public int NullPolicy { get; }

    /// <summary>OPT-, what the best mixture surely earns a round.</summary>
    public double LeastRate { get; }

    /// <summary>A mixture that surely earns OPT- within the budgets. It lies in F.</summary>
    public ReadOnlySpan<double> Sure => _sure;

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
        double worst = 0;
        centre.Clear();
        for (int i = 0; i < Count; i++)
        {
            var certificate = Extreme(i);
            most[i] = Math.Clamp(Math.Max(certificate.Bound, _vertex[i]), 0, 1);
            for (int j = 0; j < Count; j++) centre[j] += _vertex[j] / Count;
            worst = Math.Max(worst, Worst(certificate));
        }
        return worst;
    }

    /// <summary>
    /// Lowers bounds on α by what the dual of one policy's program proves. With prices y ≥ 0 and A_j·y ≥ -δ for the columns A_j of all policies, every P in F has P(j) A_j·y ≤ Σ_i P(i) A_i·y + δ ≤ y·limits + δ: the bound of the
    /// policy itself becomes α, and those of others come down with it, so that α need not be computed for every policy.
    /// </summary>
    /// <param name="policy">The policy.</param>
    /// <param name="most">Upper bounds on α, lowered where this proves less.</param>
    /// <returns>The certificate's gap or violation, whichever is greatest.</returns>
    public double Tighten(int policy, Span<double> most)
    {
        var certificate = Extreme(policy);
        Array.Clear(_priced);
        for (int i = 0; i < _prices.Length; i++)
            if (_prices[i] > 0) Add(_prices[i], _matrix.AsSpan(i * Count, Count), _priced);
        double low = 0, total = 0;
        foreach (double p in _priced) low = Math.Max(low, -p);
        for (int i = 0; i < _prices.Length; i++) total += _prices[i] * _limits[i];
        total = Math.Max(0, total) + low;
        for (int j = 0; j < most.Length; j++)
            if (total < most[j] * _priced[j]) most[j] = total / _priced[j];
        return Worst(certificate);
    }

    private LinearCertificate Extreme(int policy)
    {
        Array.Clear(_objective);
        _objective[policy] = 1;
        return Maximise(_objective, _vertex);
    }

    private static double Worst(LinearCertificate c) => Math.Max(Math.Abs(c.Bound - c.Value), Math.Max(c.PrimalViolation, c.DualViolation));

    private static void Add(double factor, ReadOnlySpan<double> row, Span<double> to)
    {
        for (int j = 0; j < to.Length; j++) to[j] += factor * row[j];
    }
}
