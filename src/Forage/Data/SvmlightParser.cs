using Forage.Data.Internals;
using Forage.Features;

namespace Forage.Data;

/// <summary>
/// svmlight: <c>label [qid:number] index:value … [# comment]</c>, one example a line. Indices are features of the default namespace and equal
/// Vowpal Wabbit's numeric names. The label is any finite number (±1, a class, a target); the group of a <c>qid</c> becomes the tag.
/// </summary>
public sealed class SvmlightParser : IRecordParser<ExampleBatch>
{
    /// <inheritdoc/>
    public RecordFraming Framing => RecordFraming.Line;

    /// <inheritdoc/>
    public void Parse(ReadOnlySpan<byte> text, ExampleBatch batch)
    {
        var lines = new LineReader(text);
        var sink = new FeatureSink(new RowWriter(batch.Rows));
        while (lines.Next(out var line))
        {
            line = WithoutComment(line);
            int at = SparseRow.SkipBlanks(line, 0);
            if (at == line.Length) continue;
            var mark = sink.Position;
            sink.BeginRow();
            sink.BeginGroup(FeatureGroup.Default);
            if (TryParseLine(line, ref at, ref sink, out float label, out var group, out string error))
            {
                sink.EndGroup();
                sink.EndRow();
                batch.Add(new SimpleLabel(label), group);
            }
            else
            {
                sink.Rollback(mark);
                batch.AddFault(lines.Number, at + 1, error);
            }
        }
        batch.Lines += lines.Number;
    }

    /// <summary>The line up to its <c>#</c>.</summary>
    internal static ReadOnlySpan<byte> WithoutComment(ReadOnlySpan<byte> line)
    {
        int comment = line.IndexOf((byte)'#');
        return comment < 0 ? line : line[..comment];
    }

    private static bool TryParseLine(ReadOnlySpan<byte> line, ref int at, ref FeatureSink sink, out float label, out ReadOnlySpan<byte> group, out string error)
    {
        group = default;
        int end = SparseRow.WordEnd(line, at);
        if (!NumberParser.TryParse(line[at..end], out label))
        {
            error = $"the label: {NumberParser.Explain(line[at..end])}";
            return false;
        }
        at = SparseRow.SkipBlanks(line, end);
        if (line[at..].StartsWith("qid:"u8))
        {
            end = SparseRow.WordEnd(line, at);
            group = line[at..end];
            int digits = at + 4;
            if (!SparseRow.TryReadIndex(line, ref digits, out _) || digits != end)
            {
                error = $"'{NumberParser.Shown(group)}' is not a query id; expected qid: and an integer";
                return false;
            }
            at = end;
        }
        return SparseRow.TryReadFeatures(line, ref at, ulong.MaxValue, ref sink, out error);
    }
}
