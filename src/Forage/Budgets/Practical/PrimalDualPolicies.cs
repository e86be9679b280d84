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
    private readonly double[] _upper, _lower, _prices; // bounds of every policy's reward, of each resource for every policy, price of every policy
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
        (_upper, _lower, _prices) = (new double[policies.Count], new double[policies.Count * budgets.Resources], new double[policies.Count]);
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
        Book(reward, consumption);
    }

    /// <summary>A refused action is what the arm's round came to: nothing earned, nothing consumed.</summary>
    public void Skip(int context, int action) => Book(0, []);

    private void Book(double reward, ReadOnlySpan<double> consumption)
    {
        int r = _budgets.Resources;
        var sums = _sums.AsSpan(_chosen * _budgets.Dimension, _budgets.Dimension);
        double n = ++_plays[_chosen];
        sums[0] += reward;
        for (int i = 0; i < consumption.Length; i++) sums[i + 1] += consumption[i] * _budgets.UniformScale(i);
        _upper[_chosen] = Math.Min(1, sums[0] / n + Width(sums[0] / n, n));
        for (int i = 0; i < r; i++)
        {
            double mean = sums[i + 1] / n, lower = Math.Max(0, mean - Width(mean, n));
            _lower[i * _upper.Length + _chosen] = lower;
            _logWeights[i] += _step * lower;
        }
        _logWeights[^1] += _step * _budgets.Smallest / _budgets.Horizon;
        if (++Rounds < _policies.Count) _chosen = (int)Rounds; // each once
        else Choose();
    }

    private void Choose()
    {
        double top = _logWeights.Max(), total = 0;
        for (int i = 0; i < _weights.Length; i++) total += _weights[i] = Math.Exp(_logWeights[i] - top);
        int n = _upper.Length;
        Array.Fill(_prices, _weights[^1] * _budgets.Smallest / _budgets.Horizon / total);
        for (int i = 0; i < _budgets.Resources; i++)
        {
            double weight = _weights[i] / total;
            var lower = _lower.AsSpan(i * n, n);
            for (int j = 0; j < n; j++) _prices[j] += weight * lower[j];
        }
        _chosen = 0;
        for (int j = 1; j < n; j++)
            if (_upper[j] * _prices[_chosen] > _upper[_chosen] * _prices[j]) _chosen = j;
    }

    private double Width(double mean, double n) => Math.Sqrt(_radius * mean / n) + _radius / n;
}
