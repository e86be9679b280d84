using System.Runtime.Intrinsics;
using Forage.Extreme.Embedding.Internals;
using Forage.Linear.Internals;
using Forage.Persistence;

namespace Forage.Extreme.Embedding;

/// <summary>
/// Finds labels of high score without scoring all, in three steps. Label vectors with their biases are clustered; a leaf counts as h · mean + |h| κ σ, its mean score and
/// κ = <see cref="LabelIndexOptions.Spread"/> deviations of scores in it, were its vectors spread alike in all directions, and the <see cref="LabelIndexOptions.Beam"/> best are read. Their labels get rough scores:
/// h · mean plus what the signs of the (rotated) difference from the mean say, d/8 + 4 bytes a label. The <see cref="LabelIndexOptions.Shortlist"/> roughly best labels are then scored exactly.
/// </summary>
/// <remarks>
/// What is found, F(x), is a function of h(x) and the index alone, and the policy served is the model's softmax restricted to it, π(y|x) = exp(s_y/T)/Σ_{z∈F(x)} exp(s_z/T), 0 elsewhere:
/// rough scores decide who is in F(x), never how probable. F(x) need not hold the best labels: measure its recall (<c>bench/extreme-serving</c>). The index belongs to the model
/// as it was when built; training moves labels and it should be built anew. It takes d/8 + 12 bytes a label. Reading is safe from several threads, each with its own
/// <see cref="LabelSearch"/>.
/// </remarks>
public sealed unsafe class LabelVectorIndex : IDisposable
{
    private const string Tag = "LVIX";
    private const ushort ChunkVersion = 2;
    private readonly EmbeddingSoftmax _model;
    private readonly int[] _order, _starts; // labels, leaf by leaf
    private readonly int[] _labelAt, _blocks; // labels by their place among the rough copies, where a leaf has whole blocks; its first block
    private readonly CodedVectors _leaves;
    private readonly SignedVectors _labels;
    private readonly Rotation _rotation;
    private readonly float[] _spreads; // with the mean biases, what is added to h · mean when leaves are chosen
    private readonly float[] _biases;

    private LabelVectorIndex(EmbeddingSoftmax model, LabelIndexOptions options, int[] order, int[] starts, int threads)
    {
        (_model, Options, _order, _starts) = (model, options, order, starts);
        _blocks = new int[LeafCount + 1];
        for (int leaf = 0; leaf < LeafCount; leaf++) _blocks[leaf + 1] = _blocks[leaf] + BlocksOf(starts[leaf + 1] - starts[leaf], SignKernels.Block);
        int leafBlocks = BlocksOf(LeafCount, CodeKernels.Block);
        _leaves = new CodedVectors(leafBlocks, model.Width);
        (_spreads, _biases) = (new float[leafBlocks * CodeKernels.Block], new float[leafBlocks * CodeKernels.Block]);
        bool rough = options.Shortlist > 0;
        _labels = new SignedVectors(rough ? _blocks[LeafCount] : 0, model.Width);
        _labelAt = new int[rough ? _blocks[LeafCount] * SignKernels.Block : 0];
        _rotation = new Rotation(model.Width, options.Seed);
        using var team = new WorkerTeam(threads);
        team.Run(LeafCount, (leaf, _) => Fill(leaf));
        _labels.Settle();
        _model.LabelTable.Settle();
    }

    /// <summary>How labels were clustered and are searched.</summary>
    public LabelIndexOptions Options { get; }

    /// <summary>Number of leaves.</summary>
    public int LeafCount => _starts.Length - 1;

