using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Forage.Data.Internals;
using Forage.Features;

namespace Forage.Data;

/// <summary>
/// VW text with a simple label: <c>[label [importance [base]]] ['tag]|ns[:weight] name[:value] ... |ns2 ...</c>, one example a line. Also multiclass
/// labels, which look the same. An empty line is skipped.
/// </summary>
/// <param name="names">Receives feature names, if given; parsing is then slower.</param>
public sealed class VwTextParser(IFeatureNames? names = null) : IRecordParser<ExampleBatch>
{
    /// <inheritdoc/>
    public RecordFraming Framing => RecordFraming.Line;

    /// <inheritdoc/>
    public void Parse(ReadOnlySpan<byte> text, ExampleBatch batch)
    {
        var features = new VwFeatures(names);
        var writer = new RowWriter(batch.Rows);
        int next = 0;
        long line = batch.Lines;
        while (next < text.Length)
        {
            int start = next;
            line++;
            int length = text[start..].IndexOf((byte)'\n');
            int end = length < 0 ? text.Length : start + length;
            next = end + 1;
            if (end > start && text[end - 1] == (byte)'\r') end--;
            if (text[start..].StartsWith("\uFEFF"u8)) start += 3;
            if (start >= end) continue;
            int bar = text[start..end].IndexOf((byte)'|');
            bar = bar < 0 ? end : start + bar;
            if (!VwLabels.TrySimple(text[start..end], bar - start, out var label, out var tag, out int column, out string? fault))
            {
                batch.AddFault(line, column + 1, fault!);
                continue;
            }
            var mark = writer.Position;
            writer.BeginRow();
            if (features.TryParse(text, bar, end, writer))
            {
                writer.EndRow();
                batch.Add(label, tag);
            }
            else
            {
                writer.Rollback(mark);
                batch.AddFault(line, features.ErrorAt - start + 1, features.Error!);
            }
        }
        batch.Lines = line;
    }
}
