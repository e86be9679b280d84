using Forage.Bandits;
using Forage.Budgets.Internals;
using Forage.Budgets.Programs;

namespace Forage.Budgets.Elimination;

/// <summary>
/// MixtureElimination (paper 01, Algorithm 1) over a finite class and a known distribution of contexts. Keeps a box of expected outcomes, plays a balanced P among the distributions that may be LP-perfect for one in it, and
/// shrinks the box by what it sees. The paper gives no way to compute its F_t; <see cref="PerfectPolytope"/> takes its place. Of the balanced P it plays the one nearest the mixture that is LP-perfect for the estimates.
/// </summary>
/// <remarks>
/// The paper's run ends when a resource is exhausted (<see cref="StoppingRule.Violation"/>). Where the ledger refuses actions instead and the run goes on, a refused action is from then on the null action, for every policy; what
/// was estimated of the others stays true, and region and P are made anew for the budgets and rounds that are left.
/// </remarks>
public sealed class MixtureElimination : IBudgetedBandit
{
    private readonly MixtureEliminationOptions _options;
    private readonly ResourceBudgets _start;
    private readonly double[] _contexts, _sums, _variances, _estimates, _varied, _most, _mixture, _aim, _spent;
    private readonly bool[] _closed;
    private readonly double _radius;
    private readonly int _cells;
    private BalancedMixture _balance;
    private ResourceBudgets _budgets;
    private long _next = 2, _counted;

    /// <summary>An algorithm at round 0.</summary>
    /// <param name="policies">The class Π; action 0 is the null action, and the policy that always plays it is added to the class.</param>
    /// <param name="contexts">Probability of every context.</param>
    /// <param name="budgets">Budgets and horizon.</param>
    /// <param name="options">How it works.</param>
    public MixtureElimination(PolicyTable policies, ReadOnlySpan<double> contexts, ResourceBudgets budgets, MixtureEliminationOptions options)
    {
        _options = options.Validated();
        _closed = new bool[policies.Actions];
        (Policies, _start, _budgets, _contexts) = (Opened(policies, addNull: true), budgets, budgets, contexts.ToArray());
        int n = Policies.Count;
        _cells = policies.Actions * policies.Contexts;
        _balance = new BalancedMixture(Policies, contexts, options.NoiseFor(policies.Actions, budgets.Horizon, n));
        _radius = options.Radius ?? MixtureEliminationOptions.ProvedRadius(budgets.Dimension, budgets.Horizon, n);
        (_sums, _variances, _spent) = (new double[_cells * budgets.Dimension], new double[_cells], new double[budgets.Resources]);
        (_estimates, _varied, _most, _mixture, _aim) = (new double[n * budgets.Dimension], new double[n], new double[n], new double[n], new double[n]);
        Array.Fill(_most, 1);
        Box = Unknown();
        Polytope = Renew();
    }

    /// <inheritdoc/>
    public int Actions => Policies.Actions;

    /// <summary>The class with the null policy, which comes last. Actions that are closed are the null action in it.</summary>
    public PolicyTable Policies { get; private set; }

    /// <summary>q0.</summary>
    public double Noise => _balance.Noise;

    /// <summary>Rounds passed.</summary>
    public long Rounds { get; private set; }

    /// <summary>Number of actions the ledger has refused.</summary>
    public int Closed { get; private set; }

    /// <summary>How often F and P were computed.</summary>
    public int Renewals { get; private set; }

    /// <summary>How often an interval missed the one before it, so that the region was not merely cut. 0 if every interval held the truth: with the proved radius this is what happens with probability 1 - 1/T.</summary>
    public int Corrections { get; private set; }

    /// <summary>The region I.</summary>
    public ConfidenceBox Box { get; private set; }

    /// <summary>F, as of the last renewal.</summary>
    public PerfectPolytope Polytope { get; private set; }

    /// <summary>Upper bounds on α_π, the least proved so far; computed only where Eq. 5 asks for it.</summary>
    public ReadOnlySpan<double> Most => _most;

    /// <summary>P.</summary>
    public ReadOnlySpan<double> Mixture => _mixture;

    /// <summary>Eq. 5 for P, and what it took.</summary>
    public BalanceCertificate Balance { get; private set; }

