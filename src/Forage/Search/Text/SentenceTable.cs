using Forage.Data;
using Forage.Search.Text.Internals;

namespace Forage.Search.Text;

/// <summary>
/// Sentences in columns, in little memory: of each column kept a token is the number of its value (four bytes), and each distinct value is held once. Tokens
/// are counted over the whole table; a sentence is a run of them.
/// </summary>
/// <remarks>Filling is not safe beside reading; reading from several threads is.</remarks>
public sealed class SentenceTable
{
    private readonly TokenColumn[] _columns;
    private int[] _ends = new int[64];

    // With text: where each sentence's text ends, and each token's line.
    private byte[] _text = [];
    private int _textLength;
    private int[] _textEnds = [];
    private (int Start, int End)[] _lines = [];

    /// <summary>An empty table.</summary>
    /// <param name="columns">The columns of the file to keep, from 0; repeated ones count once.</param>
    /// <param name="keepText">Keep the text as well, so that it can be written again with what was predicted (<see cref="SentenceWriter"/>).</param>
    public SentenceTable(IEnumerable<int> columns, bool keepText = false)
    {
        _columns = [.. columns.Distinct().Order().Select(c => new TokenColumn(this, c))];
        if (_columns.Length == 0) throw new ForageException("A table of sentences has no column; expected at least one.");
        if (_columns[0].Number < 0) throw new ForageException($"Column {_columns[0].Number} of sentences; expected 0 or more.");
        KeepsText = keepText;
    }

    /// <summary>Whether the text is kept.</summary>
    public bool KeepsText { get; }

    /// <summary>Number of sentences.</summary>
    public int SentenceCount { get; private set; }

    /// <summary>Number of tokens of all sentences.</summary>
    public int TokenCount { get; private set; }

    /// <summary>The columns kept, by number.</summary>
    public IReadOnlyList<TokenColumn> Columns => _columns;

    /// <summary>The column kept that is number <paramref name="number"/> of the file, from 0.</summary>
    /// <exception cref="ForageException">It is not kept.</exception>
    public TokenColumn Column(int number)
    {
        foreach (var column in _columns)
            if (column.Number == number) return column;
        throw SearchTextThrow.NoColumn(number, _columns);
    }

    /// <summary>Number of the first token of sentence <paramref name="sentence"/>, or of all tokens for the sentence behind the last.</summary>
    public int FirstToken(int sentence)
        => (uint)sentence <= (uint)SentenceCount ? sentence == 0 ? 0 : _ends[sentence - 1] : throw new ArgumentOutOfRangeException(nameof(sentence), sentence, $"There are {SentenceCount}.");

    /// <summary>Number of tokens of sentence <paramref name="sentence"/>, at least 1.</summary>
    public int Length(int sentence)
        => (uint)sentence < (uint)SentenceCount ? _ends[sentence] - FirstToken(sentence) : throw new ArgumentOutOfRangeException(nameof(sentence), sentence, $"There are {SentenceCount}.");

    /// <summary>Appends the sentences of a batch.</summary>
    /// <exception cref="ForageException">A token lacks a column that is kept.</exception>
    public void Append(ColumnBatch batch)
    {
        int from = TokenCount, sentences = SentenceCount;
        Grow(ref _ends, sentences + batch.Count);
        int tokens = from;
        for (int s = 0; s < batch.Count; s++) _ends[sentences + s] = tokens += batch.Tokens(s);
        foreach (var column in _columns)
            if (column.Append(batch) is { } failure) throw failure; // nothing counts until all columns are there
        if (KeepsText) AppendText(batch, from, sentences);
        (TokenCount, SentenceCount) = (tokens, sentences + batch.Count);
    }

    /// <summary>Forgets all sentences and keeps the memory, and the numbers of values too, so that what was computed of them stays good.</summary>
    /// <param name="valuesToo">Forget the values as well: numbers begin again.</param>
    public void Clear(bool valuesToo = false)
    {
        SentenceCount = TokenCount = _textLength = 0;
        if (!valuesToo) return;
        foreach (var column in _columns) column.Values.Clear();
    }

    /// <summary>The text that belongs to a sentence: what stands before it since the last one, and its lines. The last sentence's goes on to the end.</summary>
    internal ReadOnlySpan<byte> Text(int sentence)
    {
        int start = sentence == 0 ? 0 : _textEnds[sentence - 1], end = sentence == SentenceCount - 1 ? _textLength : _textEnds[sentence];
        return _text.AsSpan(start, end - start);
    }

    /// <summary>Where the line of token <paramref name="token"/> stands in <see cref="Text"/> of its sentence <paramref name="sentence"/>.</summary>
    internal (int Start, int End) Line(int sentence, int token)
    {
        int origin = sentence == 0 ? 0 : _textEnds[sentence - 1];
        return (_lines[token].Start - origin, _lines[token].End - origin);
    }

    private void AppendText(ColumnBatch batch, int token, int sentence)
    {
        int origin = _textLength;
        Grow(ref _text, origin + batch.Text.Length);
        batch.Text.CopyTo(_text.AsSpan(origin));
        _textLength += batch.Text.Length;
        Grow(ref _textEnds, sentence + batch.Count);
        Grow(ref _lines, token + batch.TokenCount);
        for (int s = 0; s < batch.Count; s++)
        {
            _textEnds[sentence + s] = origin + batch.SentenceEnd(s);
            for (int t = 0; t < batch.Tokens(s); t++)
            {
                var line = batch.Line(s, t);
                _lines[token++] = (origin + line.Start.Value, origin + line.End.Value);
            }
        }
    }

    /// <summary>Room for <paramref name="count"/>.</summary>
    internal static void Grow<T>(ref T[] array, int count)
    {
        if (count > array.Length) Array.Resize(ref array, Math.Max(count, 2 * array.Length));
    }
}
