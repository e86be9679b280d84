using Forage.Features;
using Forage.Linear;
using Forage.Multiclass.Trees.Internals;
using Forage.Persistence;

namespace Forage.Multiclass.Trees;

/// <summary>What trees with a fixed shape have in common: regressor v belongs to node v, and a positive score sends an example to the right.</summary>
public abstract class FixedTree : IClassTree
{
    private readonly FixedShape _shape;

    private protected FixedTree(int classes, ClassTreeOptions? options, RegressorPool? pool)
    {
        Options = options ?? new ClassTreeOptions();
        ClassTree.Check(classes, Options);
        Classes = classes;
        _shape = new FixedShape(classes, Options.Seed);
        Pool = pool ?? new RegressorPool(Options.Learner, Options.MostBytes);
        if (pool is null)
            for (int v = 0; v < _shape.Inner; v++) Pool.Add();
        if (Pool.Count != _shape.Inner) throw new ForageException($"The model has {Pool.Count} regressors of {_shape.Inner} nodes.");
    }

    /// <inheritdoc/>
    public abstract TreeMethod Method { get; }

    /// <inheritdoc/>
    public ClassTreeOptions Options { get; }

    /// <inheritdoc/>
    public RegressorPool Pool { get; }

    /// <inheritdoc/>
    public int Classes { get; }

    private protected FixedShape Shape => _shape;

    private protected ClassTreeScratch Scratch { get; } = new();

    /// <inheritdoc/>
    public int Predict(in FeatureRow x) => Predict(x, Scratch);

    /// <inheritdoc/>
    public int Predict(in FeatureRow x, ClassTreeScratch scratch)
    {
        Pool.Gather(x, scratch.Row, learn: false);
        return Descend(0, scratch);
    }

    /// <inheritdoc/>
    public abstract int Learn(in FeatureRow x, int label, float importance = 1);

    /// <inheritdoc/>
    public void EndPass() => Pool.EndPass();

    /// <inheritdoc/>
    public ClassTreeSummary Describe()
    {
        int deepest = FixedShape.DepthOf(2 * Classes - 2);
        double mean = 0;
        for (int leaf = Classes - 1; leaf < 2 * Classes - 1; leaf++) mean += (double)FixedShape.DepthOf(leaf) / Classes;
        return new ClassTreeSummary(_shape.Inner, Classes, deepest, mean, double.NaN, 0, 0, Pool.Weights, Pool.Bytes, _shape.Bytes, Pool.IsFull, []);
    }

    /// <inheritdoc/>
    public void Save(ModelWriter writer)
    {
        writer.BeginChunk("FIXT", ClassTree.OptionsVersion);
        writer.Write(Classes);
        ClassTree.Write(writer, Options);
        writer.EndChunk();
        Pool.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where it stands.</param>
    /// <param name="method">The kind of tree.</param>
    /// <param name="predictOnly">It is packed to predict only.</param>
    /// <param name="make">Makes a tree over the regressors read.</param>
    private protected static IClassTree Load(ModelReader reader, TreeMethod method, bool predictOnly, Func<int, ClassTreeOptions, RegressorPool, FixedTree> make)
    {
        reader.BeginChunk("FIXT", ClassTree.OptionsVersion);
        int classes = reader.ReadInt32();
        var options = ClassTree.ReadOptions(reader);
        reader.EndChunk();
        if (!predictOnly) return make(classes, options, RegressorPool.Load(reader));
        ClassTree.Check(classes, options);
        var shape = new FixedShape(classes, options.Seed);
        var plan = new BlockPlan(0, v => shape.IsLeaf(v) ? (-1, -1) : (FixedShape.Child(v, right: false), FixedShape.Child(v, right: true)));
        return new PackedTree(reader, method, classes, options, plan, v => v, shape.ClassAt);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Pool.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected int Descend(int v, ClassTreeScratch scratch)
    {
        for (; !_shape.IsLeaf(v); scratch.Products++) v = FixedShape.Child(v, Pool.Score(scratch.Row, v) > 0);
        return _shape.ClassAt(v);
    }

    private protected void CheckClass(int label)
    {
        if ((uint)label >= (uint)Classes) throw new ForageException($"Class {label}; expected 0 to {Classes - 1}.");
    }
}
