using Forage.Oracles;

namespace Forage.Bandits.Taming.Internals;

/// <summary>One step 8 of Algorithm 2.</summary>
/// <param name="Policy">π, whose weight grew.</param>
/// <param name="Variance">V_π(Q) = E^_x[1/Q^µ(π(x)|x)].</param>
/// <param name="Violation">D_π(Q) = V_π(Q) - (2K + b_π) > 0.</param>
/// <param name="SecondMoment">S_π(Q) = E^_x[1/Q^µ(π(x)|x)²].</param>
/// <param name="Added">α_π(Q) = (V + D)/(2(1 - Kµ)S).</param>
internal readonly record struct DescentStep(IContextPolicy Policy, double Variance, double Violation, double SecondMoment, double Added);

/// <summary>
/// Algorithm 2: coordinate descent that solves (OP), i.e. finds weights Q ≥ 0 over policies, of sum at most 1, with
/// <code>
/// Σ_π Q(π) b_π ≤ 2K                                    (2)
/// E^_x[1/Q^µ(π(x)|x)] ≤ 2K + b_π for every π ∈ Π       (3)
/// b_π = (R^(π_t) - R^(π))/(ψµ),  Q^µ(a|x) = (1 - Kµ) Q(a|x) + µ
/// </code>
/// without ever looking at Π but through the oracle: r~_x(a) = (1/t)(ψµ n_x/Q^µ(a|x) + Σ r^(a)) makes the policy of largest reward that of largest D_π (Eq. 5).
/// </summary>
/// <remarks>
/// Inside Q^µ the weights are as they are, without the rest that sampling gives to the default policy. Σ Q(π)(2K + b_π) is read off the table:
/// Σ_π Q(π) R^(π) = (1/t) Σ_{x,a} Q(a|x) Σ r^_x(a). If an inexact oracle turns up a policy that earns more than π_t, that becomes π_t, so b ≥ 0 always.
/// </remarks>
internal sealed class CoordinateDescent
{
    private readonly IArgMaxOracle _oracle;
    private readonly RewardSums _history;
    private readonly PolicyWeights _weights;
    private readonly DescentBuffers _buffers;
    private readonly int _actions;
    private readonly double _rest; // 1 - Kµ
    private readonly double _unit; // ψµ
    private double _spent; // Σ Q(π)(2K + b_π)

    /// <summary>Finds π_t with one call of the oracle.</summary>
    /// <param name="oracle">Looks at Π.</param>
    /// <param name="history">H_t, with a row for every context of the oracle.</param>
    /// <param name="weights">Q_init, likewise; changed in place.</param>
    /// <param name="mu">µ in (0, 1/K).</param>
    /// <param name="psi">ψ.</param>
    /// <param name="buffers">Memory to work in, of one descent at a time.</param>
    public CoordinateDescent(IArgMaxOracle oracle, RewardSums history, PolicyWeights weights, double mu, double psi, DescentBuffers buffers)
    {
        (_oracle, _history, _weights, _actions) = (oracle, history, weights, oracle.Actions);
        (Mu, _rest, _unit) = (mu, 1 - oracle.Actions * mu, psi * mu);
        _buffers = buffers;
        buffers.Reserve(history.Contexts, oracle.Actions);
        history.Sums.CopyTo(Rewards);
        Best = Ask();
        BestValue = Value();
        if (!oracle.IsExact) BetterOfSupport();
        Recount();
    }

    /// <summary>µ.</summary>
    public double Mu { get; }

    /// <summary>π_t, the best policy so far.</summary>
    public IContextPolicy Best { get; private set; }

    /// <summary>R^(π_t).</summary>
    public double BestValue { get; private set; }

    /// <summary>Calls of the oracle so far.</summary>
    public int OracleCalls { get; private set; }

    /// <summary>Steps 8 so far.</summary>
    public int Steps { get; private set; }

    /// <summary>D of the policy the oracle found last.</summary>
    public double Violation { get; private set; } = double.NaN;

    /// <summary>Σ Q(π)(2K + b_π).</summary>
    public double Spent => _spent;

    /// <summary>Σ Q(π) b_π.</summary>
    public double Regret => _spent - 2 * _actions * _weights.Total;

    /// <summary>Step 4: if Σ Q(π)(2K + b_π) exceeds 2K, scales Q so that it does not.</summary>
    /// <returns>c (Eq. 4), or 1 if there was nothing to do.</returns>
    public double Rescale()
    {
        double limit = 2 * _actions;
        if (!(_spent > limit)) return 1;
        double c = limit / _spent;
        _weights.Multiply(c);
        _spent = limit;
        return c;
    }

