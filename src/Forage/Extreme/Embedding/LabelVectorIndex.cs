using Forage.Extreme.Embedding.Internals;
using Forage.Linear.Internals;
using Forage.Persistence;

namespace Forage.Extreme.Embedding;

/// <summary>
/// Finds labels of high score without scoring all: label vectors with their biases are clustered by a balanced binary tree of 2-means; a search looks at the
/// groups half-way down, then at the leaves below the best groups, then, exactly, at the labels of the best leaves. A group or leaf counts as h · mean + |h| κ σ, its mean score
/// and κ = <see cref="LabelIndexOptions.Spread"/> deviations of scores in it, were its vectors spread alike in all directions.
/// </summary>
/// <remarks>
/// It finds what is in the leaves that promise most, which need not be the best labels: measure its recall (<c>bench/extreme-serving</c>). The index belongs to the model
/// as it was when built; training moves labels and it should be built anew. A search with h of d numbers costs O(d (√leaves + groups √leaves + beam · leaf size)). Reading is safe
/// from several threads, each with its own <see cref="LabelSearch"/>.
/// </remarks>
public sealed unsafe class LabelVectorIndex : IDisposable
{
    private const string Tag = "LVIX";
    private const ushort ChunkVersion = 1;
    private readonly EmbeddingSoftmax _model;
    private readonly int[] _order; // labels, leaf by leaf
    private readonly int _depth, _upper; // 2^depth leaves, 2^upper groups
    private readonly WeightTable _leaves, _groups; // mean vectors
    private readonly float[] _leafBias, _groupBias, _leafSpread, _groupSpread;

    private LabelVectorIndex(EmbeddingSoftmax model, LabelIndexOptions options, int[] order, int depth)
    {
        (_model, Options, _order, _depth, _upper) = (model, options, order, depth, depth / 2);
        _leaves = new WeightTable((long)model.Width << _depth);
        _groups = new WeightTable((long)model.Width << _upper);
        _leafBias = new float[1 << _depth];
        _groupBias = new float[1 << _upper];
        (_leafSpread, _groupSpread) = (new float[1 << _depth], new float[1 << _upper]);
        for (int leaf = 0; leaf < 1 << _depth; leaf++) Average(_depth, leaf, _leaves, _leafBias, _leafSpread);
        for (int group = 0; group < 1 << _upper; group++) Average(_upper, group, _groups, _groupBias, _groupSpread);
        _model.LabelTable.Settle();
    }

    /// <summary>How labels were clustered and are searched.</summary>
    public LabelIndexOptions Options { get; }

    /// <summary>Number of leaves.</summary>
    public int LeafCount => 1 << _depth;

    /// <summary>Clusters the labels of a model.</summary>
    /// <param name="model">The model; the index reads it whenever it is searched.</param>
    /// <param name="options">How.</param>
    /// <param name="threads">Number of threads; the result does not depend on it.</param>
    public static LabelVectorIndex Build(EmbeddingSoftmax model, LabelIndexOptions options, int threads = 1)
    {
        options.Validate();
        EmbeddingThrow.Require(threads >= 1, "number of threads", threads, "at least 1");
        int depth = Math.Clamp((int)Math.Round(Math.Log2((double)model.LabelCount / options.LeafSize)), 0, 24);
        while (model.LabelCount >> depth == 0) depth--;
        int[] order = LabelClustering.Order(model, options, depth, threads);
        return new LabelVectorIndex(model, options, order, depth);
    }

    /// <summary>Finds labels for a hidden vector: those of the best leaves, with exact scores.</summary>
    /// <param name="hidden">h(x), <see cref="EmbeddingSoftmax.Width"/> numbers.</param>
    /// <param name="search">Receives the labels.</param>
    public void Find(ReadOnlySpan<float> hidden, LabelSearch search)
    {
        int groups = Math.Min(Options.UpperBeam, 1 << _upper), below = 1 << (_depth - _upper), nodes = Math.Max(1 << _upper, groups * below);
        if (search.NodeScores.Length < nodes) (search.NodeScores, search.Nodes) = (new float[nodes], new int[nodes]);
        search.Clear();
        fixed (float* h = hidden[.._model.Width], scores = search.NodeScores)
        {
            float length = Options.Spread * MathF.Sqrt(VectorKernels.Dot(h, h, _model.Width));
            Score(h, length, _groups, _groupBias, _groupSpread, 0, 1 << _upper, scores);
            for (int g = 0; g < 1 << _upper; g++) search.Nodes[g] = g;
            Best(search.NodeScores.AsSpan(0, 1 << _upper), search.Nodes.AsSpan(0, 1 << _upper), groups);
            Span<int> chosen = groups <= 256 ? stackalloc int[groups] : new int[groups];
            search.Nodes.AsSpan(0, groups).CopyTo(chosen);
            for (int i = 0; i < groups; i++)
            {
                int first = chosen[i] * below;
                Score(h, length, _leaves, _leafBias, _leafSpread, first, below, scores + i * below);
                for (int k = 0; k < below; k++) search.Nodes[i * below + k] = first + k;
            }
            int leaves = Math.Min(Options.Beam, groups * below);
            Best(search.NodeScores.AsSpan(0, groups * below), search.Nodes.AsSpan(0, groups * below), leaves);
            for (int i = 0; i < leaves; i++)
            {
                var (start, end) = LabelClustering.Range(_order.Length, _depth, search.Nodes[i]);
                _order.AsSpan(start, end - start).CopyTo(search.Append(end - start, out _));
            }
            fixed (float* found = search.Scores)
            fixed (int* labels = search.Labels) _model.Score(h, labels, search.Count, found);
        }
    }

