using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Forage.Features;
using Forage.Search.Text.Internals;

namespace Forage.Search.Text;

/// <summary>
/// Features of the tokens of a table, a sentence at a time: <see cref="Begin"/>, then <see cref="this[int]"/> for its positions. Values are 1; indices are
/// whole 32-bit hashes, the same for the same bytes in whatever table. What is seen of a distinct value is hashed once.
/// </summary>
/// <remarks>One for each thread; several may read one table. Nothing is allocated for a token.</remarks>
public sealed class TokenFeatures
{
    private const int Lane = 8;

    private readonly TemplateLayout _layout;
    private readonly TokenColumn[] _columns;
    private readonly ViewRows[] _rows;
    private readonly ViewLine[] _lines;
    private readonly int[][] _keys;

    private uint[] _gathered = []; // a line of hashes, with places outside, for each of _lines
    private uint[] _together = []; // a line of indices for each combination, then for each conditioned template; 0 is absent
    private uint[] _features = [];
    private int[] _starts = [];
    private int _width;

    /// <summary>Features by <paramref name="templates"/> over <paramref name="table"/>.</summary>
    /// <param name="templates">The templates.</param>
    /// <param name="table">The sentences.</param>
    /// <param name="fromRight">
    /// Read sentences from their last token: position 0 is the last. Templates keep their meaning, so <c>word[1]</c> is the word to the right, and <c>label[-1]</c>
    /// the label before in reading order, that of the token to the right. Labels and guesses go in and come out in reading order (see <see cref="SpanLabels.Reverse"/>).
    /// </param>
    /// <exception cref="ForageException">A template looks at a column the table does not keep.</exception>
    public TokenFeatures(TokenTemplates templates, SentenceTable table, bool fromRight = false)
    {
        (Templates, Table, FromRight, _layout) = (templates, table, fromRight, fromRight ? templates.LayoutFromRight : templates.Layout);
        _columns = [.. templates.Columns.Select(table.Column)];
        _rows = [.. _layout.Rows.Select(r => new ViewRows(_columns[r.Column].Values, [.. r.Views]))];
        _lines = [.. _layout.Lines.Select(l => new ViewLine(_columns[l.Column].Values, l.View))];
        _keys = [.. _columns.Select(_ => Array.Empty<int>())];
    }

    /// <summary>The templates.</summary>
    public TokenTemplates Templates { get; }

    /// <summary>The table.</summary>
    public SentenceTable Table { get; }

    /// <summary>Whether sentences are read from their last token; positions are then counted from there.</summary>
    public bool FromRight { get; }

    /// <summary>Most features of a token, without those that wait for labels.</summary>
    public int Most => _layout.Most;

    /// <summary>Number of templates that wait for labels (see <see cref="Conditioned"/>).</summary>
    public int ConditionedCount => _layout.Conditioned.Length;

    /// <summary>Number of tokens of the sentence begun.</summary>
    public int Length { get; private set; }

    /// <summary>Features of the token at <paramref name="position"/> of the sentence begun; valid until the next.</summary>
    public ReadOnlySpan<uint> this[int position] => _features.AsSpan(_starts[position].._starts[position + 1]);

    /// <summary>Computes the features of all tokens of a sentence.</summary>
    public void Begin(int sentence)
    {
        BeginTogether(sentence);
        int most = _layout.Most, at = 0;
        SentenceTable.Grow(ref _features, Length * most + Lane);
        for (int p = 0; p < Length; p++)
        {
            _starts[p] = at;
            at = AppendTogether(p, AppendGroups(p, at));
        }
        _starts[Length] = at;
    }

    /// <summary>Indices of the templates that depend on labels, for the token at <paramref name="position"/>; those that are absent are left out.</summary>
    /// <param name="position">Position in the sentence begun.</param>
    /// <param name="before">Labels of the positions before it in this sentence, at least as many as are looked back on.</param>
    /// <param name="to">Receives the indices; room for <see cref="ConditionedCount"/>.</param>
    /// <param name="guesses">Labels of the whole sentence from an earlier pass; if there are none, the templates that look at guesses are left out.</param>
    /// <returns>How many there are.</returns>
    public int Conditioned(int position, ReadOnlySpan<int> before, Span<uint> to, ReadOnlySpan<int> guesses = default)
    {
        int n = 0, from = _layout.Combined.Length * _width + position;
        foreach (var template in _layout.Conditioned)
        {
            uint index = _together[from];
            from += _width;
            if (index == 0 || (guesses.IsEmpty && template.Guesses.Length > 0)) continue;
            foreach (int back in template.Labels) index = FeatureMix.Mix(index ^ FeatureMix.Label(At(before, before.Length + back)));
            foreach (int place in template.Guesses) index = FeatureMix.Mix(index ^ FeatureMix.Label(At(guesses, position + place)));
            to[n++] = index;
        }
        return n;

        static int At(ReadOnlySpan<int> labels, int i) => (uint)i < (uint)labels.Length ? labels[i] : -1;
    }

