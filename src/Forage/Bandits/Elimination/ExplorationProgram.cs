using Forage.Bandits.Elimination.Internals;

namespace Forage.Bandits.Elimination;

/// <summary>
/// Step 1 of RegressorElimination (paper 07) and of PolicyElimination (Dudík et al. 2011): a distribution P over a class of policies with
/// V_f = E_x[1/P'(π_f(x)|x)] ≤ bound for every f, where P' is the mixture P~ with a share κ of uniform play.
/// </summary>
/// <remarks>
/// <para>
/// Minimise the convex L(P) = -E_x Σ_{a∈A(F,x)} ln P'(a|x) over the simplex; ∂L/∂P(f) = -(1-κ) V_f. At the minimum V_f ≤ Σ P V for all f, and for <em>every</em> P
/// Σ_f P(f) V_f = E_x[(|A(F,x)| - floor_x Σ_{a∈A(F,x)} 1/P'(a|x))/(1-κ)], which is at most E_x|A(F,x)| when the floor is over A(F,x) (as Σ_a 1/P' ≥ |A|² on A) and at
/// most K when it is over all actions and κ ≤ 1/2. So the constraint is feasible (Lemma A.1) and <see cref="Solve"/> gets there.
/// </para>
/// <para>Cover's multiplicative rule first, pairwise exchanges with exact line search after; whatever they do, the certificate is computed from P alone.</para>
/// </remarks>
public sealed class ExplorationProgram
{
    /// <summary>Excess at which exchanges take over from the multiplicative rule.</summary>
    private const double Coarse = 1e-3;
    private const int MostMultiplicative = 100;
    private const int MostExchanges = 2_000_000;
    private readonly ProgramState _state;
    private readonly PairwiseExchange _exchange;

    /// <summary>A program over a whole class with P uniform and no context.</summary>
    /// <param name="policies">The class.</param>
    /// <param name="floor">Where uniform play goes.</param>
    /// <param name="smoothing">Its share κ, in (0, 1).</param>
    public ExplorationProgram(PolicyTable policies, ExplorationFloor floor, double smoothing)
    {
        CheckSmoothing(smoothing);
        (Policies, Floor) = (policies, floor);
        _state = new ProgramState(policies, floor) { Smoothing = smoothing };
        _exchange = new PairwiseExchange(_state);
        var all = new int[policies.Count];
        for (int i = 0; i < all.Length; i++) all[i] = i;
        Restrict(all);
    }

    /// <summary>The class.</summary>
    public PolicyTable Policies { get; }

    /// <summary>Where uniform play goes.</summary>
    public ExplorationFloor Floor { get; }

    /// <summary>κ, the share of uniform play, in (0, 1).</summary>
    public double Smoothing
    {
        get => _state.Smoothing;
        set
        {
            CheckSmoothing(value);
            _state.Smoothing = value;
            _state.Refresh();
        }
    }

    /// <summary>Numbers of the policies in play.</summary>
    public ReadOnlySpan<int> Active => _state.Ids;

    /// <summary>P, aligned with <see cref="Active"/>.</summary>
    public ReadOnlySpan<double> Weights => _state.P;

    /// <summary>E_x|A(F, x)|; 0 while there is no context.</summary>
    public double MeanActions => _state.Total > 0 ? _state.WeightedActions() / _state.Total : 0;

    /// <summary>|A(F, x)|: how many actions policies in play choose in a context.</summary>
    public int Represented(int context) => _state.Represented[context];

    /// <summary>Sets the distribution of contexts.</summary>
    /// <param name="weights">One weight a context, of any scale.</param>
    public void SetContexts(ReadOnlySpan<double> weights)
    {
        EliminationThrow.CheckContexts(weights, Policies.Contexts);
        weights.CopyTo(_state.Context);
        _state.Refresh();
    }

    /// <summary>One more context seen (§7: E over H_t): its weight grows by 1 and the sums behind the certificate with it, in O(policies in play).</summary>
    public void AddContext(int context)
    {
        if ((uint)context >= (uint)Policies.Contexts) EliminationThrow.Wrong($"Context {context} was met; expected 0 to {Policies.Contexts - 1}.");
        _state.AddContext(context);
    }

