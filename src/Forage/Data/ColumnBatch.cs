namespace Forage.Data;

/// <summary>A batch of sentences in columns: each sentence is a run of tokens, each token a run of cells, each cell a range of bytes.</summary>
public sealed class ColumnBatch : RecordBatch
{
    private byte[] _text = new byte[1024];
    private int[] _cellEnds = new int[256];
    private int[] _tokenCells = new int[64];
    private int[] _sentenceTokens = new int[16];
    private int _cells, _tokens, _sentences;

    /// <inheritdoc/>
    public override int Count => _sentences;

    /// <summary>Number of tokens of all sentences.</summary>
    public int TokenCount => _tokens;

    /// <summary>Number of tokens of sentence <paramref name="sentence"/>, at least 1.</summary>
    public int Tokens(int sentence) => End(_sentenceTokens, sentence, _sentences) - FirstToken(sentence);

    /// <summary>Number of cells of a token.</summary>
    public int Columns(int sentence, int token)
    {
        int t = Token(sentence, token);
        return _tokenCells[t] - FirstCell(t);
    }

    /// <summary>A cell as UTF-8; valid until the batch is cleared or filled further.</summary>
    public ReadOnlySpan<byte> this[int sentence, int token, int column]
    {
        get
        {
            int t = Token(sentence, token), first = FirstCell(t);
            if ((uint)column >= (uint)(_tokenCells[t] - first)) throw new ArgumentOutOfRangeException(nameof(column), column, $"The token has {_tokenCells[t] - first} columns.");
            int cell = first + column, start = cell == 0 ? 0 : _cellEnds[cell - 1];
            return _text.AsSpan(start, _cellEnds[cell] - start);
        }
    }

    /// <summary>Adds a cell to the token being written.</summary>
    internal void AddCell(ReadOnlySpan<byte> cell)
    {
        int start = _cells == 0 ? 0 : _cellEnds[_cells - 1];
        if (start + cell.Length > _text.Length) Array.Resize(ref _text, Math.Max(start + cell.Length, 2 * _text.Length));
        cell.CopyTo(_text.AsSpan(start));
        Append(ref _cellEnds, ref _cells, start + cell.Length);
    }

    /// <summary>Number of cells of the token being written.</summary>
    internal int OpenCells => _cells - (_tokens == 0 ? 0 : _tokenCells[_tokens - 1]);

    /// <summary>Number of tokens of the sentence being written.</summary>
    internal int OpenTokens => _tokens - (_sentences == 0 ? 0 : _sentenceTokens[_sentences - 1]);

    /// <summary>Number of cells of the last token of the sentence being written.</summary>
    internal int LastColumns => _tokenCells[_tokens - 1] - FirstCell(_tokens - 1);

    /// <summary>Ends the token being written.</summary>
    internal void EndToken() => Append(ref _tokenCells, ref _tokens, _cells);

    /// <summary>Ends the sentence being written.</summary>
    internal void EndSentence() => Append(ref _sentenceTokens, ref _sentences, _tokens);

    /// <summary>Takes back the cells of the token being written.</summary>
    internal void RollbackToken() => _cells = _tokens == 0 ? 0 : _tokenCells[_tokens - 1];

    /// <summary>Takes back the sentence being written.</summary>
    internal void RollbackSentence()
    {
        _tokens = _sentences == 0 ? 0 : _sentenceTokens[_sentences - 1];
        RollbackToken();
    }

    /// <inheritdoc/>
    public override void Clear()
    {
        base.Clear();
        _cells = _tokens = _sentences = 0;
    }

    private static int End(int[] ends, int i, int count) => (uint)i < (uint)count ? ends[i] : throw new ArgumentOutOfRangeException(nameof(i), i, $"There are {count}.");

    private static void Append(ref int[] to, ref int count, int value)
    {
        if (count == to.Length) Array.Resize(ref to, 2 * count);
        to[count++] = value;
    }

    private int FirstToken(int sentence) => sentence == 0 ? 0 : _sentenceTokens[sentence - 1];

    private int FirstCell(int token) => token == 0 ? 0 : _tokenCells[token - 1];

    private int Token(int sentence, int token)
        => (uint)token < (uint)Tokens(sentence) ? FirstToken(sentence) + token : throw new ArgumentOutOfRangeException(nameof(token), token, $"The sentence has {Tokens(sentence)} tokens.");
}
