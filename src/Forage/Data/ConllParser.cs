using System.Globalization;
using Forage.Data.Internals;

namespace Forage.Data;

/// <summary>The two families of CoNLL files.</summary>
public enum ConllFormat
{
    /// <summary>One token a line, cells separated by tabs or, on lines without one, by blanks; every line counts (also one that begins with <c>#</c>).</summary>
    Columns,

    /// <summary>
    /// CoNLL-U: ten columns separated by tabs; lines beginning with <c>#</c> are comments; multiword tokens (ids like 3-4) and empty nodes (3.1) are
    /// passed over, so that the tokens are the words 1, 2, 3, ….
    /// </summary>
    Universal,
}

/// <summary>Sentences in columns, one token a line, separated by blank lines. All tokens of a sentence have as many columns.</summary>
/// <param name="format">Which family.</param>
/// <param name="columns">Number of columns every line must have; 0 for as many as the sentence's first. CoNLL-U always has 10.</param>
public sealed class ConllParser(ConllFormat format = ConllFormat.Columns, int columns = 0) : IRecordParser<ColumnBatch>
{
    private readonly bool _universal = format == ConllFormat.Universal;
    private readonly int _columns = format == ConllFormat.Universal ? 10 : columns;

    /// <inheritdoc/>
    public RecordFraming Framing => RecordFraming.BlankLine;

    /// <inheritdoc/>
    public void Parse(ReadOnlySpan<byte> text, ColumnBatch batch)
    {
        int origin = batch.AddText(text), lineEnd = origin;
        var lines = new LineReader(text);
        bool bad = false;
        while (true)
        {
            int start = origin + text.Length - lines.Behind;
            if (!lines.Next(out var line)) break;
            if (IsBlank(line))
            {
                if (!bad && batch.OpenTokens > 0) batch.EndSentence(lineEnd);
                bad = false;
            }
            else if (!bad && !(_universal && line[0] == (byte)'#') && !TryToken(line, start, batch, out int at, out string? error))
            {
                batch.RollbackSentence();
                batch.AddFault(lines.Number, at + 1, error);
                bad = true;
            }
            lineEnd = origin + text.Length - lines.Behind;
        }
        if (!bad && batch.OpenTokens > 0) batch.EndSentence(lineEnd);
        batch.Lines += lines.Number;
    }

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.IsEmpty || (line[0] <= ' ' && SparseRow.SkipBlanks(line, 0) == line.Length);

    private bool TryToken(ReadOnlySpan<byte> line, int start, ColumnBatch batch, out int at, out string error)
    {
        if (!TryCells(line, start, batch, out at, out error)) return false;
        int expected = _columns > 0 ? _columns : batch.OpenTokens > 0 ? batch.LastColumns : batch.OpenCells;
        if (batch.OpenCells != expected)
        {
            at = 0;
            error = $"{batch.OpenCells} columns; expected {expected}{(_columns > 0 ? "" : ", as in the sentence's first line")}";
            return false;
        }
        if (_universal && !IsWord(line, batch.OpenTokens + 1, out bool skip, out error))
        {
            at = 0;
            if (!skip) return false;
            error = "";
            batch.RollbackToken();
            return true;
        }
        batch.EndToken(start, start + line.Length);
        return true;
    }

    private bool TryCells(ReadOnlySpan<byte> line, int start, ColumnBatch batch, out int at, out string error)
    {
        error = "";
        at = 0;
        bool tabs = _universal || line.Contains((byte)'\t');
        byte separator = tabs ? (byte)'\t' : (byte)' ';
        if (batch.TryAddCells(start, start + line.Length, separator, RecordLimits.NameBytes, RecordLimits.Columns)) return true;
        while (true) // several blanks, or a fault: which one
        {
            if (!tabs) at = SparseRow.SkipBlanks(line, at);
            if (!tabs && at == line.Length) return true;
            int end = at;
            while ((uint)end < (uint)line.Length && line[end] != separator) end++;
            if (end == at || end - at > RecordLimits.NameBytes)
            {
                error = end == at ? "an empty cell; expected '_' for nothing" : $"a cell of more than {RecordLimits.NameBytes} bytes; expected at most so many";
                return false;
            }
            if (batch.OpenCells == RecordLimits.Columns)
            {
                error = $"more than {RecordLimits.Columns} columns; expected at most so many";
                return false;
            }
            batch.AddCell(start + at, start + end);
            if (end == line.Length) return true;
            at = end + 1;
        }
    }

    /// <summary>Whether the id of a CoNLL-U line is <paramref name="number"/>; if not, whether the line is to be passed over.</summary>
    private static bool IsWord(ReadOnlySpan<byte> line, int number, out bool skip, out string error)
    {
        var id = line[..line.IndexOf((byte)'\t')];
        error = "";
        int used = 0;
        skip = SparseRow.TryReadIndex(id, ref used, out uint first) && used < id.Length && id[used] is (byte)'-' or (byte)'.';
        if (skip)
        {
            used++;
            skip = SparseRow.TryReadIndex(id, ref used, out _) && used == id.Length;
        }
        else if (used == id.Length && first == (uint)number) return true;
        error = $"the id is '{NumberParser.Shown(id)}'; expected {number.ToString(CultureInfo.InvariantCulture)}, a range such as 3-4 or an empty node such as 3.1";
        return false;
    }
}