    /// <summary>Sets the policies in play; P of those that stay is scaled up, those that are new start with none.</summary>
    /// <param name="active">Distinct numbers, at least one.</param>
    public void Restrict(ReadOnlySpan<int> active)
    {
        if (active.IsEmpty) EliminationThrow.Wrong($"A class without policies was asked for; expected at least one.");
        foreach (int f in active)
            if ((uint)f >= (uint)Policies.Count) EliminationThrow.Wrong($"Policy {f} was asked for; expected 0 to {Policies.Count - 1}.");
        _state.Restrict(active);
        _state.Refresh();
    }

    /// <summary>Takes P as it is given, for checking what it reaches.</summary>
    /// <param name="weights">P, aligned with <see cref="Active"/>; scaled to sum to one.</param>
    public void SetWeights(ReadOnlySpan<double> weights)
    {
        if (weights.Length != _state.Count) EliminationThrow.Wrong($"{weights.Length} weights of policies were given; expected {_state.Count}.");
        double sum = 0;
        foreach (double w in weights) sum += w >= 0 ? w : double.NaN;
        if (!(sum > 0 && double.IsFinite(sum))) EliminationThrow.Wrong($"The weights of policies sum to {sum}; expected none below 0 and a positive sum.");
        for (int i = 0; i < weights.Length; i++) _state.P[i] = weights[i] / sum;
        _state.Refresh();
    }

    /// <summary>What P reaches, from the sums kept.</summary>
    /// <param name="bound">What V must not exceed.</param>
    public ExplorationCertificate Check(double bound)
    {
        double total = _state.Total;
        if (!(total > 0)) return new ExplorationCertificate(0, 0, bound);
        var (worst, mean) = _state.Values();
        return new ExplorationCertificate(worst / total, mean / total, bound);
    }

    /// <summary>Improves P from where it is until max_f V_f ≤ (1 + tolerance) · bound, or nothing can be gained any more: then P is the minimum of L.</summary>
    /// <param name="bound">To be reached, at least Σ P V of the best P: E_x|A(F,x)| or, with a floor over all actions and κ ≤ 1/2, K.</param>
    /// <param name="tolerance">Share by which the bound may be exceeded, at least 1e-12.</param>
    public ExplorationCertificate Solve(double bound, double tolerance)
    {
        if (!(tolerance >= 1e-12)) EliminationThrow.Wrong($"The tolerance is {tolerance}; expected at least 1e-12.");
        _state.Refresh();
        double target = (1 + tolerance) * bound * _state.Total, coarse = (1 + Math.Max(tolerance, Coarse)) * bound * _state.Total;
        int multiplicative = 0;
        for (; multiplicative < MostMultiplicative && _state.Values().Worst > coarse && !WorstIsUnsupported(); multiplicative++) MultiplicativeStep.Take(_state);
        int exchanges = _state.Values().Worst > target ? _exchange.Until(target, MostExchanges) : 0;
        return Check(bound) with { MultiplicativeSteps = multiplicative, Exchanges = exchanges };
    }

    /// <summary>P~(·|x): the mixture without uniform play.</summary>
    public void Mixture(int context, Span<double> pmf) => _state.Mass.AsSpan(context * Policies.Actions, Policies.Actions).CopyTo(pmf);

    /// <summary>P'(·|x): the mixture with uniform play.</summary>
    public void Distribution(int context, Span<double> pmf)
    {
        int k = Policies.Actions;
        for (int a = 0; a < k; a++)
            pmf[a] = Floor == ExplorationFloor.AllActions || _state.IsUsed(context, a) ? Math.Min(1, _state.Probability(context, context * k + a)) : 0;
    }

    // A policy without mass cannot get any by multiplying.
    private bool WorstIsUnsupported()
    {
        int worst = 0;
        for (int i = 1; i < _state.Count; i++)
            if (_state.V[i] > _state.V[worst]) worst = i;
        return _state.P[worst] == 0;
    }

    private static void CheckSmoothing(double smoothing)
    {
        if (!(smoothing is > 0 and < 1)) EliminationThrow.Wrong($"The share of uniform play is {smoothing}; expected one between 0 and 1.");
    }
}
