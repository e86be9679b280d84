using Forage.Bandits.Elimination.Internals;
using Forage.Bandits.Internals;

namespace Forage.Bandits.Elimination;

/// <summary>
/// PolicyElimination (Dudík, Hsu, Kale, Karampatziakis, Langford, Reyzin, Zhang 2011, Algorithm 1), the agnostic forerunner of RegressorElimination. Keeps the policies
/// whose value, estimated by importance weighting, is within 2b_t of the best, and plays a mixture of them with E_x[1/((1-Kμ_t) P~(π(x)|x) + μ_t)] ≤ 2K for every one.
/// </summary>
/// <remarks>
/// μ_t falls from round to round; the program is solved at the lower end m of a stretch of μ and holds on all of it: for m ≤ μ ≤ M the smoothed probability at μ is at least
/// (1-KM)/(1-Km) times that at m, so V(m) ≤ 2K (1-KM)/(1-Km) gives V(μ) ≤ 2K.
/// </remarks>
public sealed class PolicyElimination : IFiniteBandit
{
    private const double Stretch = 0.9; // m = 0.9 M, so that V(m) may be 2K/1.1 at worst
    private const double Aim = 1.5; // solve to V(m) ≤ 1.5K, which always exists as K does
    private readonly PolicyTable _policies;
    private readonly PolicyEliminationOptions _options;
    private readonly ExplorationProgram _program;
    private readonly bool _empirical;
    private readonly double[] _values;
    private readonly int[] _kept;
    private double _lowest, _limit;

    /// <summary>An algorithm at round 0.</summary>
    /// <param name="policies">The class Π.</param>
    /// <param name="options">How it works.</param>
    /// <param name="contexts">The distribution of contexts, one weight each; empty if it is not known, and those seen stand for it.</param>
    public PolicyElimination(PolicyTable policies, PolicyEliminationOptions options, ReadOnlySpan<double> contexts = default)
    {
        (_policies, _options) = (policies, options.Validated());
        (_values, _kept) = (new double[policies.Count], new int[policies.Count]);
        Smoothing = options.SmoothingAt(1, policies.Count, Actions);
        _program = new ExplorationProgram(policies, ExplorationFloor.AllActions, Actions * Smoothing * Stretch);
        _empirical = contexts.IsEmpty;
        if (!_empirical) _program.SetContexts(contexts);
        Prepare(changed: true);
    }

    /// <inheritdoc/>
    public int Actions => _policies.Actions;

    /// <summary>μ_t of the coming round.</summary>
    public double Smoothing { get; private set; }

    /// <summary>Rounds observed, t.</summary>
    public long Rounds { get; private set; }

    /// <summary>How often the program was solved.</summary>
    public long Solutions { get; private set; }

    /// <summary>Numbers of the policies in play, Π_t.</summary>
    public ReadOnlySpan<int> Survivors => _program.Active;

    /// <summary>P over <see cref="Survivors"/>.</summary>
    public ReadOnlySpan<double> Weights => _program.Weights;

    /// <summary>t η_t(π) = Σ r 1{π(x) = a}/p, by policy; only survivors' are kept up.</summary>
    public ReadOnlySpan<double> WeightedRewards => _values;

    /// <inheritdoc/>
    public void Distribution(int context, Span<double> pmf)
    {
        _program.Mixture(context, pmf);
        for (int a = 0; a < Actions; a++) pmf[a] = (1 - Actions * Smoothing) * pmf[a] + Smoothing;
    }

    /// <inheritdoc/>
    public void Observe(int context, int action, double probability, double reward)
    {
        FiniteRound.Check(context, _policies.Contexts, action, Actions, probability, reward);
        Rounds++;
        var column = _policies.Column(context);
        double best = double.NegativeInfinity, gained = reward / probability;
        foreach (int i in _program.Active)
        {
            if (column[i] == action) _values[i] += gained;
            best = Math.Max(best, _values[i]);
        }
        if (_empirical) _program.AddContext(context);
        bool changed = Restrict(best - Rounds * _options.RadiusAt(Rounds, _policies.Count, Actions));
        Smoothing = _options.SmoothingAt(Rounds + 1, _policies.Count, Actions);
        Prepare(changed);
    }

    private bool Restrict(double threshold)
    {
        int kept = 0;
        foreach (int i in _program.Active)
            if (_values[i] >= threshold) _kept[kept++] = i;
        if (kept == _program.Active.Length) return false;
        _program.Restrict(_kept.AsSpan(0, kept));
        return true;
    }

    // Solves if μ has left its stretch or the certificate fails.
    private void Prepare(bool changed)
    {
        bool left = Smoothing < _lowest || _lowest == 0;
        if (left)
        {
            _lowest = Stretch * Smoothing;
            _limit = 2 * Actions * (1 - Actions * Smoothing) / (1 - Actions * _lowest);
            _program.Smoothing = Actions * _lowest;
        }
        if (!(left || changed || _empirical) || _program.Check(_limit).Holds(0)) return;
        _program.Solve(Aim * Actions, 1e-3);
        Solutions++;
    }
}
