using Forage.Search.Text;
using Forage.Search.Text.Internals;

namespace Forage.Search.Internals;

/// <summary>
/// Sentences one behind the other in reading order, with places outside on both sides of each: what a token sees is then found by adding to its place, for a whole block at once.
/// </summary>
internal sealed class TokenBlock
{
    private readonly SentenceTable _table;
    private readonly TokenColumn[] _columns;
    private readonly ViewLine[] _lines;
    private readonly int[] _lineColumns;
    private readonly int _pad;
    private readonly bool _fromRight;
    private readonly int[][] _keys;
    private int[] _places = [];
    private (int Start, int Length)[] _sentences = [];

    public TokenBlock(SequencePlan plan, SentenceTable table)
    {
        (_table, _pad, _fromRight) = (table, plan.Pad, plan.FromRight);
        _columns = [.. plan.Columns.Select(table.Column)];
        _lineColumns = [.. plan.Views.Select(v => Array.IndexOf(plan.Columns, v.Column))];
        _lines = [.. plan.Views.Select((v, i) => new ViewLine(_columns[_lineColumns[i]].Values, v.View))];
        _keys = [.. _columns.Select(_ => Array.Empty<int>())];
    }

    /// <summary>Places, those outside of sentences included.</summary>
    public int Length { get; private set; }

    /// <summary>Where the tokens stand.</summary>
    public ReadOnlySpan<int> Places => _places.AsSpan(0, Tokens);

    /// <summary>Number of tokens.</summary>
    public int Tokens { get; private set; }

    /// <summary>First place of a sentence, and number of its tokens.</summary>
    public ReadOnlySpan<(int Start, int Length)> Sentences => _sentences.AsSpan(0, SentenceCount);

    /// <summary>Number of sentences.</summary>
    public int SentenceCount { get; private set; }

    /// <summary>Number of columns looked at.</summary>
    public int Columns => _columns.Length;

    /// <summary>Keys of a column, as in <see cref="ViewRows"/>.</summary>
    public ReadOnlySpan<int> Keys(int column) => _keys[column].AsSpan(0, Length);

    /// <summary>How often values of the columns were forgotten; what is kept of keys is void after that.</summary>
    public int Generation
    {
        get
        {
            int sum = 0;
            foreach (var column in _columns) sum += column.Values.Generation;
            return sum;
        }
    }

    /// <summary>Hash of what a line sees of the keys of a place, one for each column.</summary>
    public uint Hash(int line, int place) => _lines[line][_keys[_lineColumns[line]][place]];

    /// <summary>to[place] = hash of what a line sees there.</summary>
    public void Gather(int line, Span<uint> to) => _lines[line].Gather(Keys(_lineColumns[line]), to);

    /// <summary>Takes sentences of the table, as many as fit in about <paramref name="most"/> places, one at least.</summary>
    /// <returns>The sentence behind them.</returns>
    public int Fill(int first, int end, int most)
    {
        foreach (var line in _lines) line.Update();
        int length = 0, s = first;
        for (; s < end && (s == first || length + _table.Length(s) + 2 * _pad <= most); s++) length += _table.Length(s) + 2 * _pad;
        (Length, SentenceCount, Tokens) = (length, s - first, _table.FirstToken(s) - _table.FirstToken(first));
        SentenceTable.Grow(ref _sentences, SentenceCount);
        SentenceTable.Grow(ref _places, Tokens);
        for (int c = 0; c < _keys.Length; c++) SentenceTable.Grow(ref _keys[c], length);
        int at = 0, token = 0;
        for (int i = 0; i < SentenceCount; i++)
        {
            int n = _table.Length(first + i);
            for (int c = 0; c < _keys.Length; c++) FillKeys(_keys[c].AsSpan(at, n + 2 * _pad), _columns[c].Sentence(first + i));
            at += _pad;
            _sentences[i] = (at, n);
            for (int t = 0; t < n; t++) _places[token++] = at++;
            at += _pad;
        }
        return s;
    }

    private void FillKeys(Span<int> keys, ReadOnlySpan<int> ids)
    {
        for (int d = 1; d <= _pad; d++)
        {
            keys[_pad - d] = ViewRows.Marker(before: !_fromRight, d);
            keys[_pad + ids.Length - 1 + d] = ViewRows.Marker(before: _fromRight, d);
        }
        var to = keys.Slice(_pad, ids.Length);
        for (int i = 0; i < to.Length; i++) to[i] = ids[i] + ViewRows.Markers;
        if (_fromRight) to.Reverse();
    }
}