    /// <summary>Writes the index, not the model: save that before it.</summary>
    public void Save(ModelWriter writer)
    {
        writer.BeginChunk(Tag, ChunkVersion);
        writer.Write(Options.LeafSize);
        writer.Write(Options.Beam);
        writer.Write(Options.UpperBeam);
        writer.Write(Options.Rounds);
        writer.Write(Options.Spread);
        writer.Write(Options.Seed);
        writer.Write(_depth);
        writer.Write(_order);
        writer.EndChunk();
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">The file.</param>
    /// <param name="model">The model it belongs to.</param>
    public static LabelVectorIndex Load(ModelReader reader, EmbeddingSoftmax model)
    {
        reader.BeginChunk(Tag, ChunkVersion);
        var options = new LabelIndexOptions
        {
            LeafSize = reader.ReadInt32(),
            Beam = reader.ReadInt32(),
            UpperBeam = reader.ReadInt32(),
            Rounds = reader.ReadInt32(),
            Spread = reader.ReadSingle(),
            Seed = reader.ReadUInt64(),
        };
        int depth = reader.ReadInt32();
        int[] order = reader.ReadInt32s();
        reader.EndChunk();
        options.Validate();
        bool[] seen = new bool[model.LabelCount];
        foreach (int label in order)
            if ((uint)label < (uint)seen.Length) seen[label] = true;
        if (order.Length != model.LabelCount || seen.Contains(false) || depth is < 0 or > 24 || order.Length >> depth == 0)
            throw new ForageException($"The index of label vectors does not fit the model of {model.LabelCount} labels: it has {order.Length} labels and depth {depth}.");
        return new LabelVectorIndex(model, options, order, depth);
    }

    /// <summary>Frees the mean vectors; the model stays.</summary>
    public void Dispose()
    {
        _leaves.Dispose();
        _groups.Dispose();
    }

    /// <summary>Mean vector and bias of a node, and how far its vectors are from the mean: the root mean square of a coordinate's distance.</summary>
    private void Average(int depth, int node, WeightTable means, float[] biases, float[] spreads)
    {
        float* mean = means.Data + (long)node * _model.Width;
        var (start, end) = LabelClustering.Range(_order.Length, depth, node);
        float share = 1f / (end - start);
        for (int i = start; i < end; i++)
        {
            VectorKernels.AddScaled(share, _model.Label(_order[i]), mean, _model.Width);
            biases[node] += share * _model.LabelBiases[_order[i]];
        }
        double squares = 0;
        for (int i = start; i < end; i++) squares += VectorKernels.Dot(_model.Label(_order[i]), _model.Label(_order[i]), _model.Width);
        double variance = squares / (end - start) - VectorKernels.Dot(mean, mean, _model.Width);
        spreads[node] = (float)Math.Sqrt(Math.Max(0, variance) / _model.Dimension);
    }

    private void Score(float* h, float length, WeightTable means, float[] biases, float[] spreads, int first, int count, float* scores)
    {
        int width = _model.Width;
        for (int i = 0; i < count; i++) scores[i] = VectorKernels.Dot(h, means.Data + (long)(first + i) * width, width) + biases[first + i] + length * spreads[first + i];
    }

    // Puts the count best nodes in front, best first; what they push out is lost.
    private static void Best(Span<float> scores, Span<int> nodes, int count)
    {
        for (int i = 1; i < scores.Length; i++)
        {
            var (score, node) = (scores[i], nodes[i]);
            int at = Math.Min(i, count);
            if (at == count && !(score > scores[--at])) continue;
            for (; at > 0 && score > scores[at - 1]; at--) (scores[at], nodes[at]) = (scores[at - 1], nodes[at - 1]);
            (scores[at], nodes[at]) = (score, node);
        }
    }
}
