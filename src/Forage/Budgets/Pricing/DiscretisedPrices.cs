using Forage.Bandits;
using Forage.Budgets.Internals;

namespace Forage.Budgets.Pricing;

/// <summary>
/// Contextual pricing with finitely many prices (paper 01, §9): every policy's price is rounded down to a multiple of ε, and an action is one of the prices that are left. Π_ε = {π_ε : π ∈ Π}.
/// </summary>
/// <remarks>
/// With sales that fall in the price and are Lipschitz with constant L, S(π) ≤ S(π_ε) ≤ S(π) + ε L, and OPT_LP(Π) - OPT_LP(Π_ε) ≤ 2 δ T + 2 ε B with δ = (2 ε B L/T)^(1/3) (Lemmas 20-22). Only prices that some policy asks are
/// actions: K is at most policies × contexts however small ε is.
/// </remarks>
public sealed class DiscretisedPrices
{
    private readonly double[] _prices;

    /// <summary>A class of pricing policies, rounded.</summary>
    /// <param name="asked">Policies × contexts prices in [0, 1], a policy's row after the other; NaN for no offer.</param>
    /// <param name="contexts">Number of contexts.</param>
    /// <param name="step">ε in (0, 1].</param>
    public DiscretisedPrices(ReadOnlySpan<double> asked, int contexts, double step)
    {
        if (contexts < 1 || asked.IsEmpty || asked.Length % contexts != 0) BudgetThrow.Wrong($"{asked.Length} prices were given for {contexts} contexts; expected as many a policy and at least one policy.");
        if (!(step is > 0 and <= 1)) BudgetThrow.Wrong($"The step of prices is {step}; expected one above 0, at most 1.");
        var multiples = new SortedSet<long>();
        foreach (double price in asked)
        {
            if (!(price is >= 0 and <= 1 || double.IsNaN(price))) BudgetThrow.Wrong($"A price of {price} is asked; expected one in [0, 1].");
            if (!double.IsNaN(price)) multiples.Add(Multiple(price, step));
        }
        if (multiples.Count >= PolicyTable.MostActions) BudgetThrow.Wrong($"With a step of {step} the policies ask {multiples.Count} different prices; expected fewer than {PolicyTable.MostActions}.");
        long[] sorted = [.. multiples];
        var choices = new int[asked.Length];
        for (int i = 0; i < choices.Length; i++) choices[i] = double.IsNaN(asked[i]) ? 0 : 1 + Array.BinarySearch(sorted, Multiple(asked[i], step));
        (Step, _prices, Policies) = (step, [double.NaN, .. sorted.Select(m => Math.Min(1, m * step))], new PolicyTable(sorted.Length + 1, contexts, choices));
    }

    /// <summary>ε.</summary>
    public double Step { get; }

    /// <summary>The price of each action; NaN for action 0, which makes no offer.</summary>
    public ReadOnlySpan<double> Prices => _prices;

    /// <summary>Π_ε over those actions.</summary>
    public PolicyTable Policies { get; }

    /// <summary>Theorem 3's ε = (B L)^(-2/5) T^(-1/5) ln(T N)^(3/5), at most 1. Regret is then O(T^(3/5) B^(1/5) (L ln(T N))^(1/5)).</summary>
    /// <param name="supply">B.</param>
    /// <param name="horizon">T.</param>
    /// <param name="lipschitz">L ≥ 1.</param>
    /// <param name="policies">N.</param>
    public static double StepFor(double supply, long horizon, double lipschitz, int policies)
    {
        if (!(supply > 0 && lipschitz >= 1 && horizon >= 1 && policies >= 1)) BudgetThrow.Wrong($"A supply of {supply}, {horizon} rounds, a Lipschitz constant of {lipschitz} and {policies} policies were given; expected a positive supply, and at least 1 of the others.");
        return Math.Min(1, Math.Pow(supply * lipschitz, -0.4) * Math.Pow(horizon, -0.2) * Math.Pow(Math.Log((double)horizon * policies), 0.6));
    }

    /// <summary>2 δ T + 2 ε B, what rounding can cost at most (Lemma 22).</summary>
    public static double LargestLoss(double step, double supply, long horizon, double lipschitz) => 2 * Math.Cbrt(2 * step * supply * lipschitz / horizon) * horizon + 2 * step * supply;

    // The largest m with m ε ≤ price, for the doubles at hand.
    private static long Multiple(double price, double step)
    {
        long m = (long)Math.Floor(price / step);
        if (m * step > price) m--;
        else if ((m + 1) * step <= price) m++;
        return m;
    }
}
