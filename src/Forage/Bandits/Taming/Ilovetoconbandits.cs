using Forage.Bandits.Internals;
using Forage.Bandits.Taming.Internals;
using Forage.Oracles;

namespace Forage.Bandits.Taming;

/// <summary>
/// ILOVETOCONBANDITS (Agarwal, Hsu, Kale, Langford, Li, Schapire 2014, Algorithms 1 and 2): the importance-weighted low-variance epoch-timed oracleized
/// contextual bandits algorithm. Competes with the best of N policies with regret O(√(K T ln(T N/δ)) + K ln(T N/δ)) with probability 1 - δ, and looks
/// at the policies only through an arg-max oracle, Õ(√(K T/ln N)) times.
/// </summary>
/// <remarks>
/// Rounds τ_{m-1}+1..τ_m play with Q_{m-1}, µ_{m-1} and the default policy π_{τ_{m-1}}, the best by importance-weighted rewards then:
/// p(a|x) = (1 - Kµ)(Q(a|x) + (1 - Σ Q) 1{default(x) = a}) + µ. That very number is what <see cref="Observe"/> wants back; a reward that comes late
/// counts from when it comes, with the probability its action was drawn with. If the oracle throws while an epoch ends, what was observed is kept, play
/// goes on with the old distribution, and the next observation tries again.
/// </remarks>
public sealed class Ilovetoconbandits : IFiniteBandit
{
    private readonly IArgMaxOracle _oracle;
    private readonly RewardSums _history;
    private readonly DescentBuffers _buffers = new();
    private readonly double _logPolicies;
    private PolicyWeights _weights;
    private PolicyWeights _spare;
    private IContextPolicy _default;
    private int _epoch;
    private long _end;

    /// <summary>An algorithm that has seen nothing: it plays half by the oracle's choice for no rewards, half uniformly.</summary>
    /// <param name="oracle">Looks at the policies; one algorithm's own.</param>
    /// <param name="options">Constants; null for the paper's.</param>
    /// <exception cref="ForageException">An option is out of range.</exception>
    public Ilovetoconbandits(IArgMaxOracle oracle, TamingOptions? options = null)
    {
        Options = options ?? new TamingOptions();
        Options.Validate();
        if (oracle.Actions < 2) throw new ForageException($"A bandit over {oracle.Actions} action(s) was asked for; expected at least 2.");
        _logPolicies = Options.LogPolicies ?? oracle.LogPolicies;
        if (!(_logPolicies is >= 0 and < double.PositiveInfinity))
            throw new ForageException($"The oracle says that ln of the number of policies is {_logPolicies}; expected 0 or more: give it in the options.");
        _oracle = oracle;
        (_history, _weights, _spare) = (new RewardSums(oracle.Actions), new PolicyWeights(oracle.Actions), new PolicyWeights(oracle.Actions));
        Grow();
        _default = oracle.Best(_history.Sums);
        OracleCalls = 1;
        Mu = Options.Mu(0, oracle.Actions, _logPolicies);
        _end = Options.Schedule.EndAfter(1, 0);
    }

    /// <summary>Its constants.</summary>
    public TamingOptions Options { get; }

    /// <inheritdoc/>
    public int Actions => _oracle.Actions;

    /// <summary>Observations so far.</summary>
    public long Rounds => _history.Rounds;

    /// <summary>Epochs that have ended.</summary>
    public int Epochs => _epoch;

    /// <summary>Calls of the oracle so far; the first, before anything was seen, included.</summary>
    public long OracleCalls { get; private set; }

    /// <summary>µ in use: every action has at least this probability.</summary>
    public double Mu { get; private set; }

    /// <summary>What the end of the last epoch did.</summary>
    public TamingEpoch LastEpoch { get; private set; }

    /// <summary>Told what the end of each epoch did.</summary>
    public Action<TamingEpoch>? EpochEnded { get; set; }

    /// <summary>The policy that gets what weight is left over: the best so far when the epoch began.</summary>
    public IContextPolicy Default => _default;

    /// <summary>The policies of positive weight, with their weights Q(π); what is left to 1 goes to <see cref="Default"/>.</summary>
    public IEnumerable<(IContextPolicy Policy, double Weight)> Weights
    {
        get
        {
            for (int p = 0; p < _weights.Policies.Count; p++) yield return (_weights.Policies[p], _weights.WeightAt(p));
        }
    }

    /// <inheritdoc/>
    public void Distribution(int context, Span<double> pmf)
    {
        CheckContext(context);
        if (pmf.Length != Actions) throw new ArgumentException($"Room for {pmf.Length} probabilities was given; expected {Actions}.", nameof(pmf));
        double rest = 1 - Actions * Mu, scale = _weights.Scale;
        var row = _weights.Table.Slice(context * Actions, Actions);
        for (int a = 0; a < row.Length; a++) pmf[a] = rest * (scale * row[a]) + Mu;
        int chosen = 0;
        _default.Choose(context, new Span<int>(ref chosen));
        pmf[chosen] += rest * Math.Max(0, 1 - _weights.Total);
    }

    /// <inheritdoc/>
    /// <exception cref="ForageException">Context, action, probability or reward is out of range; nothing has been learnt from this one.</exception>
    public void Observe(int context, int action, double probability, double reward)
    {
        CheckContext(context);
        FiniteRound.Check(context, _weights.Contexts, action, Actions, probability, reward);
        _history.Add(context, action, probability, reward);
        if (Rounds >= _end) EndEpoch();
    }

    private void EndEpoch()
    {
        double mu = Options.Mu(Rounds, Actions, _logPolicies);
        _spare.CopyFrom(_weights);
        if (!Options.Schedule.WarmStart) _spare.Clear();
        var descent = new CoordinateDescent(_oracle, _history, _spare, mu, Options.Psi, _buffers);
        double before = Options.TracePotential ? descent.Potential() : double.NaN;
        // Theorem 3's bound, which only an inexact oracle or a warm start could exceed; the latter halts of itself.
        double limit = _oracle.IsExact ? long.MaxValue : Math.Ceiling(4 * Math.Log(1 / (Actions * mu)) / mu);
        bool halted = descent.Run((long)limit);
        long end = Options.Schedule.EndAfter(_epoch + 2, _end);
        (_weights, _spare) = (_spare, _weights);
        (_default, Mu, _end) = (descent.Best, mu, end);
        OracleCalls += descent.OracleCalls;
        LastEpoch = new TamingEpoch(++_epoch, Rounds, mu, descent.Steps, descent.OracleCalls, _weights.Policies.Count, _weights.Total, descent.Regret,
            descent.Violation, halted && _oracle.IsExact, before, Options.TracePotential ? descent.Potential() : double.NaN);
        EpochEnded?.Invoke(LastEpoch);
    }

    private void CheckContext(int context)
    {
        if ((uint)context >= (uint)_weights.Contexts) Grow();
        FiniteRound.Check(context, _weights.Contexts);
    }

    private void Grow()
    {
        _history.Grow(_oracle.Contexts);
        _weights.Grow(_oracle.Contexts);
    }
}
