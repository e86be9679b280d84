using Forage.Bandits.Elimination.Internals;

namespace Forage.Bandits.Elimination;

/// <summary>
/// A finite class F of N regressors over finite contexts, written out: f(x, a) in [0, 1] predicts the mean reward of action a in context x. Each induces the policy
/// π_f(x) = arg max_a f(x, a), ties to the lowest action, always.
/// </summary>
public sealed class RegressorTable
{
    private readonly double[] _values; // (context, action) × N

    /// <summary>A class of regressors.</summary>
    /// <param name="actions">Number of actions K, 1 to <see cref="PolicyTable.MostActions"/>.</param>
    /// <param name="contexts">Number of contexts.</param>
    /// <param name="values">N × contexts × K predictions, a regressor's table after the other, in it a context's row after the other.</param>
    /// <exception cref="ForageException">A size or a prediction is out of range.</exception>
    public RegressorTable(int actions, int contexts, ReadOnlySpan<double> values)
    {
        if (actions < 1 || contexts < 1) EliminationThrow.Wrong($"Regressors over {contexts} contexts and {actions} actions were asked for; expected at least 1 of each.");
        int cells = actions * contexts;
        if (values.IsEmpty || values.Length % cells != 0) EliminationThrow.Wrong($"{values.Length} predictions were given for {contexts} contexts and {actions} actions; expected {cells} a regressor and at least one regressor.");
        (Actions, Contexts, Count) = (actions, contexts, values.Length / cells);
        _values = new double[values.Length];
        var choices = new int[Count * contexts];
        for (int f = 0; f < Count; f++)
        {
            var table = values.Slice(f * cells, cells);
            for (int cell = 0; cell < cells; cell++)
            {
                if (!(table[cell] is >= 0 and <= 1)) EliminationThrow.Wrong($"Regressor {f} predicts {table[cell]} for action {cell % actions} in context {cell / actions}; expected a mean reward in [0, 1].");
                _values[cell * Count + f] = table[cell];
            }
            for (int x = 0; x < contexts; x++)
            {
                var row = table.Slice(x * actions, actions);
                int best = 0;
                for (int a = 1; a < actions; a++)
                    if (row[a] > row[best]) best = a;
                choices[f * contexts + x] = best;
            }
        }
        Policies = new PolicyTable(actions, contexts, choices);
    }

    /// <summary>Number of actions K.</summary>
    public int Actions { get; }

    /// <summary>Number of contexts.</summary>
    public int Contexts { get; }

    /// <summary>Number of regressors N.</summary>
    public int Count { get; }

    /// <summary>Π_F: the policy π_f of each regressor, under the same number.</summary>
    public PolicyTable Policies { get; }

    /// <summary>f(x, a).</summary>
    public double this[int regressor, int context, int action] => Column(context, action)[regressor];

    /// <summary>What each regressor predicts for one action in one context.</summary>
    public ReadOnlySpan<double> Column(int context, int action) => _values.AsSpan((context * Actions + action) * Count, Count);
}
