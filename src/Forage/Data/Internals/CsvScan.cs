using System.Text;

namespace Forage.Data.Internals;

/// <summary>Looks at all rows of a CSV file for the columns that are all numbers and for the classes of its target; makes no examples.</summary>
internal sealed class CsvScan(byte separator, CsvColumn[] columns, Utf8Names missing, int headerLines) : IRecordParser<ExampleBatch>
{
    private const int Sure = 100;

    /// <summary>What the columns held.</summary>
    public Held[] Columns { get; } = new Held[columns.Length];

    /// <summary>Values of the target.</summary>
    public Utf8Names Classes { get; } = new();

    /// <inheritdoc/>
    public RecordFraming Framing => RecordFraming.Line;

    /// <inheritdoc/>
    public int HeaderLines => headerLines;

    /// <inheritdoc/>
    public void Parse(ReadOnlySpan<byte> text, ExampleBatch batch)
    {
        var lines = new LineReader(text);
        while (lines.Next(out var line))
        {
            if (SparseRow.SkipBlanks(line, 0) == line.Length || !IsRow(line, batch.JsonScratch.Value)) continue;
            var fields = new CsvFields(line, separator, batch.JsonScratch.Value);
            for (int i = 0; fields.TryNext(out var field); i++)
            {
                if (field.IsEmpty || missing.Find(field) >= 0) continue;
                if (columns[i].Kind == CsvColumnKind.Target) Classes.FindOrAdd(field);
                else if (columns[i].Kind == CsvColumnKind.Auto) Columns[i].See(field);
            }
        }
        batch.Lines += lines.Number;
    }

    private bool IsRow(ReadOnlySpan<byte> line, ByteBuffer scratch)
    {
        var fields = new CsvFields(line, separator, scratch);
        int count = 0;
        while (fields.TryNext(out _)) count++;
        return fields.Error is null && count == columns.Length;
    }

    /// <summary>Numbers and other values of a column; not counted on once the others are plainly no slips.</summary>
    public struct Held
    {
        public long Numbers, Others;
        public string? FirstOther;

        public void See(ReadOnlySpan<byte> field)
        {
            if (Others >= Sure && Others > Numbers) return;
            if (NumberParser.TryParse(field, out float _)) Numbers++;
            else if (Others++ == 0) FirstOther = Encoding.UTF8.GetString(field);
        }
    }
}
