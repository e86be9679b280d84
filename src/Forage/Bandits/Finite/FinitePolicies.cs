using Forage.Bandits.Internals;

namespace Forage.Bandits.Finite;

/// <summary>N deterministic policies over a finite set of contexts: policy i takes action <c>this[i, x]</c> in context x.</summary>
public sealed class FinitePolicies
{
    private readonly int[] _actions;

    /// <summary>The class of the given policies.</summary>
    /// <param name="policies">A row a policy: its action in each context.</param>
    /// <param name="actions">Number of actions K.</param>
    /// <exception cref="ForageException">No policy, rows of different lengths, or an action out of range.</exception>
    public FinitePolicies(IReadOnlyList<int[]> policies, int actions)
    {
        if (policies.Count == 0 || policies[0].Length == 0) throw new ForageException("A class without policies or contexts was given; expected at least one of each.");
        if (actions < 1) throw new ForageException($"A class over {actions} actions was given; expected at least 1.");
        (Count, Contexts, Actions) = (policies.Count, policies[0].Length, actions);
        _actions = new int[(long)Count * Contexts];
        for (int i = 0; i < Count; i++)
        {
            if (policies[i].Length != Contexts) throw new ForageException($"Policy {i} decides in {policies[i].Length} contexts; expected {Contexts} as the others.");
            foreach (int a in policies[i])
                if ((uint)a >= (uint)actions) throw new ForageException($"Policy {i} takes action {a}; expected one in 0..{actions - 1}.");
            policies[i].CopyTo(_actions, i * Contexts);
        }
    }

    /// <summary>Number of policies N.</summary>
    public int Count { get; }

    /// <summary>Number of contexts.</summary>
    public int Contexts { get; }

    /// <summary>Number of actions K.</summary>
    public int Actions { get; }

    /// <summary>Action of a policy in a context.</summary>
    public int this[int policy, int context] => _actions[policy * Contexts + context];

    internal void CheckRound(int context, int action, double probability, double reward)
    {
        if ((uint)context >= (uint)Contexts) throw new ForageException($"Context {context} was met; expected one in 0..{Contexts - 1}.");
        if ((uint)action >= (uint)Actions) BanditThrow.BadAction(action, Actions);
        if (!(probability > 0 && probability <= 1)) BanditThrow.BadProbability(probability);
        if (!(reward >= 0 && reward <= 1)) throw new ForageException($"A reward of {BanditThrow.Text(reward)} was met; expected one in [0, 1].");
    }

    internal void CheckContext(int context, int room)
    {
        if ((uint)context >= (uint)Contexts) throw new ForageException($"Context {context} was met; expected one in 0..{Contexts - 1}.");
        if (room != Actions) BanditThrow.ActionCount(room, Actions);
    }
}
