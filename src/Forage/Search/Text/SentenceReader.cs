using Forage.Data;

namespace Forage.Search.Text;

/// <summary>Reads CoNLL columns and CoNLL-U, compressed or not, into <see cref="SentenceTable"/>s.</summary>
/// <param name="format">Which family.</param>
/// <param name="options">How to read; malformed sentences are skipped and counted unless it is strict.</param>
public sealed class SentenceReader(ConllFormat format = ConllFormat.Columns, ReadOptions? options = null)
{
    /// <summary>Appends all sentences of a source.</summary>
    public ReadSummary Read(ByteSource source, SentenceTable table, CancellationToken cancel = default)
        => new RecordReader<ColumnBatch>(source, new ConllParser(format), options).Read(table.Append, cancel);

    /// <summary>
    /// Passes over a source a piece at a time: the table is emptied of sentences, filled with the next ones and handed over. Memory stays that of a piece
    /// and of the distinct values; past <paramref name="mostValues"/> of them in a column the values are forgotten too.
    /// </summary>
    /// <param name="source">Where the sentences come from.</param>
    /// <param name="table">Filled again and again.</param>
    /// <param name="consume">Called for each piece.</param>
    /// <param name="mostValues">Distinct values of a column held at most.</param>
    /// <param name="cancel">Stops between pieces.</param>
    public ReadSummary Stream(ByteSource source, SentenceTable table, Action<SentenceTable> consume, int mostValues = 1 << 22, CancellationToken cancel = default)
    {
        bool begun = false;
        return new RecordReader<ColumnBatch>(source, new ConllParser(format), options).Read(
            batch =>
            {
                // A piece without sentences (a long comment) belongs to the next one's text.
                if (!begun || table.SentenceCount > 0) table.Clear(valuesToo: table.Columns.Any(c => c.Values.Count > mostValues));
                table.Append(batch);
                begun = true;
                consume(table);
            },
            cancel);
    }
}
