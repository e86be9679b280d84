using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Forage.Linear.Internals;
using Forage.Persistence;

namespace Forage.Search.Internals;

/// <summary>
/// Weights of all actions for every feature that was learnt from: a row is the weights of all actions side by side (padded to 16 floats, one cache
/// line), and while learning the sums of squared gradients and the sums for averaging follow it. Rows stand in the order in which features were
/// first learnt from, so frequent ones share pages. A table that learns no more may be <see cref="Rounded">rounded</see>.
/// </summary>
internal sealed unsafe partial class ActionTable : IDisposable
{
    private readonly FeatureIndex _index;
    private void* _memory;
    private float* _rows;
    private int _capacity;

    public ActionTable(int actions, bool learns) : this(actions, learns, 0, 0) { }

    private ActionTable(int actions, bool learns, float unit, int expected)
    {
        Actions = actions;
        Unit = unit;
        Width = unit > 0 ? (actions + 31) & ~31 : (actions + 15) & ~15;
        Learns = learns;
        _index = new FeatureIndex(expected);
        Reserve(Math.Max(expected + 1, 64));
    }

    public int Actions { get; }

    /// <summary>Weights of a row, with padding.</summary>
    public int Width { get; }

    /// <summary>False once only the weights are left.</summary>
    public bool Learns { get; private set; }

    /// <summary>Number of features with a row.</summary>
    public int Features => _index.Count;

    /// <summary>Floats (of four bytes, whatever they hold) from row to row.</summary>
    public int Cell => Learns ? 3 * Width : IsRounded ? Width / 2 : Width;

    /// <summary>Scores of all actions; <paramref name="rows"/> is a workspace as long as the features.</summary>
    public void Score(ReadOnlySpan<uint> features, ReadOnlySpan<float> values, Span<uint> rows, float* scores)
    {
        Announce(features);
        if (IsRounded)
        {
            ScoreRounded(features, values, rows, scores);
            return;
        }
        if (values.IsEmpty)
        {
            ActionKernels.Score(_rows, (nuint)Cell, rows[..Find(features, rows)], default, scores, Width);
            return;
        }
        for (int i = 0; i < features.Length; i++)
        {
            rows[i] = _index.Find(features[i]);
            ActionKernels.Prefetch(_rows + rows[i] * (nuint)Cell, Width);
        }
        ActionKernels.Score(_rows, (nuint)Cell, rows[..features.Length], values, scores, Width);
    }

    /// <summary>Asks the memory for where features are looked up.</summary>
    public void Announce(ReadOnlySpan<uint> features)
    {
        if (!Sse.IsSupported) return;
        foreach (uint feature in features) Sse.Prefetch0(_index.HomeOf(feature));
    }

    /// <summary>Rows of features, those never learnt from left out (without a branch, as about half of them are); asks the memory for them.</summary>
    /// <returns>How many rows there are.</returns>
    public int Find(ReadOnlySpan<uint> features, Span<uint> rows)
    {
        nuint cell = (nuint)Cell;
        int line = IsRounded ? Width / 2 : Width;
        rows = rows[..features.Length];
        int n = 0;
        for (int i = 0; i < features.Length; i++)
        {
            uint row = _index.Find(features[i]);
            rows[n] = row;
            n += row == 0 ? 0 : 1;
            ActionKernels.Prefetch(_rows + row * cell, line);
        }
        return n;
    }

    /// <summary>Moves the weights of features against a gradient.</summary>
    public void Update(ReadOnlySpan<uint> features, ReadOnlySpan<float> values, float* gradient, float rate, float floor, long time)
    {
        for (int i = 0; i < features.Length; i++)
        {
            uint row = _index.FindOrAdd(features[i]);
            if (row >= (uint)_capacity) Reserve(2 * _capacity);
            ActionKernels.Update(_rows + row * (nuint)Cell, gradient, values.IsEmpty ? 1 : values[i], rate, time, floor, Width);
        }
    }

    /// <summary>Adds to the weight of one action of every feature: w += change, U += time · change.</summary>
    public void Add(ReadOnlySpan<uint> features, int action, float change, long time)
    {
        foreach (uint feature in features)
        {
            uint row = _index.FindOrAdd(feature);
            if (row >= (uint)_capacity) Reserve(2 * _capacity);
            float* w = _rows + row * (nuint)Cell + action;
            w[0] += change;
            w[2 * Width] += time * change;
        }
    }

