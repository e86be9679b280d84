using System.Runtime.InteropServices;
using Forage.Data.Internals;
using Forage.Features;

namespace Forage.Data;

/// <summary>
/// svmlight with sets of labels: <c>label,label,… index:value … [# comment]</c>, labels 0-based integers, one example a line. The set may be
/// empty: the line then begins with a blank or with its first feature.
/// </summary>
/// <param name="labelCount">Number of labels, to check against; by default any label below 2^31.</param>
public sealed class SvmlightMultilabelParser(int labelCount = int.MaxValue) : IRecordParser<MultilabelBatch>
{
    /// <inheritdoc/>
    public RecordFraming Framing => RecordFraming.Line;

    /// <inheritdoc/>
    public void Parse(ReadOnlySpan<byte> text, MultilabelBatch batch) => Parse(text, batch, (uint)labelCount, ulong.MaxValue, comments: true);

    internal static void Parse(ReadOnlySpan<byte> text, MultilabelBatch batch, uint labelLimit, ulong featureLimit, bool comments)
    {
        var lines = new LineReader(text);
        var sink = new FeatureSink(new RowWriter(batch.Rows));
        var labels = batch.Scratch.Integers;
        while (lines.Next(out var line))
        {
            // In the XMC format a blank is an example without labels and features; svmlight does not know such lines.
            if (comments) line = SvmlightParser.WithoutComment(line);
            if (comments ? SparseRow.SkipBlanks(line, 0) == line.Length : line.IsEmpty) continue;
            var mark = sink.Position;
            sink.BeginRow();
            sink.BeginGroup(FeatureGroup.Default);
            int at = 0;
            string error = "";
            bool ok = true;
            labels.Clear();
            if (line[0] is not ((byte)' ' or (byte)'\t') && !line[..SparseRow.WordEnd(line, 0)].Contains((byte)':'))
                ok = SparseRow.TryReadLabels(line, ref at, labelLimit, labels, out error);
            if (ok && SparseRow.TryReadFeatures(line, ref at, featureLimit, ref sink, out error))
            {
                sink.EndGroup();
                sink.EndRow();
                batch.Add(CollectionsMarshal.AsSpan(labels));
            }
            else
            {
                sink.Rollback(mark);
                batch.AddFault(lines.Number, at + 1, error);
            }
        }
        batch.Lines += lines.Number;
    }
}
