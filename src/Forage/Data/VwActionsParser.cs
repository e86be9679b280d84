using Forage.Data.Internals;
using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Data;

/// <summary>
/// VW text with action-dependent features: a decision is a run of lines up to an empty one, first an optional <c>shared |features</c>, then one line
/// an action, of which the one taken begins with <c>0:cost:probability</c>. The reward is the negative cost.
/// </summary>
/// <param name="names">Receives feature names, if given; parsing is then slower.</param>
public sealed class VwActionsParser(IFeatureNames? names = null) : IRecordParser<DecisionBatch>
{
    /// <inheritdoc/>
    public RecordFraming Framing => RecordFraming.BlankLine;

    /// <inheritdoc/>
    public void Parse(ReadOnlySpan<byte> text, DecisionBatch batch)
    {
        var lines = new VwLines(text, batch.Lines);
        var open = new OpenDecision(text, batch, new VwFeatures(names, batch.Scratch));
        while (lines.Next())
        {
            if (lines.IsEmpty)
            {
                open.Close(lines.Number);
            }
            else if (!open.IsBad && !open.TryAdd(lines, out int column, out string fault))
            {
                batch.AddFault(lines.Number, column + 1, fault);
                open.IsBad = true;
            }
        }
        open.Close(lines.Number);
        batch.Lines = lines.Number;
    }

    /// <summary>The decision whose lines are being read.</summary>
    private ref struct OpenDecision(ReadOnlySpan<byte> text, DecisionBatch batch, VwFeatures features)
    {
        private readonly ReadOnlySpan<byte> _text = text;
        private VwFeatures _features = features;
        private RowWriter _writer = new(batch.Rows);
        private RowWriter.Mark _start = new RowWriter(batch.Rows).Position;
        private int _sharedRow = -1;
        private int _actions;
        private LoggedAction? _taken;
        private ReadOnlySpan<byte> _id;

        /// <summary>The rest of the decision is skipped.</summary>
        public bool IsBad { get; set; }

        public bool TryAdd(scoped in VwLines lines, out int column, out string fault)
        {
            if (!VwLabels.TryBandit(lines.Current, lines.Bar, batch.Scratch.Actions, out var label, out var tag, out bool shared, out column, out fault!)) return false;
            column = 0;
            if (shared && _sharedRow >= 0)
            {
                fault = "a 'shared' line after the first line of a decision; expected it first";
                return false;
            }
            if (_id.IsEmpty) _id = tag;
            if (_sharedRow < 0)
            {
                _writer.BeginRow();
                if (shared && !TryFeatures(lines, out column, out fault)) return false;
                _sharedRow = _writer.EndRow();
                if (shared) return true;
            }
            if (label is { } outcome)
            {
                if (_taken is not null)
                {
                    fault = "a second action with a cost in one decision; expected the cost of the action taken only";
                    return false;
                }
                _taken = new LoggedAction(_actions, Math.Log(outcome.Probability), -outcome.Cost);
            }
            if (++_actions > RecordLimits.Actions)
            {
                fault = $"more than {RecordLimits.Actions} actions in one decision; expected an empty line between decisions";
                return false;
            }
            _writer.BeginRow(_sharedRow);
            if (!TryFeatures(lines, out column, out fault)) return false;
            _writer.EndRow();
            return true;
        }

        public void Close(long line)
        {
            if (!IsBad && _sharedRow >= 0)
            {
                if (_actions > 0)
                {
                    Span<LoggedAction> slate = _taken is { } taken ? [taken] : [];
                    batch.Add(_sharedRow, _actions, slate, eventId: _id);
                }
                else
                {
                    batch.AddFault(line, 1, "a decision without an action; expected a line for each action after the 'shared' one");
                    IsBad = true;
                }
            }
            if (IsBad) _writer.Rollback(_start);
            (_start, _sharedRow, _actions, _taken, IsBad) = (_writer.Position, -1, 0, null, false);
            _id = default;
        }

        private bool TryFeatures(scoped in VwLines lines, out int column, out string fault)
        {
            bool good = _features.TryParse(_text, lines.Start + lines.Bar, lines.End, _writer);
            column = good ? 0 : _features.ErrorAt - lines.Start;
            fault = _features.Error!;
            return good;
        }
    }
}
