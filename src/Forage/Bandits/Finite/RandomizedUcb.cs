using Forage.Bandits.Internals;

namespace Forage.Bandits.Finite;

/// <summary>
/// RandomizedUCB (Dudík, Hsu, Kale, Karampatziakis, Langford, Reyzin, Zhang 2011, Algorithm 2): plays the distribution P over policies of least estimated regret
/// Σ P(π) Δ(π) among those under which every policy's estimate has a variance it can afford. For small finite classes.
/// </summary>
/// <remarks>
/// <para>Constraint, for every policy π (the paper has it for every distribution over policies; by the convexity of its right side that is more, and here it is asked of the vertices):
/// E_x[1/((1 - K μ) W_P(π(x)|x) + μ)] ≤ max{4K, t Δ(π)²/(180 C)}, C = 2 ln(N t²/δ), μ = min{1/(2K), sqrt(C/(2 K t))}; E_x over the contexts seen, Δ(π) = max η - η(π) by inverse propensities.</para>
/// <para>P is found as ILOVETOCONBANDITS finds its own: from the best policy, mass is moved to the policy whose constraint fails by the largest factor until none fails
/// (step sizes by halving), which keeps regret low because mass goes only where it must. It is recomputed whenever t has grown by a tenth, so that a round costs little.</para>
/// </remarks>
public sealed class RandomizedUcb : IFiniteBandit
{
    private const int MostSteps = 2000;
    private const double Growth = 1.1;

    private readonly PolicyTable _policies;
    private readonly double _delta, _width;
    private readonly double[] _sums, _weights, _seen, _table;
    private long _t, _next = 1;
    private double _mu;

    /// <summary>The algorithm at its start.</summary>
    /// <param name="policies">The class.</param>
    /// <param name="delta">δ in (0, 1).</param>
    /// <param name="width">Factor of C; 1 is the paper's, which explores for long; curves use less.</param>
    public RandomizedUcb(PolicyTable policies, double delta = 0.05, double width = 1)
    {
        if (delta is not (> 0 and < 1)) throw new ForageException($"The failure probability is {delta}; expected a number between 0 and 1.");
        if (width is not (> 0 and <= 1)) throw new ForageException($"The factor of the width is {width}; expected a number above 0 up to 1.");
        (_policies, _delta, _width) = (policies, delta, width);
        (_sums, _weights) = (new double[policies.Count], new double[policies.Count]);
        (_seen, _table) = (new double[policies.Contexts], new double[policies.Contexts * policies.Actions]);
        Array.Fill(_weights, 1.0 / policies.Count);
        _mu = 1.0 / (2 * Actions);
        FillTable();
    }

    /// <inheritdoc/>
    public int Actions => _policies.Actions;

    /// <summary>P.</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>Largest ratio of a policy's variance to what it may have, as of the last solution: at most 1.</summary>
    public double Excess { get; private set; }

    /// <inheritdoc/>
    public void Distribution(int context, Span<double> pmf)
    {
        FiniteRound.Check(context, _policies.Contexts);
        if (pmf.Length != Actions) BanditThrow.ActionCount(pmf.Length, Actions);
        for (int a = 0; a < pmf.Length; a++) pmf[a] = (1 - Actions * _mu) * _table[context * Actions + a] + _mu;
    }

    /// <inheritdoc/>
    public void Observe(int context, int action, double probability, double reward)
    {
        FiniteRound.Check(context, _policies.Contexts, action, Actions, probability, reward);
        _t++;
        _seen[context]++;
        for (int i = 0; i < _sums.Length; i++)
            if (_policies[i, context] == action) _sums[i] += reward / probability;
        if (_t < _next) return;
        _next = Math.Max(_t + 1, (long)(Growth * _t));
        Solve();
    }

    private void Solve()
    {
        double c = _width * 2 * Math.Log(_policies.Count * (double)_t * _t / _delta);
        _mu = Math.Min(1.0 / (2 * Actions), Math.Sqrt(c / (2.0 * Actions * _t)));
        int best = 0;
        for (int i = 1; i < _sums.Length; i++)
            if (_sums[i] > _sums[best]) best = i;
        Array.Clear(_weights);
        _weights[best] = 1;
        FillTable();
        for (int step = 0; step < MostSteps; step++)
        {
            int worst = Worst(best, c);
            if (Excess <= 1) return;
            // Half of the way to where its own variance would be at the bound, at least a thousandth.
            double share = Math.Clamp(0.5 * (1 - 1 / Excess) / (2 * Actions), 1e-3, 0.5);
            for (int i = 0; i < _weights.Length; i++) _weights[i] *= 1 - share;
            _weights[worst] += share;
            FillTable();
        }
    }

    private int Worst(int best, double c)
    {
        int worst = 0;
        Excess = 0;
        for (int i = 0; i < _sums.Length; i++)
        {
            double gap = (_sums[best] - _sums[i]) / _t, bound = Math.Max(4 * Actions, _t * gap * gap / (180 * c)), variance = 0;
            for (int x = 0; x < _seen.Length; x++)
                if (_seen[x] > 0) variance += _seen[x] / _t / ((1 - Actions * _mu) * _table[x * Actions + _policies[i, x]] + _mu);
            if (variance / bound <= Excess) continue;
            (Excess, worst) = (variance / bound, i);
        }
        return worst;
    }

    private void FillTable()
    {
        Array.Clear(_table);
        for (int i = 0; i < _weights.Length; i++)
        {
            if (_weights[i] == 0) continue;
            for (int x = 0; x < _policies.Contexts; x++) _table[x * Actions + _policies[i, x]] += _weights[i];
        }
    }
}
