using Forage.Search.Text.Internals;

namespace Forage.Search.Text;

/// <summary>
/// Writes sentences as they were read (comments, multiword ranges, empty nodes and blank lines included) with values of one column put in, or added behind the last one.
/// </summary>
/// <param name="stream">Where to; stays open. Writes are large.</param>
public sealed class SentenceWriter(Stream stream) : IDisposable
{
    private byte[] _buffer = new byte[1 << 16];
    private int _used;

    /// <summary>Writes a sentence with new values.</summary>
    /// <param name="table">A table that keeps its text.</param>
    /// <param name="sentence">Which.</param>
    /// <param name="column">Column to replace, from 0; -1 to add one.</param>
    /// <param name="labels">What the values stand for.</param>
    /// <param name="values">Labels of the sentence's tokens.</param>
    public void Write(SentenceTable table, int sentence, int column, LabelSet labels, ReadOnlySpan<int> values)
    {
        if (!table.KeepsText) throw new InvalidOperationException("The table does not keep its text.");
        if (values.Length != table.Length(sentence)) throw new ArgumentException($"{values.Length} values for {table.Length(sentence)} tokens.", nameof(values));
        var text = table.Text(sentence);
        int at = 0, first = table.FirstToken(sentence);
        for (int t = 0; t < values.Length; t++)
        {
            var (start, end) = table.Line(sentence, first + t);
            var line = text[start..end];
            var (cellStart, cellEnd) = column < 0 ? (line.Length, line.Length) : Cell(line, column);
            Put(text[at..(start + cellStart)]); // from the value before to this one
            at = start + cellEnd;
            if (column < 0) Put(line.Contains((byte)'\t') ? "\t"u8 : " "u8);
            Put(labels.Utf8(values[t]));
        }
        Put(text[at..]);
        if (!text.EndsWith("\n"u8)) Put("\n"u8);
    }

    /// <summary>Writes a sentence with new values in two columns.</summary>
    /// <param name="table">A table that keeps its text.</param>
    /// <param name="sentence">Which.</param>
    /// <param name="first">A column to replace, what its values stand for, and the values.</param>
    /// <param name="second">A column behind it.</param>
    public void Write(SentenceTable table, int sentence, (int Column, LabelSet Labels, int[] Values) first, (int Column, LabelSet Labels, int[] Values) second)
    {
        if (!table.KeepsText) throw new InvalidOperationException("The table does not keep its text.");
        if (first.Column < 0 || second.Column <= first.Column) throw new ArgumentException($"Columns {first.Column} and {second.Column}; expected two in order.", nameof(second));
        var text = table.Text(sentence);
        int at = 0, token = table.FirstToken(sentence);
        for (int t = 0; t < table.Length(sentence); t++)
        {
            var (start, end) = table.Line(sentence, token + t);
            var line = text[start..end];
            var (firstStart, firstEnd) = Cell(line, first.Column);
            var (secondStart, secondEnd) = Cell(line, second.Column);
            Put(text[at..(start + firstStart)]);
            Put(first.Labels.Utf8(first.Values[t]));
            Put(line[firstEnd..secondStart]);
            Put(second.Labels.Utf8(second.Values[t]));
            at = start + secondEnd;
        }
        Put(text[at..]);
        if (!text.EndsWith("\n"u8)) Put("\n"u8);
    }

    /// <summary>Hands what is buffered to the stream.</summary>
    public void Flush()
    {
        stream.Write(_buffer, 0, _used);
        stream.Flush();
        _used = 0;
    }

    /// <inheritdoc/>
    public void Dispose() => Flush();

    private static (int Start, int End) Cell(ReadOnlySpan<byte> line, int column)
    {
        bool tabs = line.Contains((byte)'\t');
        int at = 0;
        for (int c = 0; ; c++)
        {
            if (!tabs)
                while (at < line.Length && line[at] == (byte)' ') at++;
            if (at >= line.Length) throw SearchTextThrow.FewColumns(column, c, line);
            int n = line[at..].IndexOf(tabs ? (byte)'\t' : (byte)' '), end = n < 0 ? line.Length : at + n;
            if (c == column) return (at, end);
            at = end + 1;
        }
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        if (_used + bytes.Length > _buffer.Length)
        {
            stream.Write(_buffer, 0, _used);
            _used = 0;
            if (bytes.Length > _buffer.Length) _buffer = new byte[bytes.Length];
        }
        bytes.CopyTo(_buffer.AsSpan(_used));
        _used += bytes.Length;
    }
}
