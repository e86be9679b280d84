using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Forage.Data;

/// <summary>
/// A batch of sentences in columns: each sentence is a run of tokens, each token a run of cells, each cell a range of bytes of the text that was parsed.
/// The text stays whole, so that what is no token (comments, ranges, empty nodes, lines of blanks) can be written again.
/// </summary>
public sealed class ColumnBatch : RecordBatch
{
    private byte[] _text = new byte[1024];
    private Extent[] _cellExtents = new Extent[256];
    private TokenExtent[] _tokenExtents = new TokenExtent[64];
    private SentenceExtent[] _sentenceExtents = new SentenceExtent[16];
    private int _length, _cells, _tokens, _sentences;

    /// <inheritdoc/>
    public override int Count => _sentences;

    /// <summary>Number of tokens of all sentences.</summary>
    public int TokenCount => _tokens;

    /// <summary>All the text parsed, as it was read; valid until the batch is cleared or filled further.</summary>
    public ReadOnlySpan<byte> Text => _text.AsSpan(0, _length);

    /// <summary>Number of tokens of sentence <paramref name="sentence"/>, at least 1.</summary>
    public int Tokens(int sentence) => End(sentence) - FirstToken(sentence);

    /// <summary>Number of cells of a token.</summary>
    public int Columns(int sentence, int token)
    {
        int t = Token(sentence, token);
        return _tokenExtents[t].Cells - FirstCell(t);
    }

    /// <summary>A cell as UTF-8; valid until the batch is cleared or filled further.</summary>
    public ReadOnlySpan<byte> this[int sentence, int token, int column]
    {
        get
        {
            int t = Token(sentence, token), first = FirstCell(t);
            if ((uint)column >= (uint)(_tokenExtents[t].Cells - first)) throw new ArgumentOutOfRangeException(nameof(column), column, $"The token has {_tokenExtents[t].Cells - first} columns.");
            var cell = _cellExtents[first + column];
            return _text.AsSpan(cell.Start, cell.End - cell.Start);
        }
    }

    /// <summary>Where the line of a token stands in <see cref="Text"/>, without its line break.</summary>
    public Range Line(int sentence, int token)
    {
        var t = _tokenExtents[Token(sentence, token)];
        return t.LineStart..t.LineEnd;
    }

    /// <summary>One past the last byte of <see cref="Text"/> that belongs to a sentence: its last line and its line break.</summary>
    public int SentenceEnd(int sentence) => (uint)sentence < (uint)_sentences ? _sentenceExtents[sentence].TextEnd : throw Missing(sentence);

    /// <summary>Extents of the cells of token <paramref name="token"/> of the batch (counted over sentences).</summary>
    internal ReadOnlySpan<Extent> Cells(int token)
    {
        int first = FirstCell(token);
        return _cellExtents.AsSpan(first, _tokenExtents[token].Cells - first);
    }

    /// <summary>Adds text and returns the position of its first byte; cells refer to it.</summary>
    internal int AddText(ReadOnlySpan<byte> text)
    {
        int needed = _length + text.Length + Vector512<byte>.Count; // cells are looked for so many bytes at a time
        if (needed > _text.Length) Array.Resize(ref _text, Math.Max(needed, 2 * _text.Length));
        text.CopyTo(_text.AsSpan(_length));
        _length += text.Length;
        Reserve(ref _cellExtents, _cells + text.Length / 6); // about as many as there will be
        Reserve(ref _tokenExtents, _tokens + text.Length / 24);
        return _length - text.Length;
    }

    /// <summary>Adds a cell to the token being written.</summary>
    internal void AddCell(int start, int end) => Append(ref _cellExtents, ref _cells, new Extent(start, end));

