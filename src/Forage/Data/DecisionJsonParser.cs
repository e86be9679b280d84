using Forage.Data.Internals;
using Forage.Features;

namespace Forage.Data;

/// <summary>
/// Our own form of logged decisions: JSON lines, one decision a line, that keep everything a decision holds, slates included.
/// <code>
/// {"id":"e17","time":"2024-05-01T12:30:00Z","policy":"v3","context":{"user":{"age":30,"city":"Paris"}},
///  "actions":[{"item":{"price":2.5}},{"item":{"price":1}}],"chosen":1,"p":0.25,"reward":1,"distribution":[0.75,0.25]}
/// {"context":[60,1,248,0.5],"actions":983,"chosen":[17,5],"logp":[-3.2,-3.1],"reward":[1,0],"distribution":{"17":0.9,"5":0.1}}
/// </code>
/// </summary>
/// <remarks>
/// Actions count from 0. <c>chosen</c>, <c>p</c> (or <c>logp</c>, natural) and <c>reward</c> are single values or arrays of one length; propensities are
/// conditional on the positions before. Features are named, as in dsjson, or raw: an array of indices and values is a group of the default namespace, a
/// member <c>"#u"</c> one of namespace <c>u</c>. Members whose names begin with <c>_</c> are ignored, other unknown ones are an error. See docs/formats.md.
/// </remarks>
/// <param name="options">How string values are hashed and propensities of 0 taken.</param>
/// <param name="names">Receives the names of named features, if given; parsing is then slower.</param>
public sealed class DecisionJsonParser(DsjsonOptions? options = null, IFeatureNames? names = null) : IRecordParser<DecisionBatch>
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
            if (SparseRow.SkipBlanks(line, 0) == line.Length) continue;
            var mark = writer.Position;
            var record = new DecisionJsonRecord(line, lines.Behind, batch, _options, names);
            if (record.TryParse()) continue;
            writer.Rollback(mark);
            batch.AddFault(lines.Number, record.Column, record.Error);
        }
        batch.Lines += lines.Number;
    }
}
