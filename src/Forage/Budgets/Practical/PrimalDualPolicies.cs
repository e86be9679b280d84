using Forage.Bandits;
using Forage.Budgets.Internals;

namespace Forage.Budgets.Practical;

/// <summary>
/// The reduction that paper 01 improves on: PrimalDualBwK (Badanidiyuru, Kleinberg, Slivkins 2013) with every policy an arm, learned about only when it is played. Plays the arm of the greatest optimistic reward over optimistic price;
/// prices are multiplicative weights on what the arms played surely consumed.
/// </summary>
/// <remarks>Budgets are made uniform first. rad(ν, n) = √(C ν/n) + C/n; v_i ∝ (1+ε)^(Σ lower consumption of i), ε = √(ln d/B), time among the d resources.</remarks>
public sealed class PrimalDualPolicies : IBudgetedBandit
{
    private readonly PolicyTable _policies;
    private readonly ResourceBudgets _budgets;
    private readonly double _radius, _step;
    private readonly double[] _sums, _logWeights, _weights; // sums: reward, then resources, a policy's side by side
    private readonly long[] _plays;
    private int _chosen;

    /// <summary>An algorithm at round 0.</summary>
    /// <param name="policies">The arms.</param>
    /// <param name="budgets">Budgets and horizon.</param>
    /// <param name="radius">C &gt; 0 of the confidence radius; ln(d N T) is what is proved.</param>
    public PrimalDualPolicies(PolicyTable policies, ResourceBudgets budgets, double radius = 0.5)
    {
        if (!(radius > 0 && double.IsFinite(radius))) BudgetThrow.Wrong($"The constant of the confidence radius is {radius}; expected a positive number.");
        (_policies, _budgets, _radius) = (policies, budgets, radius);
        _step = Math.Log(1 + Math.Sqrt(Math.Log(budgets.Dimension) / Math.Max(1, budgets.Smallest)));
        (_sums, _plays) = (new double[policies.Count * budgets.Dimension], new long[policies.Count]);
        (_logWeights, _weights) = (new double[budgets.Dimension], new double[budgets.Dimension]);
    }

    /// <inheritdoc/>
    public int Actions => _policies.Actions;

    /// <summary>The arm of the coming round.</summary>
    public int Chosen => _chosen;

    /// <summary>Rounds passed.</summary>
    public long Rounds { get; private set; }

    /// <inheritdoc/>
    public void Distribution(int context, Span<double> pmf)
    {
        pmf.Clear();
        pmf[_policies[_chosen, context]] = 1;
    }

    /// <inheritdoc/>
    public void Observe(int context, int action, double probability, double reward, ReadOnlySpan<double> consumption)
    {
        BudgetRound.Check(context, _policies.Contexts, action, Actions, probability, reward, consumption, _budgets.Resources);
        var sums = _sums.AsSpan(_chosen * _budgets.Dimension, _budgets.Dimension);
        _plays[_chosen]++;
        sums[0] += reward;
        for (int i = 0; i < consumption.Length; i++) sums[i + 1] += consumption[i] * _budgets.UniformScale(i);
        for (int i = 0; i < consumption.Length; i++) _logWeights[i] += _step * Lower(_chosen, i);
        _logWeights[^1] += _step * _budgets.Smallest / _budgets.Horizon;
        Choose();
    }

    /// <inheritdoc/>
    public void Skip(int context, int action) => Choose();

    private void Choose()
    {
        Rounds++;
        if (Rounds < _policies.Count)
        {
            _chosen = (int)Rounds; // each once
            return;
        }
        double top = _logWeights.Max(), total = 0;
        for (int i = 0; i < _weights.Length; i++) total += _weights[i] = Math.Exp(_logWeights[i] - top);
        double best = double.NegativeInfinity;
        for (int j = 0; j < _plays.Length; j++)
        {
            double n = Math.Max(1, _plays[j]), mean = _sums[j * _budgets.Dimension] / n;
            double price = _weights[^1] * _budgets.Smallest / _budgets.Horizon;
            for (int i = 0; i < _budgets.Resources; i++) price += _weights[i] * Lower(j, i);
            double ratio = Math.Min(1, mean + Width(mean, n)) / (price / total);
            if (ratio <= best) continue;
            (best, _chosen) = (ratio, j);
        }
    }

    private double Lower(int policy, int resource)
    {
        double n = Math.Max(1, _plays[policy]), mean = _sums[policy * _budgets.Dimension + resource + 1] / n;
        return Math.Max(0, mean - Width(mean, n));
    }

    private double Width(double mean, double n) => Math.Sqrt(_radius * mean / n) + _radius / n;
}
