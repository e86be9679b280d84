using Forage.Bandits.Internals;
using Forage.Features;

namespace Forage.Bandits;

/// <summary>
/// A finite class Π of N policies over a finite set of contexts, written out: policy i plays π_i(x) in context x. Stored as one byte an entry, all
/// policies of a context side by side, so that summing rewards over the whole class runs at the speed of the vector unit.
/// </summary>
public sealed class PolicyTable
{
    /// <summary>Most actions a table can hold.</summary>
    public const int MostActions = 256;

    private readonly byte[] _choices; // contexts × stride, the policies of a context contiguous, padded with zeros
    private readonly int _stride;

    /// <summary>A class of policies.</summary>
    /// <param name="actions">Number of actions K, 1 to <see cref="MostActions"/>.</param>
    /// <param name="contexts">Number of contexts.</param>
    /// <param name="choices">N × contexts actions, a policy's row after the other.</param>
    /// <exception cref="ForageException">A size or an action is out of range.</exception>
    public PolicyTable(int actions, int contexts, ReadOnlySpan<int> choices)
    {
        if (actions is < 1 or > MostActions) throw new ForageException($"A table of policies over {actions} actions was asked for; expected 1 to {MostActions}.");
        if (contexts < 1) throw new ForageException($"A table of policies over {contexts} contexts was asked for; expected at least 1.");
        if (choices.IsEmpty || choices.Length % contexts != 0)
            throw new ForageException($"{choices.Length} choices were given for policies over {contexts} contexts; expected {contexts} a policy and at least one policy.");
        Actions = actions;
        Contexts = contexts;
        Count = choices.Length / contexts;
        _stride = ClassSums.Padded(Count);
        _choices = new byte[(long)_stride * contexts];
        for (int i = 0; i < Count; i++)
        {
            for (int x = 0; x < contexts; x++)
            {
                int action = choices[i * contexts + x];
                if ((uint)action >= (uint)actions) throw new ForageException($"Policy {i} plays action {action} in context {x}; expected 0 to {actions - 1}.");
                _choices[(long)x * _stride + i] = (byte)action;
            }
        }
    }

    /// <summary>Number of actions K.</summary>
    public int Actions { get; }

    /// <summary>Number of contexts.</summary>
    public int Contexts { get; }

    /// <summary>Number of policies N.</summary>
    public int Count { get; }

    /// <summary>The action policy <paramref name="policy"/> plays in context <paramref name="context"/>.</summary>
    public int this[int policy, int context] => Column(context)[policy];

    /// <summary>What each policy plays in one context: N actions.</summary>
    public ReadOnlySpan<byte> Column(int context) => _choices.AsSpan(context * _stride, Count);

    /// <summary>Sums rewards over contexts for every policy: values[i] = Σ_x rewards[x · K + π_i(x)].</summary>
    /// <param name="rewards">contexts × K, a context's row after the other.</param>
    /// <param name="values">Receives N sums.</param>
    public void Sum(ReadOnlySpan<double> rewards, Span<double> values)
    {
        CheckSum(rewards, values);
        ClassSums.Sum(_choices, _stride, Actions, rewards, values);
    }

    /// <summary>The scalar twin of <see cref="Sum"/>: the same additions in the same order, hence the same doubles.</summary>
    internal void SumScalar(ReadOnlySpan<double> rewards, Span<double> values)
    {
        CheckSum(rewards, values);
        ClassSums.SumScalar(_choices, _stride, Actions, rewards, values);
    }

    /// <summary>Every policy there is: all K^contexts of them, in the order of counting with context 0 as the lowest digit.</summary>
    /// <exception cref="ForageException">There are more than a million.</exception>
    public static PolicyTable All(int actions, int contexts)
    {
        double count = Math.Pow(actions, contexts);
        if (!(count <= 1_000_000)) throw new ForageException($"All policies of {actions} actions in {contexts} contexts are {count:G4}; expected at most 1,000,000.");
        var choices = new int[(int)count * contexts];
        for (int i = 0, at = 0; i < (int)count; i++)
            for (int x = 0, rest = i; x < contexts; x++, rest /= actions) choices[at++] = rest % actions;
        return new PolicyTable(actions, contexts, choices);
    }

    /// <summary>N policies whose actions are drawn uniformly and independently.</summary>
    public static PolicyTable Random(int actions, int contexts, int count, ref Rng rng)
    {
        var choices = new int[contexts * count];
        foreach (ref int choice in choices.AsSpan()) choice = rng.NextInt(actions);
        return new PolicyTable(actions, contexts, choices);
    }

    private void CheckSum(ReadOnlySpan<double> rewards, Span<double> values)
    {
        if (rewards.Length != Contexts * Actions || values.Length != Count)
            throw new ArgumentException($"{rewards.Length} rewards and {values.Length} values were given; expected {Contexts * Actions} and {Count}.");
    }
}
