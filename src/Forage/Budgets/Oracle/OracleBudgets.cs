using Forage.Budgets.Internals;
using Forage.Oracles;

namespace Forage.Budgets.Oracle;

/// <summary>
/// Contextual bandits with knapsacks by calls of an arg-max oracle (Agrawal, Devanur, Li 2016): what ILOVETOCONBANDITS is to policies this is to mixtures of policies. With r^, c^ estimated by importance weighting and b_i what is left
/// of a budget for each round that is left,
/// <code>
/// f(P)  = r^(P) - Z max_i (c^_i(P)/b_i - 1)+,      P_t = arg max f over mixtures,      b_P = (f(P_t) - f(P))/(ψµ)
/// find Q over mixtures of weight at most 1 with   Σ Q(P) b_P ≤ 2K,   E^_x[Σ_a P(a|x)/Q^µ(a|x)] ≤ 2K + b_P for every mixture P,   Q^µ = (1 - Kµ) Q + µ
/// </code>
/// by coordinate descent; what Q lacks of 1 goes to P_t.
/// </summary>
/// <remarks>
/// f is concave and piecewise linear, so the mixture that violates the second line most is found by the same linear program as P_t. Z = 2 OPT^ a round, which is above the sum of the prices at the optimum, so that overspending never pays.
/// Unlike the paper b_i follows what is left (its B' is fixed beforehand, less than B by a term of √T), Z comes from the estimates instead of a first phase, and the constants are for use.
/// </remarks>
public sealed class OracleBudgets : IBudgetedBandit
{
    private const double Tolerance = 1e-3; // of linear programs, of their values
    private readonly IArgMaxOracle _oracle;
    private readonly ResourceBudgets _budgets;
    private readonly OracleBudgetOptions _options;
    private readonly PenalisedMixture _program;
    private readonly double[] _counts, _sums, _spent, _gains, _loads, _best, _mass, _objective, _pmfs;
    private readonly bool[] _closed;
    private readonly int _cells;
    private long _next;

    /// <summary>An algorithm at round 0.</summary>
    /// <param name="oracle">Looks at Π; action 0 is the null action, and playing it always is allowed whether Π has that policy or not.</param>
    /// <param name="budgets">Budgets and horizon.</param>
    /// <param name="options">How it works.</param>
    public OracleBudgets(IArgMaxOracle oracle, ResourceBudgets budgets, OracleBudgetOptions options)
    {
        (_oracle, _budgets, _options, _program, _cells) = (oracle, budgets, options.Validated(), new PenalisedMixture(oracle, budgets.Resources, Tolerance), oracle.Contexts * oracle.Actions);
        (_counts, _spent, _closed) = (new double[oracle.Contexts], new double[budgets.Resources], new bool[oracle.Actions]);
        (_sums, _gains, _loads) = (new double[_cells * budgets.Dimension], new double[_cells], new double[_cells * budgets.Resources]);
        (_best, _mass, _objective, _pmfs) = (new double[_cells], new double[_cells], new double[_cells], new double[_cells]);
        Array.Fill(_pmfs, 1.0 / oracle.Actions);
        _next = oracle.Actions;
    }

    /// <inheritdoc/>
    public int Actions => _oracle.Actions;

    /// <summary>Rounds passed.</summary>
    public long Rounds { get; private set; }

    /// <summary>How often the distribution was made.</summary>
    public int Renewals { get; private set; }

    /// <summary>Steps of coordinate descent of the last time.</summary>
    public int Steps { get; private set; }

    /// <summary>Calls of the oracle so far.</summary>
    public long OracleCalls => _program.Calls;

    /// <summary>The largest violation of the second line when the last descent ended, in units of 2K: small if it was not stopped early.</summary>
    public double Violation { get; private set; }

    /// <summary>f(P_t), what a round is estimated to be worth.</summary>
    public double BestValue { get; private set; }

    /// <inheritdoc/>
    public void Distribution(int context, Span<double> pmf)
    {
        _pmfs.AsSpan(context * Actions, Actions).CopyTo(pmf);
        for (int a = 1; a < pmf.Length; a++)
        {
            if (!_closed[a]) continue;
            pmf[0] += pmf[a];
            pmf[a] = 0;
        }
    }

