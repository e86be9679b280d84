using Forage.Data.Internals;
using Forage.Features;

namespace Forage.Data;

/// <summary>How dsjson is read.</summary>
public sealed record DsjsonOptions
{
    /// <summary>How string values become indices; <see cref="StringHashing.SameAsText"/> unless told otherwise.</summary>
    public StringHashing Strings { get; init; } = StringHashing.SameAsText;

    /// <summary>
    /// Reads a propensity of 0 as missing instead of as an error, for logs whose logger never knew it; false unless told otherwise.
    /// </summary>
    public bool ZeroPropensityIsMissing { get; init; }
}

/// <summary>
/// dsjson as the retired Personalizer and Vowpal Wabbit's decision service logged it, one decision a line. Context and actions come from
/// <c>c</c> and its <c>_multi</c>; the label from <c>_label_cost</c> (reward = -cost), <c>_label_probability</c> and <c>_label_Action</c>, or for
/// several slots from <c>_outcomes</c>; the logging distribution from <c>a</c> and <c>p</c>. The members may stand in any order.
/// </summary>
/// <remarks>
/// Lines that begin with <c>[</c> (checkpoints) and objects without <c>c</c> (rewards that met no decision) are skipped and counted. A record with
/// neither cost nor outcomes is an unlabelled decision. <c>pdrop</c> makes the importance 1/(1 - pdrop). Features of slots are not kept.
/// </remarks>
/// <param name="options">How it is read.</param>
/// <param name="names">Receives feature names, if given; parsing is then slower.</param>
public sealed class DsjsonParser(DsjsonOptions? options = null, IFeatureNames? names = null) : IRecordParser<DecisionBatch>
{
    private readonly DsjsonOptions _options = options ?? new();

    /// <inheritdoc/>
    public RecordFraming Framing => RecordFraming.Line;

    /// <inheritdoc/>
    public void Parse(ReadOnlySpan<byte> text, DecisionBatch batch)
    {
        var lines = new LineReader(text);
        var writer = new RowWriter(batch.Rows);
        while (lines.Next(out var line))
        {
            int at = SparseRow.SkipBlanks(line, 0);
            if (at == line.Length) continue;
            if (line[at] == (byte)'[')
            {
                batch.Skipped++;
                continue;
            }
            var mark = writer.Position;
            var record = new DsjsonRecord(line, lines.Behind, batch, _options, names, actionsLast: false);
            if (!record.TryParse() && record.SharedAfterActions)
            {
                writer.Rollback(mark);
                record = new DsjsonRecord(line, lines.Behind, batch, _options, names, actionsLast: true);
                record.TryParse();
            }
            if (record.Outcome == DsjsonOutcome.Decision) continue;
            writer.Rollback(mark);
            if (record.Outcome == DsjsonOutcome.OtherRecord) batch.Skipped++;
            else batch.AddFault(lines.Number, record.Column, record.Error);
        }
        batch.Lines += lines.Number;
    }
}
