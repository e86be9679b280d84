using Forage.Bandits.Internals;

namespace Forage.Bandits.Finite;

/// <summary>
/// EXP4.P (Beygelzimer, Langford, Li, Reyzin, Schapire 2011, Algorithm 1): exponential weights over N policies, with a bonus for uncertain estimates that makes the regret
/// 6 sqrt(K T ln(N/δ)) with probability 1 - δ. Costs N a round, whatever the structure of the class.
/// </summary>
/// <remarks>
/// p_min = sqrt(ln N/(K T)), p_j = (1 - K p_min) Σ_i w_i 1{π_i = j}/W + p_min, y^_i = r 1{π_i = a}/p_a, v^_i = 1/p(π_i),
/// w_i ← w_i exp(p_min/2 (y^_i + v^_i sqrt(ln(N/δ)/(K T)))). Weights are kept as logarithms.
/// </remarks>
public sealed class Exp4P : IFiniteBandit
{
    private readonly PolicyTable _policies;
    private readonly double[] _logs, _pmf;
    private readonly double _bonus;

    /// <summary>The algorithm at its start.</summary>
    /// <param name="policies">The class.</param>
    /// <param name="rounds">T, known beforehand.</param>
    /// <param name="delta">δ in (0, 1).</param>
    public Exp4P(PolicyTable policies, long rounds, double delta = 0.05)
    {
        if (rounds < 1) throw new ForageException($"{rounds} rounds; expected at least 1.");
        if (delta is not (> 0 and < 1)) throw new ForageException($"The failure probability is {delta}; expected a number between 0 and 1.");
        _policies = policies;
        (_logs, _pmf) = (new double[policies.Count], new double[policies.Actions]);
        double kt = (double)policies.Actions * rounds;
        LeastProbability = Math.Min(1.0 / policies.Actions, Math.Sqrt(Math.Log(Math.Max(2, policies.Count)) / kt));
        _bonus = Math.Sqrt(Math.Log(policies.Count / delta) / kt);
    }

    /// <inheritdoc/>
    public int Actions => _policies.Actions;

    /// <summary>p_min.</summary>
    public double LeastProbability { get; }

    /// <summary>Normalised weight of a policy.</summary>
    public double Weight(int policy)
    {
        double top = _logs.Max();
        return Math.Exp(_logs[policy] - top) / _logs.Sum(l => Math.Exp(l - top));
    }

    /// <inheritdoc/>
    public void Distribution(int context, Span<double> pmf)
    {
        FiniteRound.Check(context, _policies.Contexts);
        if (pmf.Length != Actions) BanditThrow.ActionCount(pmf.Length, Actions);
        double top = double.NegativeInfinity, sum = 0;
        foreach (double l in _logs) top = Math.Max(top, l);
        pmf.Clear();
        for (int i = 0; i < _logs.Length; i++)
        {
            double w = Math.Exp(_logs[i] - top);
            pmf[_policies[i, context]] += w;
            sum += w;
        }
        foreach (ref double p in pmf) p = (1 - Actions * LeastProbability) * p / sum + LeastProbability;
    }

    /// <inheritdoc/>
    public void Observe(int context, int action, double probability, double reward)
    {
        FiniteRound.Check(context, _policies.Contexts, action, Actions, probability, reward);
        Distribution(context, _pmf);
        double estimate = reward / probability;
        for (int i = 0; i < _logs.Length; i++)
        {
            int taken = _policies[i, context];
            _logs[i] += 0.5 * LeastProbability * ((taken == action ? estimate : 0) + _bonus / _pmf[taken]);
        }
    }
}
