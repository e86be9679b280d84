using Forage.Budgets.Internals;

namespace Forage.Budgets.Programs;

/// <summary>An LP-perfect distribution over policies and the proof that it is one (paper 01, Lemma 5).</summary>
/// <param name="Mixture">P(π), N probabilities.</param>
/// <param name="Null">Probability of doing nothing, 1 - Σ P.</param>
/// <param name="Value">OPT_LP: no algorithm earns more in expectation (Lemma 4).</param>
/// <param name="Prices">What one more unit of each resource would earn; the last is that of one more round.</param>
/// <param name="Certificate">Of the program a round: its value is OPT_LP/T.</param>
public sealed record PerfectMixture(double[] Mixture, double Null, double Value, double[] Prices, LinearCertificate Certificate);

/// <summary>The linear approximation of paper 01, §3.1.</summary>
public static class KnapsackProgram
{
    /// <summary>LP(P, µ) = r(P, µ) min_i B_i/c_i(P, µ) over all resources, time among them (Eqs. 3-4): what P earns until something runs out, were nothing random. 0 if P earns nothing.</summary>
    /// <param name="mixture">P, probabilities; what is missing from 1 is the null policy's.</param>
    /// <param name="outcomes">µ.</param>
    /// <param name="budgets">B_i and T.</param>
    public static double Value(ReadOnlySpan<double> mixture, ExpectedOutcomes outcomes, ResourceBudgets budgets)
    {
        Check(outcomes, budgets);
        double rounds = budgets.Horizon;
        for (int i = 0; i < budgets.Resources; i++)
        {
            double consumed = outcomes.Consumed(i, mixture);
            if (consumed > 0) rounds = Math.Min(rounds, budgets.Limits[i] / consumed);
        }
        return outcomes.Reward(mixture) * rounds;
    }

    /// <summary>
    /// OPT_LP = max_P LP(P, µ) and an LP-perfect P: max r·P subject to c_i·P ≤ B_i/T and Σ P ≤ 1, times T. The null policy takes the rest, so a vertex has at most d = R + 1 policies, it among them.
    /// </summary>
    public static PerfectMixture Optimum(ExpectedOutcomes outcomes, ResourceBudgets budgets)
    {
        Check(outcomes, budgets);
        int n = outcomes.Count, rows = budgets.Dimension;
        double[] matrix = new double[rows * n], limits = new double[rows], mixture = new double[n], prices = new double[rows];
        outcomes.AllConsumption.CopyTo(matrix);
        matrix.AsSpan((rows - 1) * n).Fill(1);
        for (int i = 0; i < rows - 1; i++) limits[i] = budgets.Rate(i);
        limits[^1] = 1;
        var certificate = new LinearProgram(matrix, limits).Maximise(outcomes.Rewards, mixture, prices);
        return new PerfectMixture(mixture, Math.Max(0, 1 - mixture.Sum()), certificate.Value * budgets.Horizon, prices, certificate);
    }

    private static void Check(ExpectedOutcomes outcomes, ResourceBudgets budgets)
    {
        if (outcomes.Resources != budgets.Resources) BudgetThrow.Wrong($"Outcomes of {outcomes.Resources} resources do not fit budgets of {budgets.Resources}.");
    }
}