    /// <summary>
    /// Adds the cells of the line from <paramref name="start"/> to <paramref name="end"/> of the text, all of which a separator ends but the last; false, and nothing is added, if one
    /// of them is empty, or longer than <paramref name="longest"/>, or if there are more than <paramref name="most"/>.
    /// </summary>
    internal bool TryAddCells(int start, int end, byte separator, int longest, int most)
    {
        ref byte text = ref MemoryMarshal.GetArrayDataReference(_text);
        var separators = Vector512.Create(separator);
        int cell = start, n = 0;
        for (int block = start; block <= end; block += 64)
        {
            ulong found = Vector512.Equals(Vector512.LoadUnsafe(ref text, (nuint)block), separators).ExtractMostSignificantBits();
            int left = end - block;
            if (left < 64) found = found & ((1UL << left) - 1) | 1UL << left; // the end of the line ends a cell, too
            if (_cells + n + 64 > _cellExtents.Length) Array.Resize(ref _cellExtents, 2 * _cellExtents.Length);
            var extents = _cellExtents.AsSpan(_cells + n);
            int added = 0;
            for (; found != 0; found &= found - 1, added++)
            {
                int at = block + BitOperations.TrailingZeroCount(found);
                if ((uint)(at - cell - 1) >= (uint)longest) return false;
                extents[added] = new Extent(cell, at);
                cell = at + 1;
            }
            n += added;
        }
        if (n > most) return false;
        _cells += n;
        return true;
    }

    /// <summary>Number of cells of the token being written.</summary>
    internal int OpenCells => _cells - FirstCell(_tokens);

    /// <summary>Number of tokens of the sentence being written.</summary>
    internal int OpenTokens => _tokens - FirstToken(_sentences);

    /// <summary>Number of cells of the last token of the sentence being written.</summary>
    internal int LastColumns => _tokenExtents[_tokens - 1].Cells - FirstCell(_tokens - 1);

    /// <summary>Ends the token being written, whose line stands at the positions given.</summary>
    internal void EndToken(int lineStart, int lineEnd) => Append(ref _tokenExtents, ref _tokens, new TokenExtent(_cells, lineStart, lineEnd));

    /// <summary>Ends the sentence being written, with the text before <paramref name="textEnd"/>.</summary>
    internal void EndSentence(int textEnd) => Append(ref _sentenceExtents, ref _sentences, new SentenceExtent(_tokens, textEnd));

    /// <summary>Takes back the cells of the token being written.</summary>
    internal void RollbackToken() => _cells = FirstCell(_tokens);

    /// <summary>Takes back the sentence being written; its text stays.</summary>
    internal void RollbackSentence()
    {
        _tokens = FirstToken(_sentences);
        RollbackToken();
    }

    /// <inheritdoc/>
    public override void Clear()
    {
        base.Clear();
        _length = _cells = _tokens = _sentences = 0;
    }

    private static void Reserve<T>(ref T[] array, int count)
    {
        if (count > array.Length) Array.Resize(ref array, Math.Max(count, 2 * array.Length));
    }

    private static void Append<T>(ref T[] to, ref int count, T value)
    {
        if (count == to.Length) Array.Resize(ref to, 2 * count);
        to[count++] = value;
    }

    private ArgumentOutOfRangeException Missing(int sentence) => new(nameof(sentence), sentence, $"There are {_sentences}.");

    private int End(int sentence) => (uint)sentence < (uint)_sentences ? _sentenceExtents[sentence].Tokens : throw Missing(sentence);

    private int FirstToken(int sentence) => sentence == 0 ? 0 : _sentenceExtents[sentence - 1].Tokens;

    private int FirstCell(int token) => token == 0 ? 0 : _tokenExtents[token - 1].Cells;

    private int Token(int sentence, int token)
        => (uint)token < (uint)Tokens(sentence) ? FirstToken(sentence) + token : throw new ArgumentOutOfRangeException(nameof(token), token, $"The sentence has {Tokens(sentence)} tokens.");

    /// <summary>A range of the text.</summary>
    internal readonly record struct Extent(int Start, int End);

    /// <summary>Ends of a token's cells (counted over the batch) and its line.</summary>
    private readonly record struct TokenExtent(int Cells, int LineStart, int LineEnd);

    /// <summary>Ends of a sentence's tokens (counted over the batch) and of its text.</summary>
    private readonly record struct SentenceExtent(int Tokens, int TextEnd);
}
