using Forage.Data;
using Forage.Search.Text.Internals;

namespace Forage.Search.Text;

/// <summary>One column of a <see cref="SentenceTable"/>: for each token the number of its value.</summary>
public sealed class TokenColumn
{
    private readonly SentenceTable _table;
    private int[] _ids = new int[256];

    internal TokenColumn(SentenceTable table, int number) => (_table, Number) = (table, number);

    /// <summary>Number of the column in the file, from 0.</summary>
    public int Number { get; }

    /// <summary>The distinct values.</summary>
    public Vocabulary Values { get; } = new();

    /// <summary>Numbers of the values of all tokens of the table.</summary>
    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, _table.TokenCount);

    /// <summary>Numbers of the values of the tokens of sentence <paramref name="sentence"/>.</summary>
    public ReadOnlySpan<int> Sentence(int sentence) => _ids.AsSpan(_table.FirstToken(sentence), _table.Length(sentence));

    /// <summary>The value of token <paramref name="token"/> of the table as UTF-8.</summary>
    public ReadOnlySpan<byte> this[int token] => Values[Ids[token]];

    /// <summary>Appends the column of a batch to the tokens the table has; the fault, if a token lacks it.</summary>
    internal ForageException? Append(ColumnBatch batch)
    {
        int at = _table.TokenCount, number = Number;
        SentenceTable.Grow(ref _ids, at + batch.TokenCount);
        var text = batch.Text;
        var ids = _ids.AsSpan(at, batch.TokenCount);
        for (int t = 0; t < ids.Length; t++)
        {
            var cells = batch.Cells(t);
            if ((uint)number >= (uint)cells.Length) return SearchTextThrow.FewColumns(number, cells.Length, text[cells[0].Start..cells[0].End]);
            var cell = cells[number];
            ids[t] = Values.FindOrAdd(text[cell.Start..cell.End]);
        }
        return null;
    }
}
