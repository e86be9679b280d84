namespace Forage.Extreme.Embedding.Internals;

/// <summary>One product of a batch: table row <paramref name="Row"/> has part <paramref name="Value"/> in example <paramref name="Example"/> (its place in the batch).</summary>
internal readonly record struct Entry(int Row, int Example, float Value) : IComparable<Entry>
{
    public int CompareTo(Entry other) => Row != other.Row ? Row.CompareTo(other.Row) : Example.CompareTo(other.Example);
}

/// <summary>
/// Turns a batch's entries from example by example to table row by table row, in parallel and in an order that does not depend on threads: table rows belong to
/// 64 partitions by blocks of 16; each partition is one part of work for whoever updates the table.
/// </summary>
internal sealed class EntryGroups
{
    public const int Partitions = 64;
    private const int BlockBits = 4, PartitionBits = 6, Chunks = 16;

    private readonly WorkerTeam _team;
    private readonly Action<int, int> _count, _scatter, _sort;
    private readonly int[] _at = new int[Chunks * Partitions];
    private readonly int[] _starts = new int[Partitions + 1];
    private readonly int[][] _counters;
    private readonly int _rows;
    private Entry[] _raw = [], _sorted = [];
    private int[] _begins = [], _ends = [], _keys = [];
    private float[] _values = [], _factors = [];
    private int _examples;

    public EntryGroups(WorkerTeam team, int rows)
    {
        (_team, _rows) = (team, rows);
        (_count, _scatter, _sort) = (Count, Scatter, Sort);
        _counters = new int[team.Size][];
        for (int i = 0; i < _counters.Length; i++) _counters[i] = new int[LocalOf(rows) + (1 << BlockBits) + 1];
    }

    /// <summary>Entries of a partition, ascending by table row, then by example.</summary>
    public ReadOnlySpan<Entry> this[int partition] => _sorted.AsSpan(_starts[partition], _starts[partition + 1] - _starts[partition]);

    /// <summary>Groups entries: example i has table rows keys[begins[i]..ends[i]) with parts values[·] factors[i]; parts of 0 are left out.</summary>
    public void Build(int examples, int[] begins, int[] ends, float[] factors, int[] keys, float[] values)
    {
        (_examples, _begins, _ends, _factors, _keys, _values) = (examples, begins, ends, factors, keys, values);
        Array.Clear(_at);
        _team.Run(Chunks, _count);
        int total = 0;
        for (int p = 0; p < Partitions; p++)
        {
            _starts[p] = total;
            for (int c = 0; c < Chunks; c++)
            {
                int n = _at[c * Partitions + p];
                _at[c * Partitions + p] = total;
                total = checked(total + n);
            }
        }
        _starts[Partitions] = total;
        if (_raw.Length < total)
        {
            int size = Math.Max(total, (int)Math.Min(Array.MaxLength, _raw.Length * 3L / 2));
            _raw = GC.AllocateUninitializedArray<Entry>(size);
            _sorted = GC.AllocateUninitializedArray<Entry>(size);
        }
        _team.Run(Chunks, _scatter);
        _team.Run(Partitions, _sort);
    }

    private static int PartitionOf(int row) => (row >> BlockBits) & (Partitions - 1);

    private static int LocalOf(int row) => ((row >> (BlockBits + PartitionBits)) << BlockBits) | (row & ((1 << BlockBits) - 1));

    private (int First, int End) ChunkOf(int chunk) => ((int)((long)_examples * chunk / Chunks), (int)((long)_examples * (chunk + 1) / Chunks));

    private void Count(int chunk, int worker)
    {
        var counts = _at.AsSpan(chunk * Partitions, Partitions);
        var (first, end) = ChunkOf(chunk);
        for (int i = first; i < end; i++)
        {
            if (_factors[i] == 0) continue;
            for (int e = _begins[i]; e < _ends[i]; e++)
                if (_values[e] != 0) counts[PartitionOf(_keys[e])]++;
        }
    }

    private void Scatter(int chunk, int worker)
    {
        var at = _at.AsSpan(chunk * Partitions, Partitions);
        var (first, end) = ChunkOf(chunk);
        for (int i = first; i < end; i++)
        {
            float factor = _factors[i];
            if (factor == 0) continue;
            for (int e = _begins[i]; e < _ends[i]; e++)
                if (_values[e] != 0) _raw[at[PartitionOf(_keys[e])]++] = new Entry(_keys[e], i, _values[e] * factor);
        }
    }

    private void Sort(int partition, int worker)
    {
        int start = _starts[partition], n = _starts[partition + 1] - start;
        var from = _raw.AsSpan(start, n);
        var to = _sorted.AsSpan(start, n);
        int range = LocalOf(_rows) + (1 << BlockBits);
        if (n < range / 16)
        {
            from.CopyTo(to);
            to.Sort();
            return;
        }
        var counts = _counters[worker].AsSpan(0, range + 1);
        counts.Clear();
        foreach (var e in from) counts[LocalOf(e.Row) + 1]++;
        for (int r = 1; r <= range; r++) counts[r] += counts[r - 1];
        foreach (var e in from) to[counts[LocalOf(e.Row)]++] = e;
    }
}
