using Forage.Budgets.Internals;
using Forage.Oracles;

namespace Forage.Budgets.Oracle;

/// <summary>The arg-max oracle of every policy there is over a finite set of contexts: the best action of each, ties to the lower number. Exact, in contexts × K steps, however many policies that is.</summary>
public sealed class EveryPolicyOracle : IArgMaxOracle
{
    /// <summary>An oracle.</summary>
    /// <param name="actions">K.</param>
    /// <param name="contexts">Number of contexts.</param>
    public EveryPolicyOracle(int actions, int contexts)
    {
        if (actions < 1 || contexts < 1) BudgetThrow.Wrong($"{actions} actions and {contexts} contexts were asked for; expected at least 1 of each.");
        (Actions, Contexts) = (actions, contexts);
    }

    /// <inheritdoc/>
    public int Actions { get; }

    /// <inheritdoc/>
    public int Contexts { get; }

    /// <inheritdoc/>
    public bool IsExact => true;

    /// <inheritdoc/>
    public double LogPolicies => Contexts * Math.Log(Actions);

    /// <inheritdoc/>
    public IContextPolicy Best(ReadOnlySpan<double> rewards)
    {
        if (rewards.Length != Contexts * Actions) throw new ArgumentException($"{rewards.Length} rewards were given; expected {Contexts * Actions}.");
        var choices = new int[Contexts];
        for (int x = 0; x < Contexts; x++)
        {
            var row = rewards.Slice(x * Actions, Actions);
            for (int a = 1; a < Actions; a++)
                if (row[a] > row[choices[x]]) choices[x] = a;
        }
        return new Written(choices);
    }

    private sealed class Written(int[] choices) : IContextPolicy
    {
        public void Choose(int first, Span<int> actions) => choices.AsSpan(first, actions.Length).CopyTo(actions);
    }
}