    /// <summary>The model it was built for.</summary>
    public EmbeddingSoftmax Model => _model;

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
        int[] starts = LeafAssignment.Improve(model, order, depth, options.Moves, threads);
        return new LabelVectorIndex(model, options, order, starts, threads);
    }

    /// <summary>Finds labels for a hidden vector, with exact scores.</summary>
    /// <param name="hidden">h(x), <see cref="EmbeddingSoftmax.Width"/> numbers.</param>
    /// <param name="search">Receives the labels.</param>
    public void Find(ReadOnlySpan<float> hidden, LabelSearch search)
    {
        int width = _model.Width;
        search.Begin(width, _leaves.Blocks * CodeKernels.Block);
        fixed (float* h = hidden[..width])
        {
            ReadLeaves(h, search);
            var leaves = search.Leaves.Places;
            foreach (int leaf in leaves) search.Read += _starts[leaf + 1] - _starts[leaf];
            if (Options.Shortlist == 0 || search.Read <= Options.Shortlist)
            {
                foreach (int leaf in leaves) _order.AsSpan(_starts[leaf], _starts[leaf + 1] - _starts[leaf]).CopyTo(search.Append(_starts[leaf + 1] - _starts[leaf]));
            }
            else
            {
                Shorten(h, search);
            }
            fixed (float* found = search.Found)
            fixed (int* labels = search.Labels) _model.Score(h, labels, search.Count, found);
        }
    }

    /// <summary>Writes the index, not the model: save that before it.</summary>
    public void Save(ModelWriter writer)
    {
        writer.BeginChunk(Tag, ChunkVersion);
        writer.Write(Options.LeafSize);
        writer.Write(Options.Beam);
        writer.Write(Options.Shortlist);
        writer.Write(Options.Rounds);
        writer.Write(Options.Moves);
        writer.Write(Options.Spread);
        writer.Write(Options.Seed);
        writer.Write(_starts);
        writer.Write(_order);
        writer.EndChunk();
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">The file.</param>
    /// <param name="model">The model it belongs to.</param>
    /// <param name="threads">Number of threads that copy vectors.</param>
    public static LabelVectorIndex Load(ModelReader reader, EmbeddingSoftmax model, int threads = 1)
    {
        reader.BeginChunk(Tag, ChunkVersion);
        if (reader.Version < ChunkVersion) throw new ForageException($"The index of label vectors has version {reader.Version}; expected {ChunkVersion}: build it anew.");
        var options = new LabelIndexOptions
        {
            LeafSize = reader.ReadInt32(),
            Beam = reader.ReadInt32(),
            Shortlist = reader.ReadInt32(),
            Rounds = reader.ReadInt32(),
            Moves = reader.ReadInt32(),
            Spread = reader.ReadSingle(),
            Seed = reader.ReadUInt64(),
        };
        int[] starts = reader.ReadInt32s(), order = reader.ReadInt32s();
        reader.EndChunk();
        options.Validate();
        bool[] seen = new bool[model.LabelCount];
        foreach (int label in order)
            if ((uint)label < (uint)seen.Length) seen[label] = true;
        bool ascending = starts.Length >= 2 && starts[0] == 0 && starts[^1] == order.Length;
        for (int leaf = 1; ascending && leaf < starts.Length; leaf++) ascending = starts[leaf] >= starts[leaf - 1];
        if (order.Length != model.LabelCount || seen.Contains(false) || !ascending)
            throw new ForageException($"The index of label vectors does not fit the model of {model.LabelCount} labels: it has {order.Length} labels in {starts.Length - 1} leaves.");
        return new LabelVectorIndex(model, options, order, starts, threads);
    }

    /// <summary>Frees the copies of vectors; the model stays.</summary>
    public void Dispose()
    {
        _leaves.Dispose();
        _labels.Dispose();
    }

    private static int BlocksOf(int vectors, int size) => (vectors + size - 1) / size;

    /// <summary>Chooses leaves; writes h · mean of all.</summary>
    private void ReadLeaves(float* h, LabelSearch search)
    {
        int width = _model.Width;
        var leaves = search.Leaves;
        leaves.Begin(Math.Min(Options.Beam, LeafCount));
        fixed (float* products = search.Products, spreads = _spreads, biases = _biases)
        fixed (byte* codes = search.Codes)
        {
            float scale = CodedVectors.Encode(h, width, codes);
            var length = Vector512.Create(Options.Spread * MathF.Sqrt(VectorKernels.Dot(h, h, width)));
            for (int b = 0; b < _leaves.Blocks; b++)
            {
                int first = b * CodeKernels.Block;
                var product = _leaves.Score(codes, scale, b);
                product.Store(products + first);
                leaves.Offer(product + (Vector512.Load(biases + first) + length * Vector512.Load(spreads + first)), first);
            }
        }
        leaves.End();
    }

    /// <summary>The labels of the leaves chosen with the best rough scores.</summary>
    private void Shorten(float* h, LabelSearch search)
    {
        int width = _model.Width;
        float* rotated = stackalloc float[width];
        new ReadOnlySpan<float>(h, width).CopyTo(new Span<float>(rotated, width));
        _rotation.Apply(rotated);
        var query = search.Query;
        query.Set(rotated, width);
        var rough = search.Rough;
        rough.Begin(Options.Shortlist);
        fixed (byte* tables = query.Tables)
            foreach (int leaf in search.Leaves.Places)
                for (int b = _blocks[leaf]; b < _blocks[leaf + 1]; b++) _labels.Offer(query, tables, b, search.Products[leaf], rough);
        rough.End();
        var places = rough.Places;
        var labels = search.Append(places.Length);
        for (int i = 0; i < places.Length; i++) labels[i] = _labelAt[places[i]];
    }

    /// <summary>A leaf's mean vector, how far its vectors are from it (the root mean square of a coordinate's distance), and what is kept of the differences.</summary>
    private void Fill(int leaf)
    {
        var labels = _order.AsSpan(_starts[leaf], _starts[leaf + 1] - _starts[leaf]);
        if (labels.IsEmpty) return;
        int width = _model.Width;
        float* mean = stackalloc float[width], difference = stackalloc float[width];
        VectorKernels.Clear(mean, width);
        float share = 1f / labels.Length;
        foreach (int label in labels)
        {
            VectorKernels.AddScaled(share, _model.Label(label), mean, width);
            _biases[leaf] += share * _model.LabelBiases[label];
        }
        _leaves.Set(leaf, mean, 0);
        double squares = 0;
        int place = _blocks[leaf] * SignKernels.Block;
        foreach (int label in labels)
        {
            new ReadOnlySpan<float>(_model.Label(label), width).CopyTo(new Span<float>(difference, width));
            VectorKernels.AddScaled(-1, mean, difference, width);
            squares += VectorKernels.Dot(difference, difference, width);
            if (_labelAt.Length == 0) continue;
            _rotation.Apply(difference);
            _labels.Set(place, difference, _model.LabelBiases[label]);
            _labelAt[place++] = label;
        }
        _spreads[leaf] = (float)Math.Sqrt(squares / labels.Length / _model.Dimension);
    }
}
