using System.Runtime.Intrinsics;
using Forage.Search.Text;

namespace Forage.Search.Internals;

/// <summary>
/// Scores of whole groups of features (what depends on one value at one place), summed once for each distinct value and then kept: a token costs one row a place
/// instead of a search and a row for each affix and shape. Small groups are left as they are: their rows are fewer than the values. Only for weights that learn no more.
/// </summary>
internal sealed class GroupScores
{
    // Values come in the order they are met, so frequent ones have small numbers; rows beyond are summed every time.
    private const int MostKept = 1 << 16;

    /// <summary>Groups of so many features at most are no concern of this type.</summary>
    public const int Small = 3;

    private readonly TokenFeatures _features;
    private readonly ActionTable _table;
    private readonly Scorer _scorer;
    private readonly uint[] _indices;
    private readonly int[] _groups;
    private readonly float[][] _rows;
    private readonly bool[][] _known;
    private uint[] _found = [];
    private float[] _own = [];
    private int _generation = -1;

    public GroupScores(TokenFeatures features, ActionTable table)
    {
        (_features, _table, _scorer) = (features, table, new Scorer(table.Actions));
        _indices = new uint[features.Most + 8];
        _groups = [.. Enumerable.Range(0, features.GroupCount).Where(g => features.GroupSize(g) > Small)];
        _rows = [.. _groups.Select(_ => Array.Empty<float>())];
        _known = [.. _rows.Select(_ => Array.Empty<bool>())];
    }

    /// <summary>Floats of a token's sums.</summary>
    public int Width => _table.Width;

    /// <summary>Makes room for the values of the sentence the features have begun.</summary>
    public void Begin()
    {
        if (_generation != _features.Generation)
        {
            _generation = _features.Generation;
            foreach (bool[] known in _known) known.AsSpan().Clear();
        }
        for (int g = 0; g < _rows.Length; g++)
        {
            int keys = Math.Min(_features.GroupKeys(_groups[g]), MostKept);
            SentenceTable.Grow(ref _known[g], keys);
            SentenceTable.Grow(ref _rows[g], _known[g].Length * Width);
        }
    }

    /// <summary>Whether there is anything to sum.</summary>
    public bool IsEmpty => _groups.Length == 0;

    /// <summary>Adds the scores of the groups at <paramref name="position"/> to <paramref name="sums"/>, as long as <see cref="Width"/>.</summary>
    public void Add(int position, Span<float> sums)
    {
        for (int g = 0; g < _rows.Length; g++)
        {
            int key = _features.GroupKey(_groups[g], position);
            ReadOnlySpan<float> row = key < MostKept ? Kept(g, key) : Sum(_groups[g], key);
            for (int a = 0; a < sums.Length; a += 16) (Vector512.Create<float>(sums[a..]) + Vector512.Create(row[a..])).CopyTo(sums[a..]);
        }
    }

    /// <summary>
    /// Adds the scores of all other features of the sentence that wait for no label, in three steps that overlap: while a token's rows are summed, the next one's
    /// are being fetched, and the places of the one after it.
    /// </summary>
    /// <param name="length">Number of tokens.</param>
    /// <param name="sums">As long as tokens times <see cref="Width"/>.</param>
    public unsafe void AddOwn(int length, Span<float> sums)
    {
        if (_found.Length < 2 * _features.Most) _found = new uint[2 * _features.Most];
        Span<uint> now = _found.AsSpan(0, _features.Most), next = _found.AsSpan(_features.Most, _features.Most);
        if (_own.Length < Width) _own = GC.AllocateUninitializedArray<float>(Width, pinned: true);
        int found = 0, coming = 0;
        for (int p = -2; p < length; p++)
        {
            if (p + 2 < length) _table.Announce(_features[p + 2]);
            if (p + 1 >= 0 && p + 1 < length) coming = _table.Find(_features[p + 1], next);
            if (p >= 0)
            {
                fixed (float* own = _own) _table.Sum(now[..found], own);
                var to = sums.Slice(p * Width, Width);
                for (int a = 0; a < Width; a += 16) (Vector512.Create<float>(to[a..]) + Vector512.Create(_own.AsSpan(a))).CopyTo(to[a..]);
            }
            var swap = now;
            now = next;
            next = swap;
            found = coming;
        }
    }

    private ReadOnlySpan<float> Kept(int g, int key)
    {
        var row = _rows[g].AsSpan(key * Width, Width);
        if (_known[g][key]) return row;
        Sum(_groups[g], key).CopyTo(row);
        _known[g][key] = true;
        return row;
    }

    private ReadOnlySpan<float> Sum(int group, int key)
    {
        int n = _features.GroupFeatures(group, key, _indices);
        _scorer.Score(_table, _indices.AsSpan(0, n), default);
        return _scorer.Scores(Width);
    }
}
