using Forage.Budgets.Internals;

namespace Forage.Budgets.Practical;

/// <summary>
/// Contextual bandits under budgets by regression and prices (Slivkins, Sankararaman, Foster 2023): SquareCB on the priced reward r - Σ λ_i c_i, each of whose parts is estimated by its mean in the context, and prices moved by online gradient
/// steps towards spending B_i/T a round. O(K R) a round, no class of policies.
/// </summary>
/// <remarks>
/// p(a) = 1/(K + γ_t (s_max - s_a)/(1 + Σ λ_i)), the rest to the best action (Foster, Rakhlin 2020); λ_i ← [λ_i + η_i (c_i - B_i/T)] clipped to [0, T/B_i], η_i = PriceStep/√B_i. The null action's parts are known to be 0.
/// </remarks>
public sealed class LagrangianRegression : IBudgetedBandit
{
    private readonly ResourceBudgets _budgets;
    private readonly LagrangianOptions _options;
    private readonly double[] _count, _reward, _consumption, _prices;
    private readonly bool[] _closed;
    private readonly int _contexts;
    private int _open;

    /// <summary>An algorithm at round 0.</summary>
    /// <param name="actions">K, the null action among them.</param>
    /// <param name="contexts">Number of contexts.</param>
    /// <param name="budgets">Budgets and horizon.</param>
    /// <param name="options">How it works.</param>
    public LagrangianRegression(int actions, int contexts, ResourceBudgets budgets, LagrangianOptions options)
    {
        if (actions < 1 || contexts < 1) BudgetThrow.Wrong($"{actions} actions and {contexts} contexts were asked for; expected at least 1 of each.");
        (Actions, _contexts, _budgets, _options, _closed, _open) = (actions, contexts, budgets, options.Validated(), new bool[actions], actions);
        (_count, _reward, _consumption, _prices) = (new double[actions * contexts], new double[actions * contexts], new double[actions * contexts * budgets.Resources], new double[budgets.Resources]);
    }

    /// <inheritdoc/>
    public int Actions { get; }

    /// <summary>Rounds passed.</summary>
    public long Rounds { get; private set; }

    /// <summary>λ: the price of a unit of each resource, in rewards.</summary>
    public ReadOnlySpan<double> Prices => _prices;

    /// <inheritdoc/>
    public void Distribution(int context, Span<double> pmf)
    {
        int best = 0;
        double scale = 1;
        foreach (double price in _prices) scale += price;
        for (int a = 0; a < pmf.Length; a++)
        {
            pmf[a] = Score(context * Actions + a, a);
            if (pmf[a] > pmf[best] && !_closed[a]) best = a;
        }
        double top = pmf[best], gamma = _options.Greed * Math.Sqrt(_open * (double)(Rounds + 1)) / scale, rest = 1;
        for (int a = 0; a < pmf.Length; a++)
            if (a != best) rest -= pmf[a] = _closed[a] ? 0 : 1 / (_open + gamma * (top - pmf[a]));
        pmf[best] = rest;
    }

    /// <inheritdoc/>
    public void Observe(int context, int action, double probability, double reward, ReadOnlySpan<double> consumption)
    {
        BudgetRound.Check(context, _contexts, action, Actions, probability, reward, consumption, _budgets.Resources);
        int cell = context * Actions + action;
        _count[cell]++;
        _reward[cell] += reward;
        for (int i = 0; i < consumption.Length; i++) _consumption[cell * consumption.Length + i] += consumption[i];
        Pass(consumption);
    }

    /// <inheritdoc/>
    public void Skip(int context, int action)
    {
        if (action != 0 && !_closed[action])
        {
            _closed[action] = true;
            _open--;
        }
        Pass(default);
    }

    // Half a success is assumed of what was never tried: it halves with the first failure.
    private double Score(int cell, int action)
    {
        if (action == 0) return 0;
        double priced = 0, count = _count[cell] + 1;
        for (int i = 0; i < _prices.Length; i++) priced += _prices[i] * _consumption[cell * _prices.Length + i];
        return (_reward[cell] + 0.5 - priced) / count;
    }

    private void Pass(ReadOnlySpan<double> consumption)
    {
        Rounds++;
        for (int i = 0; i < _prices.Length; i++)
        {
            if (!(_budgets.Limits[i] > 0)) continue;
            double over = (consumption.IsEmpty ? 0 : consumption[i]) - _budgets.Rate(i);
            _prices[i] = Math.Clamp(_prices[i] + _options.PriceStep / Math.Sqrt(_budgets.Limits[i]) * over, 0, 1 / _budgets.Rate(i));
        }
    }
}
