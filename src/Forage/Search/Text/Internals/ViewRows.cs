namespace Forage.Search.Text.Internals;

/// <summary>
/// For each distinct value of a column the hashes of some views of it, computed when the value is first met. A value's key is its number plus <see cref="Markers"/>;
/// the keys below stand for the places before and behind a sentence.
/// </summary>
internal sealed class ViewRows(Vocabulary values, TokenView[] views)
{
    /// <summary>Keys of places outside: <see cref="TokenTemplates.MaxOffset"/> before, nearest first, and as many behind.</summary>
    public const int Markers = 2 * TokenTemplates.MaxOffset;

    private readonly int _stride = views.Length + 1;
    private uint[] _rows = [];
    private int _done, _generation;

    /// <summary>Values and their rows: number of hashes that are there, then those.</summary>
    public uint[] Rows => _rows;

    /// <summary>Length of a row.</summary>
    public int Stride => _stride;

    /// <summary>Key of the place <paramref name="distance"/> ≥ 1 before or behind a sentence.</summary>
    public static int Marker(bool before, int distance) => (before ? 0 : TokenTemplates.MaxOffset) + distance - 1;

    /// <summary>Hash of a key as a view sees it.</summary>
    public static uint Hash(Vocabulary values, TokenView view, int key)
        => key >= Markers ? view.Hash(values[key - Markers]) : view.BoundaryHash(key < TokenTemplates.MaxOffset, key % TokenTemplates.MaxOffset + 1);

    /// <summary>Computes the rows of values that are new.</summary>
    public void Update()
    {
        if (_generation != values.Generation) (_generation, _done) = (values.Generation, 0);
        int needed = Markers + values.Count;
        if (_done == needed) return;
        SentenceTable.Grow(ref _rows, needed * _stride + 8); // eight more, as rows are read eight at a time
        for (; _done < needed; _done++)
        {
            int at = _done * _stride, n = 0;
            foreach (var view in views)
            {
                uint hash = Hash(values, view, _done);
                if (hash != 0) _rows[at + ++n] = hash;
            }
            _rows[at] = (uint)n;
        }
    }
}
