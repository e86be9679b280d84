namespace Forage.Search.Text.Internals;

/// <summary>For each distinct value of a column the hash of one view of it, 0 where it is absent; keys as in <see cref="ViewRows"/>.</summary>
internal sealed class ViewLine(Vocabulary values, TokenView view)
{
    private readonly ViewRows _rows = new(values, [view]);

    /// <summary>Computes the hashes of values that are new.</summary>
    public void Update() => _rows.Update();

    /// <summary>to[i] = hash of key <paramref name="keys"/>[i].</summary>
    public void Gather(ReadOnlySpan<int> keys, Span<uint> to)
    {
        uint[] rows = _rows.Rows; // pairs of a count, 0 or 1, and the hash
        for (int i = 0; i < keys.Length; i++) to[i] = rows[2 * keys[i] + 1] * rows[2 * keys[i]];
    }
}
