using Forage.Features;
using Forage.Linear;
using Forage.Linear.Internals;
using Forage.Persistence;

namespace Forage.Multiclass.Trees.Internals;

/// <summary>
/// A tree that sends an example to the right where a node's score is positive, read to predict only: its regressors are packed by blocks of seven nodes, so that an example asks the memory for a
/// row a feature every three levels. Packed weights are rounded to 16 bits: a score is off by at most Σ |x/N| / 65,534 times the node's largest weight.
/// </summary>
internal sealed class PackedTree : IClassTree
{
    private readonly BlockPlan _plan;
    private readonly RegressorPack _pack;
    private readonly int[] _classes;
    private readonly ClassTreeScratch _scratch = new();

    /// <summary>Reads a tree's regressors.</summary>
    /// <param name="reader">Stands at them.</param>
    /// <param name="method">How the tree was made.</param>
    /// <param name="classes">How many there are.</param>
    /// <param name="options">Its options.</param>
    /// <param name="plan">Its blocks.</param>
    /// <param name="regressorOf">The regressor of a node.</param>
    /// <param name="classOf">The class of a leaf.</param>
    public PackedTree(ModelReader reader, TreeMethod method, int classes, ClassTreeOptions options, BlockPlan plan, Func<int, int> regressorOf, Func<int, int> classOf)
    {
        (Method, Classes, Options, _plan) = (method, classes, options, plan);
        _pack = new RegressorPack(Array.ConvertAll(plan.Nodes, v => v < 0 ? -1 : regressorOf(v)));
        Pool = RegressorPool.Load(reader, _pack);
        _classes = Array.ConvertAll(plan.Leaves, v => classOf(v));
    }

    /// <inheritdoc/>
    public TreeMethod Method { get; }

    /// <inheritdoc/>
    public ClassTreeOptions Options { get; }

    /// <summary>Knows features and their scales; its regressors are empty.</summary>
    public RegressorPool Pool { get; }

    /// <inheritdoc/>
    public int Classes { get; }

    /// <inheritdoc/>
    public int Predict(in FeatureRow x) => Predict(x, _scratch);

    /// <inheritdoc/>
    public int Predict(in FeatureRow x, ClassTreeScratch scratch)
    {
        Pool.GatherForPack(x, scratch.Row);
        int at = _plan.Root;
        while (at >= 0)
        {
            _pack.Fetch(at, scratch.Row);
            at = Next(at, scratch.Row, scratch);
        }
        return _classes[~at];
    }

    /// <inheritdoc/>
    /// <remarks>Several rows go down in turn: while one is at its block, the memory brings what the others need at theirs.</remarks>
    public void PredictAll(FeatureBlock rows, int first, Span<int> classes, ClassTreeScratch scratch)
    {
        Span<int> at = stackalloc int[scratch.Rows.Length], which = stackalloc int[scratch.Rows.Length];
        int next = 0, under = 0;
        while (under < at.Length && next < classes.Length) Start(under++, at, which);
        while (under > 0)
        {
            for (int s = 0; s < under; s++)
            {
                if (at[s] >= 0) at[s] = Next(at[s], scratch.Rows[s], scratch);
                if (at[s] >= 0)
                {
                    _pack.Fetch(at[s], scratch.Rows[s]);
                    continue;
                }
                classes[which[s]] = _classes[~at[s]];
                if (next < classes.Length) Start(s, at, which);
                else
                {
                    under--; // the last takes its place
                    (at[s], which[s], scratch.Rows[s], scratch.Rows[under]) = (at[under], which[under], scratch.Rows[under], scratch.Rows[s]);
                    s--;
                }
            }
        }

        void Start(int s, Span<int> at, Span<int> which)
        {
            Pool.GatherForPack(rows[first + next], scratch.Rows[s]);
            (at[s], which[s]) = (_plan.Root, next++);
            if (at[s] >= 0) _pack.Fetch(at[s], scratch.Rows[s]);
        }
    }

    /// <inheritdoc/>
    public int Learn(in FeatureRow x, int label, float importance = 1) => throw PredictsOnly();

    /// <inheritdoc/>
    public void EndPass() => throw PredictsOnly();

    /// <inheritdoc/>
    public ClassTreeSummary Describe() => throw PredictsOnly();

    /// <inheritdoc/>
    public void Save(ModelWriter writer) => throw PredictsOnly();

    /// <inheritdoc/>
    public void Dispose()
    {
        _pack.Dispose();
        Pool.Dispose();
    }

    private static ForageException PredictsOnly() => new("The tree was read to predict only; read all of it to learn on, to look into it or to save it.");

    /// <summary>Where a block sends a row.</summary>
    private int Next(int block, PooledRow row, ClassTreeScratch scratch)
    {
        int way = BlockPlan.Way(_pack.Positive(block, row));
        scratch.Products += _plan.Asked(block, way);
        return _plan.Exit(block, way);
    }
}
