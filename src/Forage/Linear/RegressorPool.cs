using Forage.Features;
using Forage.Linear.Internals;
using Forage.Persistence;

namespace Forage.Linear;

/// <summary>
/// Many online linear regressors, each with weights of its own that grow with the features it learns from: no regressor ever collides with another, and one that sees few
/// features is small. What nodes of trees over classes stand on, where collisions in a shared table would make most of the error.
/// </summary>
/// <remarks>
/// The update is that of <see cref="LinearLearner"/> with as many slots. A weight is kept as w' = w N (normalised and adaptive; w N² if normalised only), so that a feature's
/// scale N may grow without visiting every regressor: the score is Σ (x/N) w', and a step u moves w' by u m x/√G. A row is looked up once (<see cref="Gather"/>) and then
/// shown to as many regressors as need be. Scales grow before an example is scored, not after. Predicting from several threads is safe while nobody learns, each with a row of its own.
/// </remarks>
public sealed unsafe class RegressorPool : IDisposable
{
    private const string Tag = "POOL";
    private const ushort Version = 2, BoundedVersion = 3;

    private readonly FeatureWalk _walk;
    private readonly StepRule _rule;
    private readonly uint _mask;
    private readonly int _power;
    private readonly float _initialSum;
    private readonly bool _scalar;
    private readonly List<int> _free = [];
    private readonly BlockArena _arena = new();
    private FeatureIds _ids = new();
    private OwnTable[] _tables = new OwnTable[16];
    private long _tableBytes;
    private bool _predictOnly, _tablesFull;

    /// <summary>A pool without regressors.</summary>
    /// <param name="options">How they learn; no penalties, and exponent 1/2 with adaptive or normalised updates.</param>
    /// <param name="mostBytes">
    /// Most <see cref="Bytes"/>. When there are as many, what a regressor would learn of further features is left out; features met for the first time are left out already when
    /// their numbering would take more than half. What <see cref="Add"/> needs for a regressor itself is not refused.
    /// </param>
    /// <exception cref="ForageException">An option is out of range or not for pools.</exception>
    public RegressorPool(LinearOptions options, long mostBytes = long.MaxValue) : this(options, mostBytes, scalar: false) { }

    internal RegressorPool(LinearOptions options, long mostBytes, bool scalar)
    {
        options.Validate();
        if (options.L1 > 0 || options.L2 > 0) throw new ForageException($"The penalties l1 {options.L1} and l2 {options.L2} were asked for; regressors with weights of their own have none.");
        if ((options.Adaptive || options.Normalized) && options.PowerT != 0.5f) throw new ForageException($"The power of the decay is {options.PowerT}; regressors with weights of their own take 0.5.");
        if (mostBytes < 1) throw new ForageException($"The bound on memory is {mostBytes} bytes; expected 1 or more.");
        (Options, MostBytes, _scalar) = (options, mostBytes, scalar);
        (_walk, _rule) = (new FeatureWalk(options), new StepRule(options));
        _mask = options.Bits == 32 ? uint.MaxValue : (1u << options.Bits) - 1;
        _power = !options.Normalized ? 0 : options.Adaptive ? 1 : 2;
        _initialSum = options.Adaptive ? options.InitialT ?? 0 : 0;
    }

    /// <summary>How the regressors learn.</summary>
    public LinearOptions Options { get; }

    /// <summary>The bound on <see cref="Bytes"/>.</summary>
    public long MostBytes { get; }

    /// <summary>Regressors made, those given back included.</summary>
    public int Count { get; private set; }

    /// <summary>Memory of all weights and their sums, in bytes.</summary>
    public long TableBytes => _tableBytes;

    /// <summary>All memory that grows with what was learnt, in bytes: weights and their sums, the numbering of features, and what there is of each regressor.</summary>
    public long Bytes => _tableBytes + _ids.Bytes + HeadBytes;

    /// <summary>Features met so far, over all regressors.</summary>
    public int Features => _ids.Count;

    /// <summary>Weights of a regressor.</summary>
    public int WeightsOf(int regressor) => _tables[regressor].Learnt(_initialSum);

    /// <summary>Weights of all regressors.</summary>
    public long Weights
    {
        get
        {
            long sum = 0;
            for (int r = 0; r < Count; r++) sum += WeightsOf(r);
            return sum;
        }
    }

    /// <summary>True once features were left out because memory would have gone beyond its bound.</summary>
    public bool IsFull => _tablesFull || _ids.IsFull;

    /// <summary>Learning rate η in use; passes lower it.</summary>
    public float Rate => _rule.Rate;

    /// <summary>A regressor that knows nothing; returns its number.</summary>
    public int Add()
    {
        if (_free.Count > 0)
        {
            int again = _free[^1];
            _free.RemoveAt(_free.Count - 1);
            return again;
        }
        if (Count == _tables.Length) Array.Resize(ref _tables, 2 * Count);
        return Count++;
    }

    /// <summary>True if <see cref="Add"/> is within the bound on memory and no regressor had to leave features out.</summary>
    internal bool MayAdd()
    {
        if (_free.Count == 0 && Count == _tables.Length && Bytes + HeadBytes > MostBytes) _tablesFull = true;
        return !_tablesFull;
    }

