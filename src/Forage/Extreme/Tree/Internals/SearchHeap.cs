namespace Forage.Extreme.Tree.Internals;

/// <summary>A binary heap of (probability, level, item); what <see cref="Before"/> says comes first is on top.</summary>
internal sealed class SearchHeap
{
    private Entry[] _entries = new Entry[64];
    private bool _worstFirst;

    public int Count { get; private set; }

    public Entry Top => _entries[0];

    public readonly record struct Entry(float Probability, int Level, int Item);

    /// <summary>Empties the heap and says whether the worst entry shall be on top (to keep the best few) or the best.</summary>
    public void Reset(bool worstFirst) => (Count, _worstFirst) = (0, worstFirst);

    /// <summary>True if a is better than b: more probable; at equal probability what is less deep, for a better one may be below it; then the smaller item.</summary>
    public static bool Better(in Entry a, in Entry b)
    {
        if (a.Probability != b.Probability) return a.Probability > b.Probability;
        return a.Level != b.Level ? a.Level < b.Level : a.Item < b.Item;
    }

    public void Push(Entry entry)
    {
        if (Count == _entries.Length) Array.Resize(ref _entries, 2 * Count);
        int at = Count++;
        while (at > 0)
        {
            int parent = (at - 1) >> 1;
            if (!Before(entry, _entries[parent])) break;
            _entries[at] = _entries[parent];
            at = parent;
        }
        _entries[at] = entry;
    }

    public Entry Pop()
    {
        var top = _entries[0];
        var last = _entries[--Count];
        if (Count > 0) Sink(last);
        return top;
    }

    /// <summary>Keeps the best <paramref name="capacity"/> entries; the heap must have the worst first.</summary>
    public void Offer(Entry entry, int capacity)
    {
        if (Count < capacity) Push(entry);
        else if (Better(entry, _entries[0])) Sink(entry);
    }

    private bool Before(in Entry a, in Entry b) => _worstFirst ? Better(b, a) : Better(a, b);

    private void Sink(Entry entry)
    {
        int at = 0;
        while (true)
        {
            int child = 2 * at + 1;
            if (child >= Count) break;
            if (child + 1 < Count && Before(_entries[child + 1], _entries[child])) child++;
            if (!Before(_entries[child], entry)) break;
            _entries[at] = _entries[child];
            at = child;
        }
        _entries[at] = entry;
    }
}
