using Forage.Bandits;
using Forage.Budgets.Internals;

namespace Forage.Budgets.Elimination;

/// <summary>
/// MixtureElimination (paper 01, Algorithm 1) over a finite class and a known distribution of contexts. Keeps a box of expected outcomes, plays a balanced P among the distributions that may be LP-perfect for one in it, and
/// shrinks the box by what it sees. The paper gives no way to compute its F_t; <see cref="PerfectPolytope"/> takes its place.
/// </summary>
public sealed class MixtureElimination : IBudgetedBandit
{
    private readonly PolicyTable _policies;
    private readonly ResourceBudgets _budgets;
    private readonly MixtureEliminationOptions _options;
    private readonly BalancedMixture _balance;
    private readonly double[] _sums, _estimates, _most, _mixture, _fresh;
    private readonly double _radius;
    private readonly int _cells;
    private long _next = 2;

    /// <summary>An algorithm at round 0.</summary>
    /// <param name="policies">The class Π; action 0 is the null action, and the policy that always plays it is added to the class.</param>
    /// <param name="contexts">Probability of every context.</param>
    /// <param name="budgets">Budgets and horizon.</param>
    /// <param name="options">How it works.</param>
    public MixtureElimination(PolicyTable policies, ReadOnlySpan<double> contexts, ResourceBudgets budgets, MixtureEliminationOptions options)
    {
        (_policies, _budgets, _options) = (WithNull(policies), budgets, options.Validated());
        int n = _policies.Count;
        _cells = policies.Actions * policies.Contexts;
        _balance = new BalancedMixture(_policies, contexts, options.NoiseFor(policies.Actions, budgets.Horizon, n));
        _radius = options.Radius ?? MixtureEliminationOptions.ProvedRadius(budgets.Dimension, budgets.Horizon, n);
        _sums = new double[_cells * budgets.Dimension];
        (_estimates, _most, _mixture, _fresh) = (new double[n], new double[n], new double[n], new double[n]);
        Array.Fill(_most, 1);
        Box = new ConfidenceBox(n, budgets.Resources);
        for (int q = 0; q <= budgets.Resources; q++) Box.Intersect(q, n - 1, 0, 0);
        Polytope = Renew();
    }

    /// <inheritdoc/>
    public int Actions => _policies.Actions;

    /// <summary>The class with the null policy, which comes last.</summary>
    public PolicyTable Policies => _policies;

    /// <summary>q0.</summary>
    public double Noise => _balance.Noise;

    /// <summary>Rounds observed.</summary>
    public long Rounds { get; private set; }

    /// <summary>True once the ledger has refused an action.</summary>
    public bool Frozen { get; private set; }

    /// <summary>How often F and P were computed.</summary>
    public int Renewals { get; private set; }

    /// <summary>The region I.</summary>
    public ConfidenceBox Box { get; }

    /// <summary>F, as of the last renewal.</summary>
    public PerfectPolytope Polytope { get; private set; }

    /// <summary>α_π, the least so far.</summary>
    public ReadOnlySpan<double> Most => _most;

    /// <summary>P.</summary>
    public ReadOnlySpan<double> Mixture => _mixture;

    /// <summary>Eq. 5 for P.</summary>
    public BalanceCertificate Balance { get; private set; }

    /// <summary>The largest gap or violation of the N linear programs of the last renewal.</summary>
    public double ProgramError { get; private set; }

    /// <inheritdoc/>
    public void Distribution(int context, Span<double> pmf) => _balance.Distribution(context, pmf);

    /// <inheritdoc/>
    public void Observe(int context, int action, double probability, double reward, ReadOnlySpan<double> consumption)
    {
        BudgetRound.Check(context, _policies.Contexts, action, Actions, probability, reward, consumption, _budgets.Resources);
        if (Frozen) return;
        int cell = context * Actions + action;
        _sums[cell] += reward / probability;
        for (int i = 0; i < consumption.Length; i++) _sums[(i + 1) * _cells + cell] += consumption[i] / probability;
        Pass();
    }

    /// <summary>The first refused round ends the paper's run: P stays as it is from here on, for what is seen now depends on what the ledger lets through and would bias the estimates.</summary>
    public void Skip(int context) => Frozen = true;

    private void Pass()
    {
        if (++Rounds < _next) return;
        _next = Math.Max(Rounds + 1, (long)Math.Ceiling(Rounds * _options.Growth));
        for (int q = 0; q < _budgets.Dimension; q++)
        {
            _policies.Sum(_sums.AsSpan(q * _cells, _cells), _estimates);
            for (int i = 0; i < _most.Length - 1; i++)
                if (_most[i] > 0) Box.Intersect(q, i, _estimates[i] / Rounds, MixtureEliminationOptions.Width(_radius, Actions, _most[i], Noise, Rounds));
        }
        Polytope = Renew();
    }

    private PerfectPolytope Renew()
    {
        var polytope = new PerfectPolytope(Box, _budgets, _policies.Count - 1);
        ProgramError = polytope.Extremes(_fresh, _mixture);
        for (int i = 0; i < _most.Length; i++) _most[i] = Math.Min(_most[i], _fresh[i]);
        Balance = _balance.Solve(polytope, _most, _mixture);
        if (!Balance.Holds) throw new InvalidOperationException($"No balanced mixture was found in {Balance.Steps} steps, though one exists (Lemma 6).");
        Renewals++;
        return polytope;
    }

    private static PolicyTable WithNull(PolicyTable policies)
    {
        var choices = new int[(policies.Count + 1) * policies.Contexts];
        for (int x = 0; x < policies.Contexts; x++)
            for (int i = 0; i < policies.Count; i++) choices[i * policies.Contexts + x] = policies[i, x];
        return new PolicyTable(policies.Actions, policies.Contexts, choices);
    }
}
