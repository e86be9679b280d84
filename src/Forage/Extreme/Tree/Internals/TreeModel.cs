using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Forage.Persistence;

namespace Forage.Extreme.Tree.Internals;

/// <summary>One tree with its classifiers: the chunk of a node of level l scores its children, nodes of level l + 1 or labels.</summary>
internal sealed class TreeModel
{
    private readonly WeightChunk[][] _chunks;
    private readonly int[] _firstNode;
    private readonly NodeLoss _loss;

    public TreeModel(TreeLevels levels, WeightChunk[][] chunks, NodeLoss loss)
    {
        (Levels, _chunks, _loss) = (levels, chunks, loss);
        _firstNode = new int[levels.Depth + 1];
        for (int l = 0; l < levels.Depth; l++) _firstNode[l + 1] = _firstNode[l] + chunks[l].Length;
    }

    public TreeLevels Levels { get; }

    /// <summary>Nodes with children, over all levels.</summary>
    public int Nodes => _firstNode[^1];

    public IEnumerable<WeightChunk> Chunks(int level) => _chunks[level];

    /// <summary>Number of a node among all.</summary>
    public int NumberOf(int level, int node) => _firstNode[level] + node;

    /// <summary>Room that <see cref="Conditionals"/> needs.</summary>
    public int RoomOf(int level, int node) => _chunks[level][node].Stride;

    /// <summary>P(child | its parent, x) of all children of a node.</summary>
    public void Conditionals(int level, int node, LabelTreeScratch scratch, Span<float> probabilities)
    {
        var chunk = _chunks[level][node];
        int n = scratch.Features;
        chunk.Score(scratch.Columns.AsSpan(0, n), scratch.Values.AsSpan(0, n), scratch.Hits.AsSpan(0, n), scratch.HitValues.AsSpan(0, n), probabilities);
        if (_loss == NodeLoss.Logistic) Sigmoid(probabilities[..chunk.Stride]);
        else Hinge(probabilities[..chunk.Stride]);
    }

    public void Save(ModelWriter writer)
    {
        writer.BeginChunk("LTRT", 1);
        Levels.Save(writer);
        foreach (var level in _chunks)
            foreach (var chunk in level) chunk.Save(writer);
        writer.EndChunk();
    }

    public static TreeModel Load(ModelReader reader, NodeLoss loss)
    {
        reader.BeginChunk("LTRT", 1);
        var levels = TreeLevels.Load(reader);
        var chunks = new WeightChunk[levels.Depth][];
        for (int l = 0; l < chunks.Length; l++)
        {
            chunks[l] = new WeightChunk[levels.NodesAt(l)];
            var first = levels.FirstChild(l);
            for (int n = 0; n < chunks[l].Length; n++)
            {
                chunks[l][n] = WeightChunk.Load(reader);
                if (chunks[l][n].Children != first[n + 1] - first[n]) throw new ForageException("The label tree is damaged: a node has other children than classifiers.");
            }
        }
        reader.EndChunk();
        return new TreeModel(levels, chunks, loss);
    }

    private static void Sigmoid(Span<float> s)
    {
        foreach (ref var v in MemoryMarshal.Cast<float, Vector512<float>>(s)) v = Probability.Sigmoid(v);
    }

    private static void Hinge(Span<float> s)
    {
        foreach (ref var v in MemoryMarshal.Cast<float, Vector512<float>>(s))
        {
            var miss = Vector512.Min(Vector512.Max(Vector512<float>.One - v, Vector512<float>.Zero), Vector512.Create(9f));
            v = Vector512.Min(Vector512.Exp(-miss * miss), Vector512<float>.One);
        }
    }
}
