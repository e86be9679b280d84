using Forage.Features;

namespace Forage.Search;

/// <summary>Which of a policy's actions are allowed. Immutable; a task makes the sets it needs once and hands them over again and again.</summary>
public sealed class ActionSet
{
    private readonly bool[] _contains;

    /// <summary>A set.</summary>
    /// <param name="actions">Number of actions of the policy.</param>
    /// <param name="allowed">Those that are allowed, at least one.</param>
    /// <exception cref="ForageException">None is allowed, or one is not an action.</exception>
    public ActionSet(int actions, params ReadOnlySpan<int> allowed)
    {
        if (actions < 1) throw new ForageException($"A policy of {actions} actions; expected at least 1.");
        if (allowed.IsEmpty) throw new ForageException("A set of allowed actions is empty; expected at least one action.");
        (Actions, _contains) = (actions, new bool[actions]);
        foreach (int a in allowed)
        {
            if ((uint)a >= (uint)actions) throw new ForageException($"Action {a} is allowed; expected 0 to {actions - 1}.");
            _contains[a] = true;
        }
        Mask = GC.AllocateArray<float>((actions + 15) & ~15, pinned: true);
        Mask.AsSpan().Fill(float.NegativeInfinity);
        var rng = new Rng((ulong)actions);
        ulong hash = rng.Key;
        for (int a = 0; a < actions; a++)
        {
            if (!_contains[a]) continue;
            Mask[a] = 0;
            Count++;
            if (Count == 1) First = a;
            hash ^= rng.Fork((ulong)a).Key;
        }
        Hash = hash;
    }

    /// <summary>Number of actions of the policy.</summary>
    public int Actions { get; }

    /// <summary>Number of allowed actions.</summary>
    public int Count { get; }

    /// <summary>The smallest allowed action.</summary>
    public int First { get; }

    /// <summary>Whether an action is allowed.</summary>
    public bool Contains(int action) => (uint)action < (uint)Actions && _contains[action];

    /// <summary>0 where allowed, -infinity elsewhere, padded to 16 floats; pinned.</summary>
    internal float[] Mask { get; }

    /// <summary>Equal for equal sets.</summary>
    internal ulong Hash { get; }
}