    /// <summary>Steps 6-8: adds to the weight of the policy that violates Eq. 3 most, or says that none does.</summary>
    public bool Step(out DescentStep step)
    {
        FillRewards();
        var policy = Ask();
        double value = Value();
        if (value > BestValue && !_oracle.IsExact)
        {
            (Best, BestValue) = (policy, value);
            Recount();
        }
        double limit = 2 * _actions + Math.Max(0, BestValue - value) / _unit;
        var (variance, second) = Moments();
        Violation = variance - limit;
        double added = (variance + Violation) / (2 * _rest * second);
        step = new DescentStep(policy, variance, Violation, second, added);
        if (!(Violation > 0)) return false;
        _weights.Add(policy, Choices, added);
        _spent += added * limit;
        Steps++;
        return true;
    }

    /// <summary>Runs to the halt, or for at most <paramref name="limit"/> steps.</summary>
    /// <returns>False if the limit came first.</returns>
    public bool Run(long limit = long.MaxValue)
    {
        for (; ; )
        {
            Rescale();
            if (Steps >= limit) return false;
            if (!Step(out _)) return true;
        }
    }

    /// <summary>
    /// Φ(Q) = τµ (E^_x[RE(U ‖ Q^µ(·|x))]/(1 - Kµ) + Σ_π Q(π) b_π/(2K)) (Eq. 6), RE(p ‖ q) = Σ_a p_a ln(p_a/q_a) + q_a - p_a.
    /// </summary>
    public double Potential()
    {
        double entropy = 0, uniform = 1.0 / _actions;
        var counts = _history.Counts;
        for (int x = 0; x < counts.Length; x++)
        {
            if (counts[x] == 0) continue;
            double sum = 0;
            for (int a = 0; a < _actions; a++)
            {
                double q = Smoothed(x * _actions + a);
                sum += q - uniform - uniform * Math.Log(q * _actions);
            }
            entropy += counts[x] * sum;
        }
        return Mu * (entropy / _rest + _history.Rounds * Regret / (2 * _actions));
    }

    private Span<double> Rewards => _buffers.Rewards.AsSpan(0, _history.Sums.Length);

    // What the policy found last plays.
    private Span<int> Choices => _buffers.Choices.AsSpan(0, _history.Contexts);

    private IContextPolicy Ask()
    {
        OracleCalls++;
        var policy = _oracle.Best(Rewards);
        policy.Choose(0, Choices);
        return policy;
    }

    private double Smoothed(int entry) => _rest * (_weights.Scale * _weights.Table[entry]) + Mu;

    // Eq. 5, summed over the rounds of each context.
    private void FillRewards()
    {
        var table = _weights.Table;
        var sums = _history.Sums;
        var counts = _history.Counts;
        var rewards = Rewards;
        double factor = _rest * _weights.Scale, share = 1.0 / _history.Rounds;
        for (int x = 0, at = 0; x < counts.Length; x++)
        {
            double bonus = _unit * counts[x];
            for (int a = 0; a < _actions; a++, at++) rewards[at] = share * (bonus / (factor * table[at] + Mu) + sums[at]);
        }
    }

    // R^ of the policy whose choices are at hand.
    private double Value()
    {
        double sum = 0;
        var choices = Choices;
        var sums = _history.Sums;
        for (int x = 0; x < choices.Length; x++) sum += sums[x * _actions + choices[x]];
        return sum / _history.Rounds;
    }

    // V and S of the policy whose choices are at hand.
    private (double Variance, double SecondMoment) Moments()
    {
        double variance = 0, second = 0;
        var counts = _history.Counts;
        var choices = Choices;
        for (int x = 0; x < counts.Length; x++)
        {
            double inverse = 1 / Smoothed(x * _actions + choices[x]);
            variance += counts[x] * inverse;
            second += counts[x] * inverse * inverse;
        }
        return (variance / _history.Rounds, second / _history.Rounds);
    }

    private void Recount()
    {
        double earned = 0;
        var table = _weights.Table;
        var sums = _history.Sums;
        for (int i = 0; i < sums.Length; i++) earned += table[i] * sums[i];
        earned *= _weights.Scale / _history.Rounds;
        _spent = _weights.Total * 2 * _actions + Math.Max(0, _weights.Total * BestValue - earned) / _unit;
    }

    private void BetterOfSupport()
    {
        foreach (var policy in _weights.Policies)
        {
            policy.Choose(0, Choices);
            if (Value() is var value && value > BestValue) (Best, BestValue) = (policy, value);
        }
    }
}
