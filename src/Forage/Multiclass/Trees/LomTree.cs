using Forage.Features;
using Forage.Linear;
using Forage.Multiclass.Trees.Internals;
using Forage.Persistence;

namespace Forage.Multiclass.Trees;

/// <summary>
/// LOMtree (Choromanska, Langford 2015, Algorithm 1): a tree grown online whose nodes learn to send each class to one side and half of the examples to each, by keeping the mean
/// score E[h] of all examples and E[h|y] of each class and teaching an example -1 if E[h] &gt; E[h|y], else +1. A leaf predicts the class it met most often. When
/// <see cref="ClassTreeOptions.MostNodes"/> nodes are in use, the least used leaf and its parent are recycled where a leaf is mixed and busy (Inequality 2).
/// </summary>
/// <remarks>
/// Every node has weights of its own (see <see cref="RegressorPool"/>). C of nodes above a leaf follows each example (the printed algorithm forgets that). A leaf predicts what its parent
/// would until it met a class twice. Counts are of examples, whatever their importance; importance weighs the regressors' updates.
/// </remarks>
public sealed class LomTree : IClassTree
{
    private const string Tag = "LOMT";

    private readonly int _mostNodes;
    private readonly ClassTreeScratch _scratch = new();
    private readonly LomShape _shape;
    private ClassTally[] _tallies;
    private int[] _regressors, _inherited;
    private int _passes;

    /// <summary>A tree that is one leaf.</summary>
    /// <param name="classes">At least 2.</param>
    /// <param name="options">How it grows.</param>
    public LomTree(int classes, ClassTreeOptions? options = null)
        : this(classes, options ?? new ClassTreeOptions(), null, new LomShape(), [], [], [])
    {
        EnsureNodes(1);
        (_regressors[0], _inherited[0]) = (-1, 0);
    }

    private LomTree(int classes, ClassTreeOptions options, RegressorPool? pool, LomShape shape, ClassTally[] tallies, int[] regressors, int[] inherited)
    {
        ClassTree.Check(classes, options);
        (Classes, Options, _shape) = (classes, options, shape);
        Pool = pool ?? new RegressorPool(options.Learner, options.MostBytes);
        _mostNodes = options.MostNodes > 0 ? options.MostNodes : 4 * classes - 1;
        (_tallies, _regressors, _inherited) = (tallies, regressors, inherited);
        if (pool is null) Pool.SetRate(options.GrowRate);
    }

    /// <inheritdoc/>
    public TreeMethod Method => TreeMethod.LomTree;

    /// <inheritdoc/>
    public ClassTreeOptions Options { get; }

    /// <inheritdoc/>
    public RegressorPool Pool { get; }

    /// <inheritdoc/>
    public int Classes { get; }

    /// <summary>False once the passes in which it grows are over.</summary>
    public bool IsGrowing => Options.GrowPasses == 0 || _passes < Options.GrowPasses;

    internal LomShape Shape => _shape;

    /// <inheritdoc/>
    public int Predict(in FeatureRow x) => Predict(x, _scratch);

    /// <inheritdoc/>
    public int Predict(in FeatureRow x, ClassTreeScratch scratch)
    {
        Pool.Gather(x, scratch.Row, learn: false);
        return Descend(LomShape.Root, scratch);
    }

    /// <inheritdoc/>
    public int Learn(in FeatureRow x, int label, float importance = 1)
    {
        if ((uint)label >= (uint)Classes) throw new ForageException($"Class {label}; expected 0 to {Classes - 1}.");
        var row = _scratch.Row;
        Pool.Gather(x, row, learn: true);
        int predicted = -1;
        bool growing = IsGrowing;
        for (int j = LomShape.Root; ;)
        {
            var tally = _tallies[j];
            if (predicted < 0 && _shape.IsLeaf(j)) predicted = ClassOf(j);
            ref var count = ref tally.See(label, settled: !growing && !_shape.IsLeaf(j));
            if (_shape.IsLeaf(j) && (!growing || !tally.IsMixed(Options.MixedShare) || !TrySplit(j)))
            {
                _shape.CountAt(j);
                return predicted;
            }
            float target = tally.Mean > count.Mean ? -1 : 1;
            float before = Pool.Learn(row, _regressors[j], target, importance, out float after);
            if (growing) tally.Learn(ref count, after); // else the means stay, and with them the side of each class
            if (predicted < 0 && before > 0 != after > 0) predicted = Descend(before > 0 ? _shape.Right(j) : _shape.Left(j), _scratch);
            j = after > 0 ? _shape.Right(j) : _shape.Left(j);
        }
    }

    /// <inheritdoc/>
    public void EndPass()
    {
        _passes++;
        if (Options.GrowPasses == 0 || _passes > Options.GrowPasses) Pool.EndPass();
        else if (_passes == Options.GrowPasses) Pool.SetRate(null);
    }

