using System.Runtime.InteropServices;
using Forage.Persistence;
using Forage.Quantiles.Quanting;

namespace Forage.Quantiles.Trees;

/// <summary>A binary decision tree over numbers. A row with a missing value goes down both sides with the shares training rows had, and the leaves' probabilities are averaged.</summary>
public sealed class DecisionTree : IBinaryClassifier
{
    internal const string Name = "tree";

    private readonly Node[] _nodes;

    internal DecisionTree(Node[] nodes) => _nodes = nodes;

    /// <inheritdoc/>
    public string Kind => Name;

    /// <summary>Number of nodes, leaves included.</summary>
    public int Nodes => _nodes.Length;

    /// <summary>Number of leaves.</summary>
    public int Leaves => (_nodes.Length + 1) / 2;

    /// <inheritdoc/>
    public float Probability(ReadOnlySpan<float> row)
    {
        var nodes = _nodes;
        int at = 0;
        while (true)
        {
            ref readonly var node = ref nodes[at];
            if (node.Feature < 0) return node.Value;
            float x = row[node.Feature];
            if (x <= node.Value) at = node.Left;
            else if (x > node.Value) at = node.Left + 1;
            else return Both(at, row);
        }
    }

    /// <inheritdoc/>
    public void Save(ModelWriter writer)
    {
        writer.Write(_nodes.Length);
        writer.Write(MemoryMarshal.AsBytes<Node>(_nodes));
    }

    internal static DecisionTree Load(ModelReader reader)
    {
        int count = reader.ReadInt32();
        if (count is < 1 or > 1 << 28) throw new ForageException($"The model has a decision tree of {count} nodes; expected at least 1.");
        var nodes = new List<Node>(Math.Min(count, 1 << 16));
        for (int i = 0; i < count; i++)
        {
            Node node = default;
            reader.Read(MemoryMarshal.AsBytes(new Span<Node>(ref node)));
            if (node.Feature >= 0 && (node.Left <= i || node.Left >= count - 1)) throw new ForageException($"The model has a decision tree whose node {i} has no children where they should be.");
            nodes.Add(node);
        }
        return new DecisionTree([.. nodes]);
    }

    private float Both(int at, ReadOnlySpan<float> row)
    {
        ref readonly var node = ref _nodes[at];
        if (node.Feature < 0) return node.Value;
        float x = row[node.Feature];
        if (x <= node.Value) return Both(node.Left, row);
        if (x > node.Value) return Both(node.Left + 1, row);
        return node.LeftShare * Both(node.Left, row) + (1 - node.LeftShare) * Both(node.Left + 1, row);
    }

    /// <summary>A node: a question x[Feature] ≤ Value, or a leaf (Feature = -1) with its probability in Value. The right child stands after the left one.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Node
    {
        public int Feature;
        public float Value;
        public int Left;
        public float LeftShare;
    }
}