    /// <summary>Makes a regressor forget everything; it stays in use.</summary>
    public void Clear(int regressor)
    {
        ref var table = ref _tables[regressor];
        _tableBytes -= table.Bytes;
        table.Free(_arena);
    }

    /// <summary>Gives a regressor back: <see cref="Add"/> may hand its number out again.</summary>
    public void Remove(int regressor)
    {
        Clear(regressor);
        _free.Add(regressor);
    }

    /// <summary>Looks a row's features up.</summary>
    /// <param name="x">The row.</param>
    /// <param name="row">Receives its features.</param>
    /// <param name="learn">It will be learnt from: new features are numbered, scales grow. Else what is not known is left out and nothing changes.</param>
    public void Gather(in FeatureRow x, PooledRow row, bool learn) => LookUp(x, row, learn, _power);

    /// <summary>Looks a row's features up for predicting with packed regressors.</summary>
    internal void GatherForPack(in FeatureRow x, PooledRow row) => LookUp(x, row, learn: false, power: 1);

    /// <summary>Σ x w, not clipped.</summary>
    public float Score(PooledRow row, int regressor) => PoolKernels.Dot(_tables[regressor], row);

    /// <summary>Score of a clipped prediction.</summary>
    public float Clip(float score) => _rule.Clip(score);

    /// <summary>One online update of a regressor.</summary>
    /// <param name="row">The row, gathered for learning.</param>
    /// <param name="regressor">The regressor.</param>
    /// <param name="target">Its label.</param>
    /// <param name="importance">Weight of the example, at least 0.</param>
    /// <param name="after">The score it has afterwards, not clipped.</param>
    /// <returns>The score it had before, not clipped.</returns>
    public float Learn(PooledRow row, int regressor, float target, float importance, out float after)
    {
        if (_predictOnly) throw new ForageException("The model was read to predict only; read it to learn on.");
        if (!float.IsFinite(target)) throw new ForageException($"The label {target} is not a finite number.");
        if (!(importance >= 0) || !float.IsFinite(importance)) throw new ForageException($"The importance {importance} is not a finite number from 0 on.");
        ref var table = ref _tables[regressor];
        int missing = PoolKernels.Locate(table, row, out float before);
        after = before;
        if (!float.IsFinite(before)) throw new ForageException($"A regressor has diverged: a prediction is {before}. Use a smaller learning rate than was given, or normalised updates.");
        if (importance == 0) return before;
        _rule.ObserveLabel(target);
        float p = _rule.Clip(before), q = _rule.SquaredGradient(p, target, importance);
        if (q > 0)
        {
            if (missing > 0) Insert(ref table, row, missing);
            float m = _rule.NormMultiplier(importance, row.Norm);
            float sensitivity = PoolKernels.Rates(table, row, q, Options.Adaptive, _scalar) * m;
            var none = new Shrinkage();
            float u = m * _rule.Step(p, target, importance, sensitivity, ref none);
            if (!float.IsFinite(u)) u = 0;
            PoolKernels.Update(table, row, u, Options.Adaptive);
            after = before + u / m * sensitivity;
        }
        _rule.Time += importance;
        return before;
    }

    /// <summary>The learning rate η from now on; null: what <see cref="Options"/> begin with.</summary>
    public void SetRate(float? rate) => _rule.Rate = new StepRule(Options with { LearningRate = rate ?? Options.LearningRate }).Rate;

    /// <summary>Lowers the rate at the end of a pass.</summary>
    public void EndPass() => _rule.Rate *= Options.LearningRateDecay;

    /// <summary>The loss of prediction <paramref name="p"/> of label <paramref name="y"/>.</summary>
    public float LossOf(float p, float y) => Loss.Value(Options.Loss, Options.Tau, p, y);

    /// <summary>Number of features of a row as learnt from: with the constant and the interactions.</summary>
    public long FeaturesOf(in FeatureRow x) => _walk.Count(x);

    /// <summary>Writes everything.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="order">Regressors in the order in which they are written and numbered anew; those left out follow. Null leaves their numbers.</param>
    public void Save(ModelWriter writer, IReadOnlyList<int>? order = null)
    {
        if (_predictOnly) throw new ForageException("The model was read to predict only; it has not all that is to be written.");
        bool bounded = MostBytes < long.MaxValue;
        writer.BeginChunk(Tag, bounded ? BoundedVersion : Version);
        writer.Write(LinearOptionsJson.ToJson(Options));
        writer.Write(MostBytes);
        writer.Write(Count);
        int[] all = order is null ? [.. Enumerable.Range(0, Count)] : [.. order.Union(Enumerable.Range(0, Count))];
        if (all.Length != Count) throw new ArgumentException($"The order names a regressor beyond the {Count} there are.", nameof(order));
        int[] numbers = new int[Count];
        for (int i = 0; i < all.Length; i++) numbers[all[i]] = i;
        writer.Write(_free.ConvertAll(r => numbers[r]).ToArray());
        writer.Write(_tablesFull);
        if (bounded) writer.Write(_ids.IsFull);
        writer.Write(_rule.Rate);
        writer.Write(_rule.Time);
        writer.Write(_rule.TotalWeight);
        writer.Write(_rule.NormSum);
        writer.Write(_rule.Min);
        writer.Write(_rule.Max);
        _ids.Save(writer);
        foreach (int r in all) OwnTableFile.Write(writer, _tables[r]);
        writer.EndChunk();
    }

