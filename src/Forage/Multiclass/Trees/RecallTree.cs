using Forage.Features;
using Forage.Linear;
using Forage.Multiclass.Trees.Internals;
using Forage.Persistence;

namespace Forage.Multiclass.Trees;

/// <summary>
/// Recall tree (Daumé, Karampatziakis, Langford, Mineiro 2017, "Logarithmic Time One-Against-Some"): routers lead an example to leaves where its class is among the few met most
/// often, and one regressor for each class tells these candidates apart, learnt against the candidates it met only.
/// </summary>
/// <remarks>
/// Beyond the paper: a router learns the shorter code, the side where class y costs -ln p(y | side) fewer nats, weighted by what that saves (the paper weighs by the change of a
/// node's entropy, which fades as 1/n and freezes the routers); a prediction takes the candidates of the <see cref="ClassTreeOptions.Beam"/> most probable leaves; its regressors learn against all of these; and every node and class has weights of its own. With few
/// classes there is one leaf, and it is one-against-all.
/// </remarks>
public sealed class RecallTree : IClassTree
{
    private const string Tag = "RECT";
    private const double Prior = 0.1;

    private readonly ClassTreeScratch _scratch = new();
    private readonly ClassTally[] _tallies;
    private readonly List<int>[] _candidates;
    private readonly int _routers, _most;

    /// <summary>A tree that knows nothing.</summary>
    /// <param name="classes">At least 2.</param>
    /// <param name="options">Its options.</param>
    public RecallTree(int classes, ClassTreeOptions? options = null) : this(classes, options ?? new ClassTreeOptions(), null) { }

    private RecallTree(int classes, ClassTreeOptions options, RegressorPool? pool)
    {
        ClassTree.Check(classes, options);
        (Classes, Options) = (classes, options);
        Pool = pool ?? new RegressorPool(options.Learner, options.MostBytes);
        _most = Math.Min(classes, options.Candidates > 0 ? options.Candidates : 4 * (int)Math.Ceiling(Math.Log2(classes)));
        int nodes = options.MostNodes > 0 ? options.MostNodes : classes <= _most ? 0 : (int)(8L * classes / _most);
        // A full tree: 1, 3, 7, … routers.
        for (_routers = 0; 2 * _routers + 1 <= nodes; _routers = 2 * _routers + 1) { }
        if (pool is null)
            for (int r = 0; r < _routers + classes; r++) Pool.Add();
        if (Pool.Count != _routers + classes) throw new ForageException($"The model has {Pool.Count} regressors; expected {_routers + classes}.");
        _tallies = new ClassTally[2 * _routers + 1];
        for (int v = 0; v < _tallies.Length; v++) _tallies[v] = new ClassTally(options.MostClassesPerNode, (v - 1) / 2, keeps: false);
        _candidates = new List<int>[_routers + 1];
        for (int l = 0; l < _candidates.Length; l++) _candidates[l] = [];
        _scratch.Reserve(options.Beam, options.Beam * _most);
    }

    /// <inheritdoc/>
    public TreeMethod Method => TreeMethod.RecallTree;

    /// <inheritdoc/>
    public ClassTreeOptions Options { get; }

    /// <inheritdoc/>
    public RegressorPool Pool { get; }

    /// <inheritdoc/>
    public int Classes { get; }

    /// <inheritdoc/>
    public int Predict(in FeatureRow x) => Predict(x, _scratch);

    /// <inheritdoc/>
    public int Predict(in FeatureRow x, ClassTreeScratch scratch)
    {
        scratch.Reserve(Options.Beam, Options.Beam * _most);
        Pool.Gather(x, scratch.Row, learn: false);
        return Choose(scratch);
    }

    /// <inheritdoc/>
    public int Learn(in FeatureRow x, int label, float importance = 1)
    {
        if ((uint)label >= (uint)Classes) throw new ForageException($"Class {label}; expected 0 to {Classes - 1}.");
        var row = _scratch.Row;
        Pool.Gather(x, row, learn: true);
        int predicted = Choose(_scratch), v = 0;
        _tallies[0].See(label);
        while (v < _routers)
        {
            double saved = CodeLength(_tallies[2 * v + 1], label) - CodeLength(_tallies[2 * v + 2], label);
            Pool.Learn(row, v, saved > 0 ? 1 : -1, importance * (float)Math.Abs(saved), out float after);
            v = 2 * v + (after > 0 ? 2 : 1);
            _tallies[v].See(label);
        }
        Promote(_candidates[v - _routers], _tallies[v], label);
        Pool.Learn(row, _routers + label, 1, importance, out _);
        foreach (int c in _scratch.Candidates.AsSpan(0, _scratch.Found))
            if (c != label) Pool.Learn(row, _routers + c, -1, importance, out _);
        return predicted;
    }

    /// <inheritdoc/>
    public void EndPass() => Pool.EndPass();

