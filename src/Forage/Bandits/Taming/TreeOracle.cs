using System.Runtime.InteropServices;
using Forage.Bandits.Taming.Internals;
using Forage.Oracles;

namespace Forage.Bandits.Taming;

/// <summary>
/// The arg-max oracle of decision trees of limited depth over dense features, split where a <see cref="SplitGrid"/> says. Exact up to depth 2
/// (n contexts, F features, S splits: n F K additions for depth 1, F n F K + S² K for depth 2). Deeper trees are grown greedily from the top, by the
/// split whose two sides earn most with one action each, with exact trees of depth 2 at the bottom: inexact.
/// </summary>
/// <remarks>
/// Contexts that no tree can tell apart get one number, so their observations are counted and not listed.
/// </remarks>
public sealed class TreeOracle : IArgMaxOracle
{
    private readonly Dictionary<string, int> _numbers = [];
    private readonly Dictionary<string, DecisionTreePolicy> _trees = [];
    private readonly List<byte> _bins = []; // contexts × features
    private readonly TreeSearch _search;
    private readonly char[] _key;

    /// <summary>An oracle that knows no context yet.</summary>
    /// <param name="grid">Where trees may split.</param>
    /// <param name="actions">Number of actions K.</param>
    /// <param name="depth">Most questions from root to leaf, 0 to 12.</param>
    public TreeOracle(SplitGrid grid, int actions, int depth)
    {
        if (depth is < 0 or > 12) throw new ForageException($"Trees of depth {depth} were asked for; expected 0 to 12.");
        if (actions < 1) throw new ForageException($"Trees over {actions} actions were asked for; expected at least 1.");
        (Grid, Actions, Depth) = (grid, actions, depth);
        _search = new TreeSearch(grid, actions);
        _key = new char[grid.Features];
    }

    /// <summary>Where trees may split.</summary>
    public SplitGrid Grid { get; }

    /// <summary>Most questions from root to leaf.</summary>
    public int Depth { get; }

    /// <inheritdoc/>
    public int Actions { get; }

    /// <inheritdoc/>
    public int Contexts => _numbers.Count;

    /// <inheritdoc/>
    public bool IsExact => Depth <= 2;

    /// <inheritdoc/>
    public double LogPolicies => Grid.LogTrees(Depth, Actions);

    /// <summary>The number of a context, new if no tree has been able to tell it from one before.</summary>
    /// <param name="features">A value a feature; not NaN.</param>
    public int NumberOf(ReadOnlySpan<float> features)
    {
        if (features.Length != Grid.Features) throw new ForageException($"A context of {features.Length} features came; expected {Grid.Features}.");
        for (int f = 0; f < features.Length; f++)
        {
            if (float.IsNaN(features[f])) throw new ForageException($"Feature {f} of a context is NaN; expected a number.");
            _key[f] = (char)Grid.Bin(f, features[f]);
        }
        var lookup = _numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(_key, out int number)) return number;
        number = _numbers.Count;
        lookup[_key] = number;
        foreach (char bin in _key) _bins.Add((byte)bin);
        return number;
    }

    /// <inheritdoc/>
    public IContextPolicy Best(ReadOnlySpan<double> rewards)
    {
        if (rewards.Length != Contexts * Actions) throw new ArgumentException($"{rewards.Length} rewards were given; expected {Contexts * Actions}.", nameof(rewards));
        var tree = _search.Best(CollectionsMarshal.AsSpan(_bins), rewards, Depth);
        string key = tree.Key();
        if (!_trees.TryGetValue(key, out var policy)) _trees.Add(key, policy = new DecisionTreePolicy(this, tree));
        return policy;
    }

    internal ReadOnlySpan<byte> BinsOf(int context) => CollectionsMarshal.AsSpan(_bins).Slice(context * Grid.Features, Grid.Features);
}
