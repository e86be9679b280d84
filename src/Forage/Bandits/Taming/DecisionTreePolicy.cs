using System.Globalization;
using Forage.Bandits.Taming.Internals;
using Forage.Oracles;

namespace Forage.Bandits.Taming;

/// <summary>A policy of a <see cref="TreeOracle"/>.</summary>
public sealed class DecisionTreePolicy : IContextPolicy
{
    private readonly TreeOracle _oracle;
    private readonly TreeNode _root;

    internal DecisionTreePolicy(TreeOracle oracle, TreeNode root) => (_oracle, _root) = (oracle, root);

    /// <inheritdoc/>
    public void Choose(int first, Span<int> actions)
    {
        for (int x = 0; x < actions.Length; x++) actions[x] = _root.ActionFor(_oracle.BinsOf(first + x));
    }

    /// <summary>The tree in words: "x3 ≤ 0.5 ? (x0 ≤ 0.25 ? 1 : 0) : 2".</summary>
    public override string ToString() => Text(_root);

    private string Text(TreeNode node)
    {
        if (node.IsLeaf) return node.Action.ToString(CultureInfo.InvariantCulture);
        string Side(TreeNode side) => side.IsLeaf ? Text(side) : $"({Text(side)})";
        return string.Create(CultureInfo.InvariantCulture, $"x{node.Feature} ≤ {_oracle.Grid.Of(node.Feature)[node.Threshold]} ? {Side(node.Below!)} : {Side(node.Above!)}");
    }
}
