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
        var features = new VwFeatures(names, batch.Scratch);
        var writer = new RowWriter(batch.Rows);
        var lines = new VwLines(text, batch.Lines);
        while (lines.Next())
        {
            if (lines.IsEmpty) continue;
            if (!VwLabels.TrySimple(lines.Current, lines.Bar, out var label, out var tag, out int column, out string? fault))
            {
                batch.AddFault(lines.Number, column + 1, fault!);
                continue;
            }
            var mark = writer.Position;
            writer.BeginRow();
            if (features.TryParse(text, lines.Start + lines.Bar, lines.End, writer))
            {
                writer.EndRow();
                batch.Add(label, tag);
            }
            else
            {
                writer.Rollback(mark);
                batch.AddFault(lines.Number, features.ErrorAt - lines.Start + 1, features.Error!);
            }
        }
        batch.Lines = lines.Number;
    }
}
