using Forage.Extreme.Tree.Internals;
using Forage.Features;
using Forage.Persistence;

namespace Forage.Extreme.Tree;

/// <summary>
/// A probabilistic label tree over sparse features: P(y|x) = Π_{v on the path to y} P(v | parent(v), x), each factor a linear classifier of the node, learnt from
/// the examples that have a label below its parent. Labels are clustered by balanced spherical k-means over the sums of their examples' features (Prabhu et al.,
/// Parabel, WWW 2018; Khandagale et al., Bonsai, 2020; Jasinska-Kobus et al., 2020). P(y|x) is the marginal probability that y is one of the labels of x; marginals do
/// not sum to 1. Several trees are averaged.
/// </summary>
/// <remarks>Reading only once trained: safe from several threads, each with its own <see cref="LabelTreeScratch"/>.</remarks>
public sealed class SparseLabelTree
{
    /// <summary>Tag of the chunk it begins with in a model file.</summary>
    public const string Tag = "LTRE";

    private readonly FeatureColumns _columns;
    private readonly TreeModel[] _trees;

    private SparseLabelTree(LabelTreeOptions options, int labelCount, FeatureColumns columns, TreeModel[] trees)
    {
        (Options, LabelCount, _columns, _trees) = (options, labelCount, columns, trees);
        Shapes = [.. trees.Select(t => new LabelTreeShape(t))];
    }

    /// <summary>How it was built.</summary>
    public LabelTreeOptions Options { get; }

    /// <summary>Number of labels, those without examples included.</summary>
    public int LabelCount { get; }

    /// <summary>Features seen in training.</summary>
    public int FeatureCount => _columns.Features;

    /// <summary>The shape of each tree.</summary>
    public IReadOnlyList<LabelTreeShape> Shapes { get; }

    /// <summary>Clusters the labels and trains the classifiers. The result depends on the seed and not on the number of threads.</summary>
    /// <param name="rows">Features, one row an example.</param>
    /// <param name="labels">Labels of each example; may be empty.</param>
    /// <param name="options">How.</param>
    /// <param name="threads">Number of threads, at least 1.</param>
    /// <param name="progress">Told the share of training that is done, by one thread at a time.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ForageException">A bad option, no label at all, or a feature value that is not finite.</exception>
    public static SparseLabelTree Train(FeatureBlock rows, LabelSets labels, LabelTreeOptions? options = null, int threads = 1, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        options = (options ?? new LabelTreeOptions()).Validated();
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        if (rows.RowCount != labels.Count) throw new ArgumentException($"{rows.RowCount} rows of features but {labels.Count} sets of labels.", nameof(labels));
        if (labels.Total == 0) throw new ForageException("No example has a label; a label tree needs at least one.");
        var columns = FeatureColumns.Of(rows, options.Scaling, options.Constant);
        var examples = SparseRows.Of(rows, columns);
        var rowsOfLabel = labels.Transposed();
        var vectors = LabelVectors.Of(examples, rowsOfLabel, columns.Features, threads, cancellation);
        int[] present = [.. Enumerable.Range(0, labels.LabelCount).Where(l => !rowsOfLabel[l].IsEmpty)];
        var trees = new TreeModel[options.Trees];
        for (int t = 0; t < trees.Length; t++)
        {
            int tree = t;
            var rng = new Rng(options.Seed).Fork((ulong)t);
            var levels = TreeLevels.Cluster(vectors, present, labels.LabelCount, options, rng.Fork(0), threads, cancellation);
            var reach = new NodeRows(levels, rowsOfLabel, examples.Count, threads, cancellation);
            var chunks = NodeTrainer.Train(examples, levels, reach, options, rng.Fork(1), threads, progress is null ? null : share => progress((tree + share) / trees.Length), cancellation);
            trees[t] = new TreeModel(levels, chunks, options.Loss);
        }
        return new SparseLabelTree(options, labels.LabelCount, columns, trees);
    }

    /// <summary>The most probable labels found by beam search with <see cref="LabelTreeOptions.BeamWidth"/> nodes a level.</summary>
    /// <param name="x">The example.</param>
    /// <param name="scratch">Working memory of this thread.</param>
    /// <param name="labels">Receives the labels, most probable first; its length is how many are wanted.</param>
    /// <param name="probabilities">Receives P(y|x) of each.</param>
    /// <returns>How many there are: fewer than wanted if the beams found fewer.</returns>
    public int Top(in FeatureRow x, LabelTreeScratch scratch, Span<int> labels, Span<float> probabilities) => Beam(x, Options.BeamWidth, scratch, labels, probabilities);

    /// <summary><see cref="Top"/> with a beam of a given width. The labels found are those below the nodes kept, width × leaf size at most.</summary>
    public int Beam(in FeatureRow x, int width, LabelTreeScratch scratch, Span<int> labels, Span<float> probabilities)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        return Begin(x, scratch).Beam(width, labels, probabilities[..labels.Length]);
    }

    /// <summary>The most probable labels, exactly, by best-first search; ties go to the smaller label.</summary>
    public int TopExact(in FeatureRow x, LabelTreeScratch scratch, Span<int> labels, Span<float> probabilities) => Begin(x, scratch).Exact(labels, probabilities[..labels.Length]);

    /// <summary>P(y|x) of given labels; 0 for those that had no example.</summary>
    public void Probabilities(in FeatureRow x, ReadOnlySpan<int> labels, LabelTreeScratch scratch, Span<float> probabilities)
    {
        var search = Begin(x, scratch);
        for (int i = 0; i < labels.Length; i++) probabilities[i] = search.Mean(labels[i]);
    }

    /// <summary>Writes the model as chunks.</summary>
    public void Save(ModelWriter writer)
    {
        writer.BeginChunk(Tag, 1);
        writer.Write(LabelTreeOptionsJson.ToJson(Options));
        writer.Write(LabelCount);
        _columns.Save(writer);
        writer.EndChunk();
        foreach (var tree in _trees) tree.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static SparseLabelTree Load(ModelReader reader)
    {
        reader.BeginChunk(Tag, 1);
        var options = LabelTreeOptionsJson.FromJson(reader.ReadString());
        int labelCount = reader.ReadInt32();
        var columns = FeatureColumns.Load(reader);
        reader.EndChunk();
        var trees = new TreeModel[options.Trees];
        for (int t = 0; t < trees.Length; t++) trees[t] = TreeModel.Load(reader, options.Loss);
        return new SparseLabelTree(options, labelCount, columns, trees);
    }

    private TreeSearch Begin(in FeatureRow x, LabelTreeScratch scratch)
    {
        scratch.Begin(x, _columns, _trees, LabelCount);
        return new TreeSearch(_trees, scratch);
    }
}