    /// <summary>Weight of a feature and action; 0 if it was never learnt from.</summary>
    public float Weight(uint feature, int action) => IsRounded ? Unit * RoundedRows[_index.Find(feature) * (nuint)Width + (nuint)action] : _rows[_index.Find(feature) * (nuint)Cell + (nuint)action];

    /// <summary>
    /// A table of the averages of the weights over the first <paramref name="time"/> updates (w - U/time), or of the weights as they are; it learns no more.
    /// Features none of whose weights exceeds <paramref name="least"/> are left out.
    /// </summary>
    public ActionTable Frozen(bool average, long time, float least = 0)
    {
        var frozen = new ActionTable(Actions, learns: false);
        var keys = _index.Keys();
        float share = average && time > 0 ? 1f / time : 0;
        for (int i = 0; i < keys.Length; i++)
        {
            float* from = _rows + (nuint)(i + 1) * (nuint)Cell;
            bool any = false;
            for (int a = 0; a < Width && !any; a++) any = MathF.Abs(Value(from, a)) > least;
            if (!any) continue;
            uint row = frozen._index.FindOrAdd(keys[i]);
            if (row >= (uint)frozen._capacity) frozen.Reserve(2 * frozen._capacity);
            for (int a = 0; a < Width; a++) frozen._rows[row * (nuint)frozen.Cell + (nuint)a] = Value(from, a);
        }
        return frozen;

        float Value(float* row, int a) => share == 0 ? row[a] : row[a] - share * row[2 * Width + a];
    }

    public void Save(ModelWriter writer)
    {
        writer.Write(Actions);
        writer.Write(Learns);
        writer.Write(Unit);
        var keys = _index.Keys();
        writer.Write(keys.Length);
        writer.Write(MemoryMarshal.AsBytes<uint>(keys));
        for (int i = 1; i <= keys.Length; i++) writer.Write(new ReadOnlySpan<byte>(_rows + (nuint)i * (nuint)Cell, Cell * sizeof(float)));
    }

    public static ActionTable Load(ModelReader reader)
    {
        int actions = reader.ReadInt32();
        if (actions is < 1 or > 1 << 24) throw new ForageException($"The model has a policy of {actions} actions; it is damaged.");
        bool learns = reader.ReadBoolean();
        float unit = reader.ReadSingle();
        if (unit != 0 && (learns || !(unit > 0) || !float.IsPow2(unit))) throw new ForageException($"The model's weights are multiples of {unit}; it is damaged.");
        int count = reader.ReadInt32();
        if (count < 0) throw new ForageException($"The model has {count} features; it is damaged.");
        var table = new ActionTable(actions, learns, unit, Math.Min(count, 1 << 20)); // a damaged count asks for no more
        Span<byte> key = stackalloc byte[sizeof(uint)];
        for (int i = 0; i < count; i++)
        {
            reader.Read(key);
            if (table._index.FindOrAdd(MemoryMarshal.Read<uint>(key)) != i + 1) throw new ForageException("The model lists a feature twice; it is damaged.");
        }
        for (int i = 1; i <= count; i++)
        {
            if (i >= table._capacity) table.Reserve(2 * table._capacity);
            reader.Read(new Span<byte>(table._rows + (nuint)i * (nuint)table.Cell, table.Cell * sizeof(float)));
        }
        return table;
    }

    public void Dispose()
    {
        _index.Dispose();
        NativeMemory.Free(_memory);
        _memory = null;
        _rows = null;
        GC.SuppressFinalize(this);
    }

    ~ActionTable() => NativeMemory.Free(_memory);

    // Row 0 exists and stays zero: it is where features without a row point. Rows are taken one after the other, so memory fills densely; what is not yet
    // taken costs nothing.
    private void Reserve(int rows)
    {
        nuint size = (nuint)rows * (nuint)Cell * sizeof(float);
        void* memory = NativeMemory.AllocZeroed(size + 64);
        float* aligned = (float*)(((nint)memory + 63) & ~63);
        HugePages.Request(aligned, (long)size);
        if (_rows != null) Buffer.MemoryCopy(_rows, aligned, size, (nuint)_capacity * (nuint)Cell * sizeof(float));
        NativeMemory.Free(_memory);
        _memory = memory;
        _rows = aligned;
        _capacity = rows;
    }
}
