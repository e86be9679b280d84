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

    /// <summary>Intersects the interval of one number with [estimate - radius, estimate + radius] (Eqs. 6-7). Intervals that miss each other, which has small probability, meet at the point of the old one nearest the new.</summary>
    /// <param name="quantity">0 for the reward, i + 1 for resource i.</param>
    /// <param name="policy">Number of the policy.</param>
    /// <param name="estimate">r̂ or ĉ_i.</param>
    /// <param name="radius">rad_t(K/α).</param>
    public void Intersect(int quantity, int policy, double estimate, double radius)
    {
        int at = quantity * Policies + policy;
        double low = Math.Max(_low[at], Math.Min(estimate - radius, _high[at])), high = Math.Min(_high[at], Math.Max(estimate + radius, _low[at]));
        (_low[at], _high[at]) = (low, Math.Max(low, high));
    }
}
