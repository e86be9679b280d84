namespace Forage.Cli.Frame;

/// <summary>A table of text: a header, a rule, rows; numbers aligned right. The same on a terminal and in a file.</summary>
internal sealed class TextTable
{
    private readonly (string Title, bool Right)[] _columns;
    private readonly List<string[]> _rows = [];

    /// <summary>A table with the given columns; a title that starts with '&gt;' is of a column aligned right.</summary>
    public TextTable(params ReadOnlySpan<string> columns)
    {
        _columns = new (string, bool)[columns.Length];
        for (int i = 0; i < columns.Length; i++) _columns[i] = columns[i].StartsWith('>') ? (columns[i][1..], true) : (columns[i], false);
    }

    /// <summary>Adds a row with one cell a column.</summary>
    public void Add(params ReadOnlySpan<string> cells)
    {
        if (cells.Length != _columns.Length) throw new ArgumentException($"{cells.Length} cells for {_columns.Length} columns.");
        _rows.Add(cells.ToArray());
    }

    /// <summary>Writes it.</summary>
    public void Write(TextWriter to)
    {
        var widths = new int[_columns.Length];
        for (int c = 0; c < widths.Length; c++)
        {
            widths[c] = _columns[c].Title.Length;
            foreach (var row in _rows) widths[c] = Math.Max(widths[c], row[c].Length);
        }
        Line(to, c => _columns[c].Title, widths);
        to.WriteLine(string.Join("  ", widths.Select(w => new string('─', w))));
        foreach (var row in _rows) Line(to, c => row[c], widths);
    }

    private void Line(TextWriter to, Func<int, string> cell, int[] widths)
    {
        var parts = new string[widths.Length];
        for (int c = 0; c < parts.Length; c++) parts[c] = _columns[c].Right ? cell(c).PadLeft(widths[c]) : cell(c).PadRight(widths[c]);
        to.WriteLine(string.Join("  ", parts).TrimEnd());
    }
}