    /// <inheritdoc/>
    public ClassTreeSummary Describe()
    {
        int depth = System.Numerics.BitOperations.Log2((uint)_routers + 1);
        double entropy = 0;
        long counters = 0;
        for (int v = 0; v < _tallies.Length; v++)
        {
            counters += _tallies[v].Bytes;
            if (v >= _routers) entropy += _tallies[v].Seen * SplitQuality.Entropy([.. _tallies[v].Counts.Select(e => (double)e.Seen)]) / Math.Max(1, _tallies[0].Seen);
        }
        foreach (var list in _candidates) counters += 4L * list.Capacity;
        var largest = Enumerable.Range(0, _routers).OrderByDescending(v => _tallies[v].Seen).ThenBy(v => v).Take(LomSummary.Shown).Select(v =>
        {
            var entries = _tallies[2 * v + 1].Entries.Concat(_tallies[2 * v + 2].Entries).Select(e => e.Key - 1).Distinct().ToList();
            double[] right = [.. entries.Select(c => (double)_tallies[2 * v + 2].SeenOf(c))], all = [.. entries.Select((c, i) => right[i] + _tallies[2 * v + 1].SeenOf(c))];
            return new NodeSummary(v, System.Numerics.BitOperations.Log2((uint)v + 1), _tallies[v].Seen, entries.Count, SplitQuality.Of(all, right), Pool.WeightsOf(v));
        }).ToList();
        return new ClassTreeSummary(_routers, _routers + 1, depth, depth, entropy, 0, 0, Pool.Weights, Pool.Bytes, counters, Pool.IsFull, largest);
    }

    /// <inheritdoc/>
    public void Save(ModelWriter writer)
    {
        writer.BeginChunk(Tag, ClassTree.VersionOf(Options));
        writer.Write(Classes);
        ClassTree.Write(writer, Options);
        foreach (var tally in _tallies) tally.Save(writer);
        foreach (var list in _candidates) writer.Write(list.ToArray());
        writer.EndChunk();
        Pool.Save(writer);
    }

    internal static RecallTree Load(ModelReader reader, bool predictOnly)
    {
        reader.BeginChunk(Tag, ClassTree.SharesVersion);
        int classes = reader.ReadInt32();
        var options = ClassTree.ReadOptions(reader);
        // The pool comes after the counts: a tree without regressors takes them up first.
        using var empty = new RecallTree(classes, options);
        for (int v = 0; v < empty._tallies.Length; v++) empty._tallies[v] = ClassTally.Load(reader, options.MostClassesPerNode, (v - 1) / 2, reader.Version >= ClassTree.SharesVersion, keeps: false);
        foreach (var list in empty._candidates)
        {
            list.AddRange(reader.ReadInt32s());
            if (list.Count > empty._most || list.Exists(c => (uint)c >= (uint)classes)) throw new ForageException($"The model has {list.Count} candidates at a leaf; expected at most {empty._most} of {classes} classes.");
        }
        reader.EndChunk();
        var tree = new RecallTree(classes, options, RegressorPool.Load(reader, predictOnly));
        empty._tallies.CopyTo(tree._tallies, 0);
        empty._candidates.CopyTo(tree._candidates, 0);
        return tree;
    }

    /// <inheritdoc/>
    public void Dispose() => Pool.Dispose();

    /// <summary>-ln p(label | node), smoothed.</summary>
    private double CodeLength(ClassTally node, int label) => Math.Log((node.Seen + Prior * Classes) / (node.MeanSeenOf(label) + Prior));

    /// <summary>Keeps the classes a leaf met most often, in falling order, after it met one of them again.</summary>
    private void Promote(List<int> candidates, ClassTally tally, int label)
    {
        int at = candidates.IndexOf(label), seen = tally.SeenOf(label);
        if (at < 0)
        {
            at = candidates.Count;
            if (at < _most) candidates.Add(label);
            else if (tally.SeenOf(candidates[--at]) >= seen) return;
            candidates[at] = label;
        }
        for (; at > 0 && tally.SeenOf(candidates[at - 1]) < seen; at--) (candidates[at - 1], candidates[at]) = (candidates[at], candidates[at - 1]);
    }

    private int Choose(ClassTreeScratch s)
    {
        int kept = 1, beam = Options.Beam;
        s.Level[0] = (0, 0);
        for (int first = 0; first < _routers; first = 2 * first + 1)
        {
            int next = 0;
            for (int b = 0; b < kept; b++)
            {
                var (node, log) = s.Level[b];
                float score = Pool.Score(s.Row, node);
                s.Products++;
                if (beam == 1)
                {
                    s.Next[next++] = (2 * node + (score > 0 ? 2 : 1), 0);
                    continue;
                }
                double down = -Math.Log(1 + Math.Exp(-Math.Abs(score))), other = down - Math.Abs(score);
                Keep(s.Next, ref next, 2 * node + 1, log + (score > 0 ? other : down), beam);
                Keep(s.Next, ref next, 2 * node + 2, log + (score > 0 ? down : other), beam);
            }
            (s.Level, s.Next) = (s.Next, s.Level);
            kept = next;
        }
        int best = 0;
        s.Found = 0;
        float bestScore = float.NegativeInfinity;
        for (int b = 0; b < kept; b++)
        {
            foreach (int c in _candidates[s.Level[b].Node - _routers])
            {
                if (s.Candidates.AsSpan(0, s.Found).Contains(c)) continue;
                s.Candidates[s.Found++] = c;
                s.Products++;
                float score = Pool.Score(s.Row, _routers + c);
                if (score > bestScore) (best, bestScore) = (c, score);
            }
        }
        return best;
    }

    private static void Keep((int Node, double Log)[] kept, ref int count, int node, double log, int beam)
    {
        if (count == beam && kept[beam - 1].Log >= log) return;
        int at = count < beam ? count++ : beam - 1;
        for (; at > 0 && kept[at - 1].Log < log; at--) kept[at] = kept[at - 1];
        kept[at] = (node, log);
    }
}
