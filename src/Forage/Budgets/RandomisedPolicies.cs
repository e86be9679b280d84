using Forage.Bandits;
using Forage.Budgets.Internals;

namespace Forage.Budgets;

/// <summary>
/// Randomised policies made deterministic (paper 01, footnote 5): a context x is replaced by the vector of what every policy would play in it, the randomness going into which vector comes. All policies turn the same uniform u into an
/// action by the inverse of their distribution function, so the vectors of a context are the intervals between the break points of all N functions: at most N (K - 1) + 1 of them, exactly weighted.
/// </summary>
public sealed class RandomisedPolicies
{
    private readonly double[] _ends; // upper ends of u, of all contexts side by side
    private readonly int[] _first;

    /// <summary>A class.</summary>
    /// <param name="actions">K.</param>
    /// <param name="contexts">Probability of every context.</param>
    /// <param name="distributions">N × contexts × K probabilities, a policy's after the other's.</param>
    public RandomisedPolicies(int actions, ReadOnlySpan<double> contexts, ReadOnlySpan<double> distributions)
    {
        int cells = contexts.Length * actions;
        if (actions < 1 || cells == 0 || distributions.IsEmpty || distributions.Length % cells != 0)
            BudgetThrow.Wrong($"{distributions.Length} probabilities were given for {contexts.Length} contexts and {actions} actions; expected {cells} a policy and at least one policy.");
        int n = distributions.Length / cells;
        double[] upTo = new double[distributions.Length]; // distribution functions
        for (int row = 0; row < n * contexts.Length; row++)
        {
            double sum = 0;
            for (int a = 0; a < actions; a++)
            {
                double p = distributions[row * actions + a];
                if (!(p >= 0 && p <= 1 + 1e-9)) BudgetThrow.Wrong($"Policy {row / contexts.Length} plays action {a} with probability {p} in context {row % contexts.Length}; expected one in [0, 1].");
                upTo[row * actions + a] = sum += p;
            }
            if (!(Math.Abs(sum - 1) <= 1e-9)) BudgetThrow.Wrong($"The probabilities of policy {row / contexts.Length} in context {row % contexts.Length} sum to {sum}; expected 1.");
            upTo[row * actions + actions - 1] = 1;
        }
        var ends = new List<double>();
        var probabilities = new List<double>();
        var columns = new List<int[]>();
        _first = new int[contexts.Length + 1];
        for (int x = 0; x < contexts.Length; x++)
        {
            var breaks = new SortedSet<double>();
            for (int i = 0; i < n; i++)
                for (int a = 0; a < actions; a++) breaks.Add(Math.Min(1, upTo[(i * contexts.Length + x) * actions + a]));
            double from = 0;
            foreach (double to in breaks)
            {
                if (!(to - from > 1e-12)) continue;
                double middle = (from + to) / 2;
                var column = new int[n];
                for (int i = 0; i < n; i++)
                    while (upTo[(i * contexts.Length + x) * actions + column[i]] < middle) column[i]++;
                ends.Add(to);
                probabilities.Add(contexts[x] * (to - from));
                columns.Add(column);
                from = to;
            }
            _first[x + 1] = ends.Count;
        }
        var choices = new int[n * columns.Count];
        for (int z = 0; z < columns.Count; z++)
            for (int i = 0; i < n; i++) choices[i * columns.Count + z] = columns[z][i];
        double total = probabilities.Sum();
        (_ends, Probabilities, Policies) = ([.. ends], [.. probabilities.Select(p => p / total)], new PolicyTable(actions, columns.Count, choices));
    }

    /// <summary>The class over the new contexts.</summary>
    public PolicyTable Policies { get; }

    /// <summary>Probability of every new context.</summary>
    public IReadOnlyList<double> Probabilities { get; }

    /// <summary>The new context of an old one and a uniform number.</summary>
    /// <param name="context">Old context.</param>
    /// <param name="u">In [0, 1).</param>
    public int Context(int context, double u)
    {
        int z = _first[context];
        while (z < _first[context + 1] - 1 && u >= _ends[z]) z++;
        return z;
    }

    /// <summary>The old context of a new one.</summary>
    public int Original(int context)
    {
        int x = 0;
        while (_first[x + 1] <= context) x++;
        return x;
    }
}
