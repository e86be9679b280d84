namespace Forage.Search.Text.Internals;

/// <summary>For each distinct value of a column the hash of one view of it, 0 where it is absent; keys as in <see cref="ViewRows"/>.</summary>
internal sealed class ViewLine(Vocabulary values, TokenView view)
{
    private uint[] _hashes = [];
    private int _done, _generation;

    /// <summary>Hash of a key.</summary>
    public uint this[int key] => _hashes[key];

    /// <summary>Computes the hashes of values that are new.</summary>
    public void Update()
    {
        if (_generation != values.Generation) (_generation, _done) = (values.Generation, 0);
        int needed = ViewRows.Markers + values.Count;
        if (_done == needed) return;
        SentenceTable.Grow(ref _hashes, needed);
        for (; _done < needed; _done++) _hashes[_done] = ViewRows.Hash(values, view, _done);
    }

    /// <summary>to[i] = hash of key <paramref name="keys"/>[i].</summary>
    public void Gather(ReadOnlySpan<int> keys, Span<uint> to)
    {
        uint[] hashes = _hashes;
        for (int i = 0; i < keys.Length; i++) to[i] = hashes[keys[i]];
    }
}