    /// <summary>The templates that wait for labels, in the order of <see cref="Conditioned"/>.</summary>
    internal ImmutableArray<TokenTemplate> ConditionedTemplates => _layout.ConditionedTemplates;

    /// <summary>What conditioned template <paramref name="template"/> sees at <paramref name="position"/> before labels are mixed in; 0 if it is absent.</summary>
    internal uint Seed(int position, int template) => _together[(_layout.Combined.Length + template) * _width + position];

    /// <summary>Writes the features of the token at <paramref name="position"/> as part of the current group of a row.</summary>
    public void AppendTo(RowWriter writer, int position)
    {
        var features = this[position];
        writer.Reserve(features.Length, out var indices, out var values);
        features.CopyTo(indices);
        values.Fill(1);
        writer.Commit(features.Length);
    }

    private void BeginTogether(int sentence)
    {
        int n = Table.Length(sentence), pad = _layout.Pad;
        Length = n;
        foreach (var rows in _rows) rows.Update();
        foreach (var line in _lines) line.Update();
        if (n + 2 * pad + Lane > _width) Widen(n + 2 * pad + Lane);
        for (int c = 0; c < _keys.Length; c++) FillKeys(_keys[c], _columns[c].Sentence(sentence), pad, FromRight);
        for (int l = 0; l < _lines.Length; l++) _lines[l].Gather(_keys[_layout.Lines[l].Column].AsSpan(0, n + 2 * pad), _gathered.AsSpan(l * _width));
        for (int c = 0; c < _layout.Combined.Length; c++) Join(_layout.Combined[c], c * _width, n);
        for (int c = 0; c < _layout.Conditioned.Length; c++) Join(_layout.Conditioned[c], (_layout.Combined.Length + c) * _width, n);
    }

    private void Widen(int width)
    {
        _width = (Math.Max(width, 2 * _width) + Lane - 1) / Lane * Lane;
        for (int c = 0; c < _keys.Length; c++) _keys[c] = new int[_width];
        _starts = new int[_width + 1];
        _gathered = new uint[_lines.Length * _width + Lane];
        _together = new uint[(_layout.Combined.Length + _layout.Conditioned.Length) * _width + Lane];
    }

    private static void FillKeys(int[] keys, ReadOnlySpan<int> ids, int pad, bool fromRight)
    {
        for (int d = 1; d <= pad; d++)
        {
            keys[pad - d] = ViewRows.Marker(before: !fromRight, d);
            keys[pad + ids.Length - 1 + d] = ViewRows.Marker(before: fromRight, d);
        }
        var to = keys.AsSpan(pad, ids.Length);
        for (int i = 0; i < to.Length; i++) to[i] = ids[i] + ViewRows.Markers;
        if (fromRight) to.Reverse();
    }

    private void Join(TemplateLayout.Combination combination, int at, int n)
        => FeatureMix.Join(combination.Salt, combination.Terms, ref MemoryMarshal.GetArrayDataReference(_gathered), _width, _layout.Pad, ref _together[at], n);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int AppendGroups(int position, int at)
    {
        foreach (ref readonly var g in _layout.Groups.AsSpan())
        {
            var rows = _rows[g.Row];
            int row = _keys[g.Column][_layout.Pad + position + g.Offset] * rows.Stride, count = (int)rows.Rows[row];
            FeatureMix.Row(ref rows.Rows[row + 1], count, g.Salt, ref _features[at]);
            at += count;
        }
        return at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int AppendTogether(int position, int at)
    {
        var to = _features.AsSpan(at);
        int n = 0, from = position;
        for (int c = 0; c < _layout.Combined.Length; c++, from += _width)
        {
            uint index = _together[from];
            to[n] = index;
            n += index == 0 ? 0 : 1;
        }
        _layout.Constants.CopyTo(to[n..]);
        return at + n + _layout.Constants.Length;
    }
}
