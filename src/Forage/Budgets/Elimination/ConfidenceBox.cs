using Forage.Budgets.Internals;

namespace Forage.Budgets.Elimination;

/// <summary>
/// The confidence region I of paper 01: an interval for r(π) and for each c_i(π), all within [0, 1]. Intervals only shrink.
/// </summary>
public sealed class ConfidenceBox
{
    private readonly double[] _low, _high; // rewards, then one row a resource

    /// <summary>The region that knows nothing: [0, 1] everywhere.</summary>
    public ConfidenceBox(int policies, int resources)
    {
        if (policies < 1 || resources < 0) BudgetThrow.Wrong($"A region for {policies} policies and {resources} resources was asked for; expected at least 1 and 0.");
        (Policies, Resources) = (policies, resources);
        (_low, _high) = (new double[policies * (resources + 1)], new double[policies * (resources + 1)]);
        Array.Fill(_high, 1);
    }

    /// <summary>N.</summary>
    public int Policies { get; }

    /// <summary>R, resources besides time.</summary>
    public int Resources { get; }

    /// <summary>Lower ends of r(π).</summary>
    public ReadOnlySpan<double> RewardLow => _low.AsSpan(0, Policies);

    /// <summary>Upper ends of r(π).</summary>
    public ReadOnlySpan<double> RewardHigh => _high.AsSpan(0, Policies);

    /// <summary>Lower ends of c_i(π), R × N.</summary>
    public ReadOnlySpan<double> ConsumptionLow => _low.AsSpan(Policies);

    /// <summary>Upper ends of c_i(π), R × N.</summary>
    public ReadOnlySpan<double> ConsumptionHigh => _high.AsSpan(Policies);

    /// <summary>True if a tuple lies in the region.</summary>
    public bool Contains(ExpectedOutcomes outcomes)
    {
        for (int q = 0; q <= Resources; q++)
        {
            var values = q == 0 ? outcomes.Rewards : outcomes.Consumption(q - 1);
            for (int i = 0; i < Policies; i++)
                if (!(values[i] >= _low[q * Policies + i] && values[i] <= _high[q * Policies + i])) return false;
        }
        return true;
    }

    /// <summary>Moves estimates of a whole tuple to the nearest that lies in the region.</summary>
    /// <param name="estimates">(R + 1) × N numbers, rewards first, moved.</param>
    public void Nearest(Span<double> estimates)
    {
        for (int i = 0; i < estimates.Length; i++) estimates[i] = Math.Clamp(estimates[i], _low[i], _high[i]);
    }

    /// <summary>
    /// Intersects the interval of one number with [estimate - radius, estimate + radius] (Eqs. 6-7). Intervals that miss each other prove that one of them is wrong, which has small probability if the radius is the proved one: the
    /// new one then replaces the old, as it rests on more.
    /// </summary>
    /// <param name="quantity">0 for the reward, i + 1 for resource i.</param>
    /// <param name="policy">Number of the policy.</param>
    /// <param name="estimate">r̂ or ĉ_i.</param>
    /// <param name="radius">Half the new interval's width.</param>
    /// <returns>False if the intervals missed each other.</returns>
    public bool Intersect(int quantity, int policy, double estimate, double radius)
    {
        int at = quantity * Policies + policy;
        double low = Math.Clamp(estimate - radius, 0, 1), high = Math.Clamp(estimate + radius, 0, 1);
        bool meet = low <= _high[at] && high >= _low[at];
        (_low[at], _high[at]) = meet ? (Math.Max(low, _low[at]), Math.Min(high, _high[at])) : (low, high);
        return meet;
    }
}