    /// <inheritdoc/>
    public ClassTreeSummary Describe() => LomSummary.Of(this, _shape, _tallies, _regressors);

    /// <inheritdoc/>
    public void Save(ModelWriter writer)
    {
        // Regressors stand in the order in which they are packed when read to predict only.
        int[] order = [.. NewPlan(_shape).Nodes.Where(v => v >= 0).Select(v => _regressors[v])], numbers = new int[Pool.Count];
        for (int i = 0; i < order.Length; i++) numbers[order[i]] = i;
        writer.BeginChunk(Tag, ClassTree.VersionOf(Options));
        writer.Write(Classes);
        ClassTree.Write(writer, Options);
        _shape.Save(writer);
        writer.Write(Array.ConvertAll(_regressors[.._shape.Count], r => r < 0 ? -1 : numbers[r]));
        writer.Write(_inherited.AsSpan(0, _shape.Count));
        for (int v = 0; v < _shape.Count; v++) _tallies[v].Save(writer);
        writer.Write(_passes);
        writer.EndChunk();
        Pool.Save(writer, order);
    }

    internal static IClassTree Load(ModelReader reader, bool predictOnly)
    {
        reader.BeginChunk(Tag, ClassTree.SharesVersion);
        int classes = reader.ReadInt32();
        var options = ClassTree.ReadOptions(reader);
        var shape = LomShape.Load(reader);
        int[] regressors = reader.ReadInt32s(), inherited = reader.ReadInt32s();
        if (regressors.Length != shape.Count || inherited.Length != shape.Count) throw new ForageException($"The model has {regressors.Length} regressors of {shape.Count} nodes.");
        var tallies = new ClassTally[shape.Count];
        for (int v = 0; v < tallies.Length; v++) tallies[v] = ClassTally.Load(reader, options.MostClassesPerNode, v, reader.Version >= ClassTree.SharesVersion);
        int passes = reader.Version < ClassTree.OptionsVersion ? 0 : reader.ReadInt32();
        reader.EndChunk();
        for (int v = 0; v < regressors.Length; v++)
        {
            if (regressors[v] < -1 || regressors[v] >= shape.Inner || regressors[v] < 0 != shape.IsLeaf(v) || (uint)inherited[v] >= (uint)classes)
                throw new ForageException($"The model's node {v} has regressor {regressors[v]} and class {inherited[v]}.");
        }
        if (predictOnly) return new PackedTree(reader, TreeMethod.LomTree, classes, options, NewPlan(shape), v => regressors[v], v => ClassOf(tallies[v], inherited[v]));
        var pool = RegressorPool.Load(reader);
        if (pool.Count != shape.Inner) throw new ForageException($"The model has {pool.Count} regressors of {shape.Inner} nodes.");
        return new LomTree(classes, options, pool, shape, tallies, regressors, inherited) { _passes = passes };
    }

    /// <inheritdoc/>
    public void Dispose() => Pool.Dispose();

    private int Descend(int v, ClassTreeScratch scratch)
    {
        while (!_shape.IsLeaf(v))
        {
            v = Pool.Score(scratch.Row, _regressors[v]) > 0 ? _shape.Right(v) : _shape.Left(v);
            scratch.Products++;
        }
        return ClassOf(v);
    }

    private int ClassOf(int leaf) => ClassOf(_tallies[leaf], _inherited[leaf]);

    private static int ClassOf(ClassTally leaf, int inherited) => leaf.BestSeen > 1 ? leaf.Best : inherited;

    private static BlockPlan NewPlan(LomShape shape) => new(LomShape.Root, v => (shape.Left(v), shape.Right(v)));

    private bool TrySplit(int j)
    {
        int left, right;
        if (_shape.Inner < _mostNodes)
        {
            if (!Pool.MayAdd()) return false;
            (left, right) = _shape.Split(j);
            EnsureNodes(_shape.Count);
            _regressors[j] = Pool.Add();
        }
        else
        {
            if (!(_shape.Least(j) - _tallies[j].BestSeen > Options.SwapResistance * (_shape.Least(LomShape.Root) + 1)) || !_shape.Swap(j, out left, out right)) return false;
            _regressors[j] = _regressors[right];
            Pool.Clear(_regressors[j]);
            _tallies[left].Clear();
            _tallies[right].Clear();
        }
        (_regressors[left], _regressors[right]) = (-1, -1);
        _inherited[left] = _inherited[right] = _tallies[j].Best;
        return true;
    }

    private void EnsureNodes(int count)
    {
        int had = _tallies.Length;
        if (count <= had) return;
        int length = Math.Max(count, 2 * had);
        Array.Resize(ref _tallies, length);
        Array.Resize(ref _regressors, length);
        Array.Resize(ref _inherited, length);
        for (int v = had; v < length; v++) _tallies[v] = new ClassTally(Options.MostClassesPerNode, v);
    }
}