    /// <inheritdoc/>
    public void Observe(int context, int action, double probability, double reward, ReadOnlySpan<double> consumption)
    {
        BudgetRound.Check(context, _oracle.Contexts, action, Actions, probability, reward, consumption, _budgets.Resources);
        int cell = context * Actions + action;
        _sums[cell] += reward / probability;
        for (int i = 0; i < consumption.Length; i++)
        {
            _sums[(i + 1) * _cells + cell] += consumption[i] / probability;
            _spent[i] += consumption[i];
        }
        Pass(context);
    }

    /// <inheritdoc/>
    public void Skip(int context, int action)
    {
        if (action != 0 && !_closed[action])
        {
            _closed[action] = true;
            _next = Rounds + 1;
        }
        Pass(context);
    }

    private void Pass(int context)
    {
        _counts[context]++;
        if (++Rounds < _next || Rounds >= _budgets.Horizon) return;
        _next = Math.Max(Rounds + 1, (long)Math.Ceiling(Rounds * _options.Growth));
        Estimate();
        Descend(_options.Mu(Rounds, Actions, _budgets.Dimension, _oracle.LogPolicies));
        Renewals++;
    }

    // What is estimated, consumption in units of what is left a round; a closed action is the null action.
    private void Estimate()
    {
        for (int cell = 0; cell < _cells; cell++)
        {
            int a = cell % Actions;
            bool known = a == 0 || _closed[a];
            _gains[cell] = known ? 0 : _sums[cell] / Rounds;
            for (int i = 0; i < _budgets.Resources; i++)
            {
                double left = Math.Max(0, _budgets.Limits[i] - _spent[i]) / (_budgets.Horizon - Rounds), used = _sums[(i + 1) * _cells + cell] / Rounds;
                _loads[i * _cells + cell] = known || used == 0 ? 0 : left > used * 1e-6 ? used / left : 1e6;
            }
        }
    }

    private void Descend(double mu)
    {
        _program.Load(_loads);
        double free = _program.Maximise(_gains, 0), twoK = 2.0 * Actions, unit = _options.Psi * mu, rest = 1 - Actions * mu;
        double penalty = 2 * _program.Maximise(_gains, 2 * free) + 1e-12;
        BestValue = _program.Maximise(_gains, penalty);
        _program.Table.CopyTo(_best);
        Array.Clear(_mass);
        double weight = 0, paid = 0; // Σ Q, Σ Q (2K + b)
        for (Steps = 0; ; Steps++)
        {
            if (paid > twoK)
            {
                double c = twoK / paid;
                foreach (ref double m in _mass.AsSpan()) m *= c;
                (weight, paid) = (weight * c, twoK);
            }
            for (int cell = 0; cell < _cells; cell++) _objective[cell] = _counts[cell / Actions] / Rounds / (rest * _mass[cell] + mu) + _gains[cell] / unit;
            double value = _program.Maximise(_objective, penalty / unit), violation = value - twoK - BestValue / unit;
            Violation = violation / twoK;
            if (!(violation > Tolerance * value) || Steps == _options.MostSteps) break;
            double variance = 0, second = 0;
            for (int cell = 0; cell < _cells; cell++)
            {
                double p = _program.Table[cell];
                if (p == 0) continue;
                double inverse = 1 / (rest * _mass[cell] + mu), share = p * _counts[cell / Actions] / Rounds;
                variance += share * inverse;
                second += share * inverse * inverse;
            }
            double added = (variance + violation) / (2 * rest * second);
            for (int cell = 0; cell < _cells; cell++) _mass[cell] += added * _program.Table[cell];
            weight += added;
            paid += added * (variance - violation); // V - D = 2K + b
        }
        for (int x = 0; x < _oracle.Contexts; x++)
        {
            var row = _pmfs.AsSpan(x * Actions, Actions);
            double sum = 0;
            for (int a = 1; a < row.Length; a++) sum += row[a] = rest * (_mass[x * Actions + a] + Math.Max(0, 1 - weight) * _best[x * Actions + a]) + mu;
            row[0] = Math.Max(0, 1 - sum);
        }
    }
}
