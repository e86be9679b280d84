using System.Buffers.Text;
using Forage.Data.Internals;

namespace Forage.Data;

/// <summary>First line of a file in the format of the Extreme Classification Repository: <c>rows features labels</c>.</summary>
/// <param name="Rows">Number of examples that follow; another number is reported at the end of the file.</param>
/// <param name="Features">Number of features; indices are 0-based.</param>
/// <param name="Labels">Number of labels; labels are 0-based.</param>
public readonly record struct XmcHeader(long Rows, long Features, int Labels)
{
    /// <summary>Reads the first line, with or without its newline.</summary>
    /// <exception cref="ForageException">It is not three positive integers.</exception>
    public static XmcHeader Parse(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd("\r\n \t"u8);
        if (line.StartsWith("\uFEFF"u8)) line = line[3..];
        Span<long> numbers = stackalloc long[3];
        int at = 0;
        for (int i = 0; i < 3; i++)
        {
            at = SparseRow.SkipBlanks(line, at);
            if (!Utf8Parser.TryParse(line[at..], out long n, out int used) || n < 0 || used == 0) throw Bad(line);
            numbers[i] = n;
            at += used;
        }
        if (at != line.Length || numbers[1] > 1L + uint.MaxValue || numbers[2] > int.MaxValue) throw Bad(line);
        return new XmcHeader(numbers[0], numbers[1], (int)numbers[2]);
    }

    private static ForageException Bad(ReadOnlySpan<byte> line)
        => new($"The first line '{NumberParser.Shown(line)}' is not a header; expected three integers: rows, features (at most 2^32) and labels (below 2^31).");
}

/// <summary>
/// Rows of the Extreme Classification Repository's format after its header: <c>label,label,… index:value …</c>, all 0-based, indices and labels
/// within the header's bounds. A row without labels begins with a blank.
/// </summary>
/// <param name="header">The file's first line.</param>
public sealed class XmcParser(XmcHeader header) : IRecordParser<MultilabelBatch>
{
    /// <summary>The file's first line.</summary>
    public XmcHeader Header { get; } = header;

    /// <inheritdoc/>
    public RecordFraming Framing => RecordFraming.Line;

    /// <inheritdoc/>
    public int HeaderLines => 1;

    /// <inheritdoc/>
    public long? AnnouncedRecords => Header.Rows;

    /// <inheritdoc/>
    public void Parse(ReadOnlySpan<byte> text, MultilabelBatch batch)
        => SvmlightMultilabelParser.Parse(text, batch, (uint)Header.Labels, (ulong)Header.Features, comments: false);
}
