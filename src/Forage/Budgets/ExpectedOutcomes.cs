using Forage.Budgets.Internals;

namespace Forage.Budgets;

/// <summary>The tuple µ of paper 01, §3: expected reward and consumption a round of each of N policies.</summary>
public sealed class ExpectedOutcomes
{
    private readonly double[] _rewards;
    private readonly double[] _consumption;

    /// <summary>A tuple.</summary>
    /// <param name="rewards">N expected rewards r(π), finite.</param>
    /// <param name="consumption">R × N expected consumptions c_i(π) ≥ 0, a resource's row after the other.</param>
    public ExpectedOutcomes(ReadOnlySpan<double> rewards, ReadOnlySpan<double> consumption)
    {
        if (rewards.IsEmpty || consumption.Length % rewards.Length != 0) BudgetThrow.Wrong($"{consumption.Length} consumptions were given for {rewards.Length} policies; expected as many a resource and at least one policy.");
        foreach (double r in rewards)
            if (!double.IsFinite(r)) BudgetThrow.Wrong($"An expected reward of {r} was given; expected a finite number.");
        foreach (double c in consumption)
            if (!(c >= 0 && double.IsFinite(c))) BudgetThrow.Wrong($"An expected consumption of {c} was given; expected a finite number of at least 0.");
        (_rewards, _consumption) = (rewards.ToArray(), consumption.ToArray());
    }

    /// <summary>N.</summary>
    public int Count => _rewards.Length;

    /// <summary>R, resources besides time.</summary>
    public int Resources => _consumption.Length / Count;

    /// <summary>r(π) of every policy.</summary>
    public ReadOnlySpan<double> Rewards => _rewards;

    /// <summary>c_i(π) of every policy for one resource.</summary>
    public ReadOnlySpan<double> Consumption(int resource) => _consumption.AsSpan(resource * Count, Count);

    /// <summary>All of it, R × N.</summary>
    public ReadOnlySpan<double> AllConsumption => _consumption;

    /// <summary>r(P, µ) = Σ P(π) r(π).</summary>
    public double Reward(ReadOnlySpan<double> mixture) => Dot(mixture, _rewards);

    /// <summary>c_i(P, µ) = Σ P(π) c_i(π).</summary>
    public double Consumed(int resource, ReadOnlySpan<double> mixture) => Dot(mixture, Consumption(resource));

    internal static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
