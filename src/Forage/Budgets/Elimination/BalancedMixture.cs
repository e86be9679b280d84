using Forage.Bandits;
using Forage.Budgets.Internals;

namespace Forage.Budgets.Elimination;

/// <summary>What proves Eq. 5 of paper 01 for the P in use.</summary>
/// <param name="Worst">max_π α_π V_π with V_π = E_x[1/P'(π(x)|x)].</param>
/// <param name="Bound">2K.</param>
/// <param name="Steps">Frank-Wolfe steps taken.</param>
/// <param name="Programs">Linear programs solved for α.</param>
/// <param name="ProgramError">The largest gap or violation of their certificates.</param>
public readonly record struct BalanceCertificate(double Worst, double Bound, int Steps, int Programs, double ProgramError)
{
    /// <summary>True if Eq. 5 holds.</summary>
    public bool Holds => Worst <= Bound;
}

/// <summary>
/// A balanced P in F (Eq. 5 of paper 01): α_π E_x[1/P'(π(x)|x)] ≤ 2K for every policy, P' = (1-q0) P + q0/K_x on the K_x ≤ K actions that some policy plays in context x (the paper: on all; the rest teaches nothing about any policy). Minimises -E_x Σ_a ln P'(a|x) over F by Frank-Wolfe steps with exact line search.
/// </summary>
/// <remarks>
/// Σ_π P(π) V_π ≤ E[K_x] ≤ K for every P, as Σ_a 1/P'(a|x) ≥ K_x². And α_π V_π ≤ max over F of Q·V, for some vertex gives π the weight α_π. So once max_Q Q·V - P·V ≤ K, which must come as the gap tends to 0, Eq. 5 is proved. It is
/// checked directly after every step and mostly holds sooner.
/// </remarks>
public sealed class BalancedMixture
{
    private const int MostSteps = 10_000;
    private const int Halvings = 50;
    private const int Approaches = 20;
    private readonly PolicyTable _policies;
    private readonly double[] _contexts, _floor, _mass, _toward, _inverse, _values, _vertex;

    /// <summary>A solver for a class.</summary>
    /// <param name="policies">The class.</param>
    /// <param name="contexts">Probability of every context.</param>
    /// <param name="noise">q0 in (0, 1).</param>
    public BalancedMixture(PolicyTable policies, ReadOnlySpan<double> contexts, double noise)
    {
        if (contexts.Length != policies.Contexts) BudgetThrow.Wrong($"{contexts.Length} probabilities of contexts were given; expected {policies.Contexts}.");
        if (!(noise is > 0 and < 1)) BudgetThrow.Wrong($"The share of uniform play is {noise}; expected one between 0 and 1.");
        int cells = policies.Contexts * policies.Actions;
        (_policies, _contexts, Noise) = (policies, contexts.ToArray(), noise);
        _floor = new double[cells];
        for (int x = 0; x < policies.Contexts; x++)
        {
            var row = _floor.AsSpan(x * policies.Actions, policies.Actions);
            foreach (byte a in policies.Column(x)) row[a] = 1;
            double played = 0;
            foreach (double one in row) played += one;
            foreach (ref double share in row) share *= noise / played;
        }
        (_mass, _toward, _inverse, _values, _vertex) = (new double[cells], new double[cells], new double[cells], new double[policies.Count], new double[policies.Count]);
    }

    /// <summary>q0.</summary>
    public double Noise { get; }

    /// <summary>V_π of the last P looked at.</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>Writes P'(·|x) of the last P looked at.</summary>
    public void Distribution(int context, Span<double> pmf)
    {
        for (int a = 0; a < pmf.Length; a++) pmf[a] = Noisy(_mass, context * pmf.Length + a);
    }

    /// <summary>Moves P within F until Eq. 5 holds.</summary>
    /// <param name="polytope">F.</param>
    /// <param name="most">Upper bounds on α, 1 if nothing is known; lowered where Eq. 5 asks for it. With a greater α Eq. 5 says more, so what holds for bounds holds for α.</param>
    /// <param name="mixture">P in F, moved.</param>
    public BalanceCertificate Solve(PerfectPolytope polytope, Span<double> most, Span<double> mixture)
    {
        double error = 0;
        int programs = 0, exact = -1;
        for (int step = 0; ;)
        {
            Evaluate(mixture);
            int at;
            while (most[at = WorstPolicy(most)] * _values[at] > 2 * _policies.Actions && at != exact)
            {
                error = Math.Max(error, polytope.Tighten(exact = at, most));
                programs++;
            }
            var certificate = new BalanceCertificate(most[at] * _values[at], 2 * _policies.Actions, step, programs, error);
            if (certificate.Holds || step++ == MostSteps) return certificate;
            polytope.Maximise(_values, _vertex);
            Spread(_vertex, _toward);
            double share = LineSearch();
            for (int i = 0; i < mixture.Length; i++) mixture[i] += share * (_vertex[i] - mixture[i]);
            exact = -1;
        }
    }