    /// <inheritdoc/>
    public void Distribution(int context, Span<double> pmf) => _balance.Distribution(context, pmf);

    /// <inheritdoc/>
    public void Observe(int context, int action, double probability, double reward, ReadOnlySpan<double> consumption)
    {
        BudgetRound.Check(context, Policies.Contexts, action, Actions, probability, reward, consumption, _start.Resources);
        int cell = context * Actions + action;
        _sums[cell] += reward / probability;
        for (int i = 0; i < consumption.Length; i++)
        {
            _sums[(i + 1) * _cells + cell] += consumption[i] / probability;
            _spent[i] += consumption[i];
        }
        Pass();
    }

    /// <inheritdoc/>
    public void Skip(int context, int action)
    {
        bool news = !_closed[action] && action != 0;
        if (!news || Rounds + 1 >= _start.Horizon)
        {
            Pass();
            return;
        }
        Rounds++;
        Count();
        _closed[action] = true;
        Closed++;
        Policies = Opened(Policies, addNull: false);
        _balance = new BalancedMixture(Policies, _contexts, Noise);
        _budgets = new ResourceBudgets(_start.Horizon - Rounds, [.. _spent.Select((s, i) => Math.Max(0, _start.Limits[i] - s))]);
        Array.Fill(_most, 1);
        Box = Unknown();
        Estimate();
        Polytope = Renew();
    }

    private void Pass()
    {
        if (++Rounds < _next) return;
        Count();
        Estimate();
        Polytope = Renew();
    }

    // Variances of the rounds since P was last made.
    private void Count()
    {
        _balance.AddVariance(Rounds - _counted, _variances);
        _counted = Rounds;
    }

    private void Estimate()
    {
        _next = Math.Max(Rounds + 1, (long)Math.Ceiling(Rounds * _options.Growth));
        int n = _most.Length;
        bool wrong = false;
        Policies.Sum(_variances, _varied);
        for (int q = 0; q < _start.Dimension; q++)
        {
            var estimates = _estimates.AsSpan(q * n, n);
            Policies.Sum(_sums.AsSpan(q * _cells, _cells), estimates);
            for (int i = 0; i < n - 1; i++)
            {
                estimates[i] /= Rounds;
                wrong |= !Box.Intersect(q, i, estimates[i], MixtureEliminationOptions.Width(_radius, _varied[i], Actions, Noise, Rounds));
            }
        }
        if (!wrong) return;
        Corrections++;
        Array.Fill(_most, 1); // F may have grown
    }

    private PerfectPolytope Renew()
    {
        var polytope = new PerfectPolytope(Box, _budgets, _most.Length - 1);
        polytope.Sure.CopyTo(_mixture);
        Balance = _balance.Solve(polytope, _most, _mixture);
        if (!Balance.Holds) throw new InvalidOperationException($"No balanced mixture was found in {Balance.Steps} steps, though one exists (Lemma 6).");
        if (Rounds > 0)
        {
            Box.Nearest(_estimates);
            int n = _most.Length;
            var perfect = KnapsackProgram.Optimum(new ExpectedOutcomes(_estimates.AsSpan(0, n), _estimates.AsSpan(n)), _budgets);
            perfect.Mixture.CopyTo(_aim, 0);
            _aim[n - 1] += perfect.Null;
            Balance = _balance.Approach(_aim, _most, _mixture) with { Steps = Balance.Steps, Programs = Balance.Programs, ProgramError = Balance.ProgramError };
        }
        Renewals++;
        return polytope;
    }

    // Nothing is known but what the null policy does.
    private ConfidenceBox Unknown()
    {
        var box = new ConfidenceBox(Policies.Count, _start.Resources);
        for (int q = 0; q <= _start.Resources; q++) box.Intersect(q, Policies.Count - 1, 0, 0);
        return box;
    }

    private PolicyTable Opened(PolicyTable policies, bool addNull)
    {
        int n = policies.Count, contexts = policies.Contexts;
        var choices = new int[(addNull ? n + 1 : n) * contexts];
        for (int x = 0; x < contexts; x++)
            for (int i = 0; i < n; i++) choices[i * contexts + x] = _closed[policies[i, x]] ? 0 : policies[i, x];
        return new PolicyTable(policies.Actions, contexts, choices);
    }
}
