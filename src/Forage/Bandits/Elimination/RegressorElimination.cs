using Forage.Bandits.Elimination.Internals;
using Forage.Bandits.Internals;

namespace Forage.Bandits.Elimination;

/// <summary>
/// RegressorElimination (paper 07: Agarwal, Dudík, Kale, Langford, Schapire 2012, Algorithm 1). Keeps the regressors whose cumulative squared error is within a
/// radius of the least, and plays a mixture of their policies that shows every one of them often enough:
/// E_x[1/P'(π_f(x)|x)] ≤ (1 + tolerance) E_x|A(F, x)| for all f in play, with x from the distribution that is given or from the contexts seen so far (§7).
/// </summary>
/// <remarks>
/// Assumes that some f* in the class gives the mean reward of every context and action. Then with probability 1-δ it is never lost, and the regret is
/// O(√(KT ln(NT/δ))) in the worst case, O(ln(N/δ)) where wrong regressors are wrong everywhere (Lemma 6.1). A round costs O(N); the program is solved anew only when its
/// certificate fails.
/// </remarks>
public sealed class RegressorElimination : IFiniteBandit
{
    private readonly RegressorTable _regressors;
    private readonly RegressorEliminationOptions _options;
    private readonly ExplorationProgram _program;
    private readonly bool _empirical;
    private readonly double[] _errors;
    private readonly int[] _all, _kept;

    /// <summary>An algorithm at round 0.</summary>
    /// <param name="regressors">The class F.</param>
    /// <param name="options">How it works.</param>
    /// <param name="contexts">The distribution of contexts, one weight each; empty if it is not known, and those seen stand for it (Eq. 7.1).</param>
    public RegressorElimination(RegressorTable regressors, RegressorEliminationOptions options, ReadOnlySpan<double> contexts = default)
    {
        (_regressors, _options) = (regressors, options.Validated());
        Smoothing = Math.Min(0.5 / regressors.Actions, 1 / Math.Sqrt(options.Horizon));
        _program = new ExplorationProgram(regressors.Policies, ExplorationFloor.Represented, Smoothing);
        (_errors, _kept, _all) = (new double[regressors.Count], new int[regressors.Count], new int[regressors.Count]);
        for (int f = 0; f < _all.Length; f++) _all[f] = f;
        _empirical = contexts.IsEmpty;
        if (_empirical) return;
        _program.SetContexts(contexts);
        Solve();
    }

    /// <inheritdoc/>
    public int Actions => _regressors.Actions;

    /// <summary>μ = min{1/(2K), 1/√T}.</summary>
    public double Smoothing { get; }

    /// <summary>Rounds observed, t.</summary>
    public long Rounds { get; private set; }

    /// <summary>How often the program of step 1 was solved.</summary>
    public long Solutions { get; private set; }

    /// <summary>Steps of all solutions together: of Cover's rule, and exchanges.</summary>
    public (long Multiplicative, long Exchanges) Steps { get; private set; }

    /// <summary>Numbers of the regressors in play, F_t.</summary>
    public ReadOnlySpan<int> Survivors => _program.Active;

    /// <summary>P over <see cref="Survivors"/>.</summary>
    public ReadOnlySpan<double> Weights => _program.Weights;

    /// <summary>t R^_t(f) = Σ (f(x, a) - r)², by regressor; without <see cref="RegressorEliminationOptions.Soft"/> only survivors' are kept up.</summary>
    public ReadOnlySpan<double> SquaredErrors => _errors;

    /// <summary>What P reaches in Eq. 3.1, or in Eq. 7.1 over the contexts seen.</summary>
    public ExplorationCertificate Certificate => _program.Check(_program.MeanActions);

    /// <inheritdoc/>
    public void Distribution(int context, Span<double> pmf) => _program.Distribution(context, pmf);

    /// <inheritdoc/>
    public void Observe(int context, int action, double probability, double reward)
    {
        FiniteRound.Check(context, _regressors.Contexts, action, Actions, probability, reward);
        Rounds++;
        var considered = _options.Soft ? _all : _program.Active;
        var predicted = _regressors.Column(context, action);
        double least = double.PositiveInfinity;
        foreach (int f in considered)
        {
            double miss = predicted[f] - reward;
            least = Math.Min(least, _errors[f] += miss * miss);
        }
        if (_empirical) _program.AddContext(context);
        bool changed = Restrict(considered, least + _options.RadiusAt(Rounds, _regressors.Count));
        if ((changed || _empirical) && !Certificate.Holds(_options.Tolerance)) Solve();
    }

    // Step 4: those below the threshold are in play. True if that changed anything.
    private bool Restrict(ReadOnlySpan<int> considered, double threshold)
    {
        int kept = 0;
        foreach (int f in considered)
            if (_errors[f] < threshold) _kept[kept++] = f;
        var now = _kept.AsSpan(0, kept);
        if (now.SequenceEqual(_program.Active)) return false;
        _program.Restrict(now);
        return true;
    }

    // With half the tolerance where the sums drift, or every new context would ask for a solution.
    private void Solve()
    {
        var reached = _program.Solve(_program.MeanActions, _empirical ? _options.Tolerance / 2 : _options.Tolerance);
        Solutions++;
        Steps = (Steps.Multiplicative + reached.MultiplicativeSteps, Steps.Exchanges + reached.Exchanges);
    }
}