    /// <summary>Reads what <see cref="Save"/> wrote; learning goes on as if it had never stopped, bit for bit.</summary>
    /// <param name="reader">Where it stands.</param>
    /// <param name="predictOnly">What only learning needs is left out, a third to half of the memory; the pool can neither learn nor be saved.</param>
    public static RegressorPool Load(ModelReader reader, bool predictOnly = false)
    {
        var (pool, count) = ReadHead(reader);
        pool._predictOnly = predictOnly;
        for (int r = 0; r < count; r++)
        {
            if (pool.Count == pool._tables.Length) Array.Resize(ref pool._tables, 2 * pool.Count);
            ref var table = ref pool._tables[pool.Count++];
            table = OwnTableFile.Read(reader, pool._arena, pool.Options.Adaptive, !predictOnly, pool._initialSum, pool._ids.Count);
            pool._tableBytes += table.Bytes;
        }
        reader.EndChunk();
        return pool;
    }

    /// <summary>Reads regressors into a pack; the pool itself is left with features and their scales alone, to gather rows with.</summary>
    internal static RegressorPool Load(ModelReader reader, RegressorPack pack)
    {
        var (pool, count) = ReadHead(reader);
        pool._predictOnly = true;
        if (!pack.Takes(count)) throw new ForageException($"The model has {count} regressors, which are not those of its {pack.Count} nodes.");
        var packer = pack.NewPacker(pool._ids.Scales, pool._ids.Count, pool._power);
        for (int r = 0; r < count; r++)
        {
            var table = pack.Spare();
            OwnTableFile.ReadWeights(reader, table, pool.Options.Adaptive, pool._ids.Count);
            pack.Add(r, table, packer);
        }
        pack.Complete();
        reader.EndChunk();
        return pool;
    }

    /// <summary>Gives the weights' memory back.</summary>
    public void Dispose()
    {
        for (int r = 0; r < Count; r++) _tables[r].Free(_arena);
        _tableBytes = 0;
        _arena.Dispose();
    }

    private long HeadBytes => (long)_tables.Length * sizeof(OwnTable);

    private static (RegressorPool Pool, int Count) ReadHead(ModelReader reader)
    {
        reader.BeginChunk(Tag, BoundedVersion, Version);
        var options = LinearOptionsJson.FromJson(reader.ReadString());
        var pool = new RegressorPool(options, reader.ReadInt64());
        int count = reader.ReadInt32();
        if (count < 0) throw new ForageException($"The model has {count} regressors.");
        pool._free.AddRange(reader.ReadInt32s());
        pool._tablesFull = reader.ReadBoolean();
        bool idsFull = reader.Version >= BoundedVersion && reader.ReadBoolean();
        pool._rule.Rate = reader.ReadSingle();
        pool._rule.Time = reader.ReadDouble();
        pool._rule.TotalWeight = reader.ReadDouble();
        pool._rule.NormSum = reader.ReadDouble();
        pool._rule.Min = reader.ReadSingle();
        pool._rule.Max = reader.ReadSingle();
        pool._ids = FeatureIds.Load(reader, idsFull);
        return (pool, count);
    }

    private void LookUp(in FeatureRow x, PooledRow row, bool learn, int power)
    {
        row.Clear();
        if (learn) _ids.MostBytes = Math.Min(MostBytes / 2, MostBytes - _tableBytes - HeadBytes);
        var kernel = new GatherKernel(_ids, row, _mask, learn);
        _walk.Run(x, ref kernel);
        row.Complete(_ids.Scales, power);
    }

    /// <summary>Places for the features of a row that have none, unless memory has come to its bound.</summary>
    private void Insert(ref OwnTable table, PooledRow row, int missing)
    {
        if (!table.HasRoom(missing))
        {
            if (table.Denied > 0 && Bytes + table.Denied > MostBytes) return;
            var (dense, bits) = table.Grown(row);
            long more = OwnTable.BytesOf(dense, bits, Options.Adaptive) - table.Bytes;
            if (Bytes + more > MostBytes)
            {
                (_tablesFull, table.Denied) = (true, more);
                return;
            }
            table.Reshape(_arena, dense, bits, Options.Adaptive, _initialSum);
            _tableBytes += more;
            if (PoolKernels.Locate(table, row, out _) == 0) return;
        }
        for (int i = row.Below(table.DenseOctave); i < row.Count; i++)
        {
            if (row.At[i] >= 0) continue;
            int at = table.Find(row.Ids[i]); // a feature that stands twice in the row has its place by now
            row.At[i] = at >= 0 ? at : table.Insert(row.Ids[i]);
        }
    }
}