    /// <summary>Moves P as far towards another member of F as Eq. 5 allows, which is an interval as V is convex in P.</summary>
    /// <param name="aim">The other member.</param>
    /// <param name="most">Upper bounds on α.</param>
    /// <param name="mixture">P in F for which Eq. 5 holds, moved.</param>
    public BalanceCertificate Approach(ReadOnlySpan<double> aim, ReadOnlySpan<double> most, Span<double> mixture)
    {
        double[] start = mixture.ToArray();
        double low = 0, high = 1;
        var held = Between(start, aim, 1, most, mixture);
        if (held.Holds) return held;
        for (int i = 0; i < Approaches; i++)
        {
            double middle = (low + high) / 2;
            if (Between(start, aim, middle, most, mixture).Holds) low = middle;
            else high = middle;
        }
        return Between(start, aim, low, most, mixture);
    }

    /// <summary>Eq. 5 for any P, from P alone.</summary>
    public BalanceCertificate Check(ReadOnlySpan<double> most, ReadOnlySpan<double> mixture)
    {
        Evaluate(mixture);
        int at = WorstPolicy(most);
        return new BalanceCertificate(most[at] * _values[at], 2 * _policies.Actions, 0, 0, 0);
    }

    /// <summary>Adds what an estimate of each cell by importance weighting varies by in so many rounds of the last P looked at: totals[x K + a] += rounds · p(x)/P'(a|x). The null action's outcomes are known, so it adds nothing.</summary>
    internal void AddVariance(long rounds, Span<double> totals)
    {
        int k = _policies.Actions;
        for (int i = 0; i < totals.Length; i++)
            if (i % k != 0) totals[i] += rounds * _inverse[i];
    }

    private BalanceCertificate Between(ReadOnlySpan<double> from, ReadOnlySpan<double> to, double share, ReadOnlySpan<double> most, Span<double> mixture)
    {
        for (int i = 0; i < mixture.Length; i++) mixture[i] = from[i] + share * (to[i] - from[i]);
        return Check(most, mixture);
    }

    private void Evaluate(ReadOnlySpan<double> mixture)
    {
        Spread(mixture, _mass);
        int k = _policies.Actions;
        for (int i = 0; i < _mass.Length; i++) _inverse[i] = _floor[i] > 0 ? _contexts[i / k] / Noisy(_mass, i) : 0;
        _policies.Sum(_inverse, _values);
    }

    private int WorstPolicy(ReadOnlySpan<double> most)
    {
        int at = 0;
        for (int i = 1; i < _values.Length; i++)
            if (most[i] * _values[i] > most[at] * _values[at]) at = i;
        return at;
    }

    private double Noisy(double[] mass, int cell) => (1 - Noise) * mass[cell] + _floor[cell];

    // P(a|x) = Σ P(π) 1{π(x) = a}
    private void Spread(ReadOnlySpan<double> mixture, double[] mass)
    {
        Array.Clear(mass);
        int k = _policies.Actions;
        for (int x = 0; x < _contexts.Length; x++)
        {
            var column = _policies.Column(x);
            for (int i = 0; i < mixture.Length; i++)
                if (mixture[i] > 0) mass[x * k + column[i]] += mixture[i];
        }
    }

    // The root of the falling derivative of Σ ln P' along the way to the vertex.
    private double LineSearch()
    {
        double low = 0, high = 1;
        if (Rises(1)) return 1;
        for (int i = 0; i < Halvings; i++)
        {
            double middle = (low + high) / 2;
            if (Rises(middle)) low = middle;
            else high = middle;
        }
        return low;
    }

    private bool Rises(double share)
    {
        double slope = 0;
        int k = _policies.Actions;
        for (int i = 0; i < _mass.Length; i++)
        {
            double step = _toward[i] - _mass[i];
            if (step != 0) slope += _contexts[i / k] * step / ((1 - Noise) * (_mass[i] + share * step) + _floor[i]);
        }
        return slope > 0;
    }
}
