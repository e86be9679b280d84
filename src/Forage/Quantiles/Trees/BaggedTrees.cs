using Forage.Features;
using Forage.Persistence;
using Forage.Quantiles.Quanting;
using Forage.Quantiles.Trees.Internals;

namespace Forage.Quantiles.Trees;

/// <summary>Decision trees on bootstrap samples of the rows (Breiman 1996), their probabilities averaged.</summary>
public sealed class BaggedTrees : IBinaryClassifier
{
    internal const string Name = "bagged trees";

    private readonly DecisionTree[] _trees;

    internal BaggedTrees(DecisionTree[] trees) => _trees = trees;

    /// <inheritdoc/>
    public string Kind => Name;

    /// <summary>The trees.</summary>
    public IReadOnlyList<DecisionTree> Trees => _trees;

    /// <inheritdoc/>
    public float Probability(ReadOnlySpan<float> row)
    {
        float sum = 0;
        foreach (var tree in _trees) sum += tree.Probability(row);
        return sum / _trees.Length;
    }

    /// <inheritdoc/>
    public void Save(ModelWriter writer)
    {
        writer.Write(_trees.Length);
        foreach (var tree in _trees) tree.Save(writer);
    }

    internal static BaggedTrees Load(ModelReader reader)
    {
        int count = reader.ReadInt32();
        if (count is < 1 or > 1 << 20) throw new ForageException($"The model has {count} bagged trees; expected at least 1.");
        return new BaggedTrees([.. Enumerable.Range(0, count).Select(_ => DecisionTree.Load(reader))]);
    }
}

/// <summary>Learns <see cref="BaggedTrees"/>: each tree from as many rows as there are, drawn with replacement; the same draws at all thresholds.</summary>
/// <param name="trees">Number of trees.</param>
/// <param name="options">How each is grown; null: by information gain, unpruned, leaves of weight 3.</param>
public sealed class BaggedTreesLearner(int trees = 10, DecisionTreeOptions? options = null) : IBinaryLearner
{
    /// <summary>How trees to be averaged are grown unless told otherwise.</summary>
    public static DecisionTreeOptions DefaultTree { get; } = new() { Criterion = SplitCriterion.Gain, Penalty = false, PruningConfidence = null, LeafWeight = 3 };

    private readonly DecisionTreeOptions _options = (options ?? DefaultTree).Validated();

    /// <inheritdoc/>
    public IBinaryTraining Prepare(NumericTable table, Rng rng)
    {
        if (trees is < 1 or > 10_000) throw new ForageException($"{trees} bagged trees were asked for; expected 1 to 10000.");
        byte[][] draws = new byte[trees][];
        for (int b = 0; b < trees; b++)
        {
            var mine = rng.Fork((ulong)b);
            draws[b] = new byte[table.Rows];
            for (int i = 0; i < table.Rows; i++)
            {
                ref byte times = ref draws[b][mine.NextInt(table.Rows)];
                if (times < byte.MaxValue) times++;
            }
        }
        return new Training(new BinnedTable(table, _options.Bins), draws, _options);
    }

    private sealed class Training(BinnedTable bins, byte[][] draws, DecisionTreeOptions options) : IBinaryTraining
    {
        public IBinaryClassifier Learn(ReadOnlySpan<bool> positive, ReadOnlySpan<float> weights, Rng rng)
        {
            var trees = new DecisionTree[draws.Length];
            float[] drawn = new float[weights.Length];
            for (int b = 0; b < trees.Length; b++)
            {
                for (int i = 0; i < drawn.Length; i++) drawn[i] = weights[i] * draws[b][i];
                trees[b] = TreeGrower.Grow(bins, positive, drawn, options, rng.Fork((ulong)b));
            }
            return new BaggedTrees(trees);
        }
    }
}
