using Forage.Data.Internals;
using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Data;

/// <summary>
/// VW text with contextual-bandit labels, one decision a line over a fixed set of actions 1..K: <c>action:cost:probability|features</c>. The reward
/// is the negative cost. A line without a label is a decision whose outcome is unknown.
/// </summary>
public sealed class VwDecisionParser : IRecordParser<DecisionBatch>
{
    private readonly int _actions;
    private readonly IFeatureNames? _names;

    /// <summary>A parser of decisions among <paramref name="actions"/> actions.</summary>
    /// <exception cref="ForageException">Fewer than one action.</exception>
    public VwDecisionParser(int actions, IFeatureNames? names = null)
    {
        if (actions is < 1 or > RecordLimits.Actions) throw new ForageException($"A set of {actions} actions was asked for; expected 1 to {RecordLimits.Actions}.");
        (_actions, _names) = (actions, names);
    }

    /// <inheritdoc/>
    public RecordFraming Framing => RecordFraming.Line;

    /// <inheritdoc/>
    public void Parse(ReadOnlySpan<byte> text, DecisionBatch batch)
    {
        var features = new VwFeatures(_names, batch.Scratch);
        var writer = new RowWriter(batch.Rows);
        var lines = new VwLines(text, batch.Lines);
        while (lines.Next())
        {
            if (lines.IsEmpty) continue;
            var line = lines.Current;
            if (!VwLabels.TryBandit(line, lines.Bar, batch.Scratch.Actions, out var taken, out var tag, out bool shared, out int column, out string? fault))
            {
                batch.AddFault(lines.Number, column + 1, fault!);
                continue;
            }
            if (shared)
            {
                batch.AddFault(lines.Number, 1, "a 'shared' line in a log over a fixed set of actions; expected action:cost:probability");
                continue;
            }
            uint action = taken?.Action ?? 1;
            if (action < 1 || action > _actions)
            {
                batch.AddFault(lines.Number, 1, $"action {action}; expected 1 to {_actions}");
                continue;
            }
            var mark = writer.Position;
            writer.BeginRow();
            if (!features.TryParse(text, lines.Start + lines.Bar, lines.End, writer))
            {
                writer.Rollback(mark);
                batch.AddFault(lines.Number, features.ErrorAt - lines.Start + 1, features.Error!);
                continue;
            }
            int row = writer.EndRow();
            Span<LoggedAction> slate = taken is { } t ? [new LoggedAction((int)action - 1, Math.Log(t.Probability), -t.Cost)] : [];
            batch.Add(row, _actions, slate, eventId: tag);
        }
        batch.Lines = lines.Number;
    }
}
