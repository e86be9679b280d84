using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Data.Internals;

/// <summary>What a line of dsjson turned out to be.</summary>
internal enum DsjsonOutcome
{
    /// <summary>Malformed.</summary>
    Fault,

    /// <summary>A decision, added to the batch.</summary>
    Decision,

    /// <summary>Well-formed but no decision.</summary>
    OtherRecord,
}

/// <summary>Reads one line of dsjson into a batch.</summary>
/// <remarks>
/// The rows of actions inherit the shared row, so that must be complete first. Nearly always it is, as <c>_multi</c> comes last; if not, the line is
/// read again with <c>_multi</c> put off (<paramref name="actionsLast"/>).
/// </remarks>
internal ref struct DsjsonRecord(ReadOnlySpan<byte> line, int behind, DecisionBatch batch, DsjsonOptions options, IFeatureNames? names, bool actionsLast)
{
    private readonly JsonScratch _scratch = batch.JsonScratch;
    private JsonScanner _json = new(line, behind, batch.JsonScratch, new FeatureSink(new RowWriter(batch.Rows)), options.Strings, names);
    private ReadOnlySpan<byte> _eventId;
    private ReadOnlySpan<byte> _version;
    private DateTimeOffset? _time;
    private double _cost = double.NaN;
    private double _probability = double.NaN;
    private double _drop;
    private int _labelAction;
    private int _labelIndex = -1;
    private bool _skipLearn;
    private bool _context;
    private bool _multi;
    private bool _outcomes;
    private bool _sharedOpen;
    private int _sharedRow;
    private int _actions;

    /// <summary>What the line turned out to be.</summary>
    public DsjsonOutcome Outcome { get; private set; }

    /// <summary>True if reading failed only because a shared feature stands after the actions.</summary>
    public bool SharedAfterActions { get; private set; }

    /// <summary>1-based place of the fault.</summary>
    public readonly int Column => _json.At + 1;

    /// <summary>What was expected.</summary>
    public readonly string Error => _json.Error ?? "malformed";

    /// <summary>Reads the line; true if it became a decision of the batch.</summary>
    public bool TryParse()
    {
        _scratch.Integers.Clear();
        _scratch.Numbers.Clear();
        _scratch.Slate.Clear();
        if (!_json.Take((byte)'{')) return _json.FailHere("'{'");
        bool first = true;
        while (_json.TryNext(ref first, (byte)'}'))
            if (!_json.TryKey(out var key) || !TryMember(key)) return false;
        if (_json.Error is not null) return false;
        if (_json.Peek() != 0 || !_json.AtEnd) return _json.FailHere("the end of the line");
        if (!_context)
        {
            Outcome = DsjsonOutcome.OtherRecord;
            return false;
        }
        if (!TryFinish()) return false;
        Outcome = DsjsonOutcome.Decision;
        return true;
    }

    private bool TryMember(ReadOnlySpan<byte> key)
    {
        switch (key.Length)
        {
            case 1 when key[0] == 'c': return TryContext();
            case 1 when key[0] == 'a': return TryIntegers(1, _scratch.Integers);
            case 1 when key[0] == 'p': return TryProbabilities(_scratch.Numbers);
            case 5 when key.SequenceEqual("pdrop"u8): return TryDrop();
            case 7 when key.SequenceEqual("EventId"u8): return _json.TakeNull() || _json.TryString(_scratch.EventId, out _eventId);
            case 7 when key.SequenceEqual("VWState"u8): return TryVersion();
            case 9 when key.SequenceEqual("Timestamp"u8): return TryTime();
            case 9 when key.SequenceEqual("_outcomes"u8): return TryOutcomes();
            case 10 when key.SequenceEqual("_skipLearn"u8): return _json.TakeNull() || _json.TryBool(out _skipLearn);
            case 11 when key.SequenceEqual("_label_cost"u8): return _json.TakeNull() || _json.TryNumber(out _cost);
            case 11 when key.SequenceEqual("_labelIndex"u8): return _json.TakeNull() || _json.TryInteger(0, RecordLimits.Actions, "_labelIndex", out _labelIndex);
            case 13 when key.SequenceEqual("_label_Action"u8) || key.SequenceEqual("_label_action"u8):
                return _json.TakeNull() || _json.TryInteger(1, RecordLimits.Actions, "_label_Action", out _labelAction);
            case 18 when key.SequenceEqual("_label_probability"u8): return _json.TakeNull() || _json.TryNumber(out _probability);
            default: return _json.TrySkip();
        }
    }

    private bool TryContext()
    {
        if (_context) return _json.Fail("a second 'c'; expected one context in a record");
        if (!_json.Take((byte)'{')) return _json.FailHere("the object of the context");
        _context = true;
        _json.Sink.BeginRow();
        _json.Sink.BeginGroup(FeatureGroup.Default);
        _sharedOpen = true;
        int actionsAt = -1;
        bool first = true;
        while (_json.TryNext(ref first, (byte)'}'))
        {
            if (!_json.TryKey(out var key)) return false;
            if (key.SequenceEqual("_multi"u8))
            {
                if (_multi) return _json.Fail("a second '_multi'; expected one list of actions");
                _multi = true;
                actionsAt = _json.At;
                if (!(actionsLast ? _json.TrySkip() : TryActions())) return false;
            }
            else if (key.Length > 0 && key[0] == '_' && !key.SequenceEqual("_text"u8))
            {
                if (!_json.TrySkip()) return false;
            }
            else if (!_sharedOpen)
            {
                SharedAfterActions = true;
                return false;
            }
            else if (!_json.TryFeature(key, 0, FeatureGroup.Default, 1)) return false;
        }
        if (_json.Error is not null) return false;
        if (!_sharedOpen) return true;
        if (!_multi || !actionsLast)
        {
            CloseShared();
            return true;
        }
        int end = _json.At;
        _json.At = actionsAt;
        if (!TryActions()) return false;
        _json.At = end;
        return true;
    }

    private void CloseShared()
    {
        _json.Sink.EndGroup();
        _sharedRow = _json.Sink.EndRow();
        _sharedOpen = false;
    }

    private bool TryActions()
    {
        CloseShared();
        if (!_json.Take((byte)'[')) return _json.FailHere("the array of actions");
        bool first = true;
        while (_json.TryNext(ref first, (byte)']'))
        {
            if (!_json.Take((byte)'{')) return _json.FailHere("the object of an action");
            if (++_actions > RecordLimits.Actions) return _json.Fail($"more than {RecordLimits.Actions} actions; expected at most so many");
            _json.Sink.BeginRow(_sharedRow);
            _json.Sink.BeginGroup(FeatureGroup.Default);
            if (!_json.TryMembers(0, FeatureGroup.Default, 2)) return false;
            _json.Sink.EndGroup();
            _json.Sink.EndRow();
        }
        return _json.Error is null && (_actions > 0 || _json.Fail("no action in '_multi'; expected at least one"));
    }

    private bool TryIntegers(int least, List<int> to)
    {
        to.Clear();
        if (_json.TakeNull()) return true;
        if (!_json.Take((byte)'['))
        {
            if (!_json.TryInteger(least, RecordLimits.Actions, "the action", out int single)) return false;
            to.Add(single);
            return true;
        }
        bool first = true;
        while (_json.TryNext(ref first, (byte)']'))
        {
            if (!_json.TryInteger(least, RecordLimits.Actions, "an action", out int value)) return false;
            if (to.Count == RecordLimits.Actions) return _json.Fail($"more than {RecordLimits.Actions} actions; expected at most so many");
            to.Add(value);
        }
        return _json.Error is null;
    }

    private bool TryProbabilities(List<double> to)
    {
        to.Clear();
        if (_json.TakeNull()) return true;
        if (!_json.Take((byte)'[')) return TryProbability(to);
        bool first = true;
        while (_json.TryNext(ref first, (byte)']'))
        {
            if (!TryProbability(to)) return false;
            if (to.Count > RecordLimits.Actions) return _json.Fail($"more than {RecordLimits.Actions} probabilities; expected at most so many");
        }
        return _json.Error is null;
    }

    private bool TryProbability(List<double> to)
    {
        int start = _json.At;
        if (!_json.TryNumber(out double p)) return false;
        to.Add(p);
        if (p is >= 0 and <= 1 + DecisionRules.Slack) return true;
        _json.At = start;
        return _json.Fail($"the probability is {DecisionRules.Show(p)}; expected one from 0 to 1");
    }

    private bool TryDrop()
    {
        if (_json.TakeNull()) return true;
        int start = _json.At;
        if (!_json.TryNumber(out _drop)) return false;
        if (_drop is >= 0 and < 1) return true;
        _json.At = start;
        return _json.Fail($"pdrop is {DecisionRules.Show(_drop)}; expected a probability from 0 to below 1");
    }

    private bool TryTime()
    {
        if (_json.TakeNull()) return true;
        _json.Peek();
        int start = _json.At;
        if (!_json.TryString(_scratch.Value, out var text)) return false;
        if (text.IsEmpty) return true;
        if (TimeParser.TryParse(text, out var time))
        {
            _time = time;
            return true;
        }
        _json.At = start;
        return _json.Fail($"'{NumberParser.Shown(text)}' is not a time; expected {TimeParser.Expected}");
    }

    private bool TryVersion()
    {
        if (_json.TakeNull()) return true;
        if (!_json.Take((byte)'{')) return _json.FailHere("an object");
        bool first = true;
        while (_json.TryNext(ref first, (byte)'}'))
        {
            if (!_json.TryKey(out var key)) return false;
            bool ok = key.SequenceEqual("m"u8) && !_json.TakeNull() ? _json.TryString(_scratch.Version, out _version) : key.SequenceEqual("m"u8) || _json.TrySkip();
            if (!ok) return false;
        }
        return _json.Error is null;
    }

    private bool TryOutcomes()
    {
        _scratch.Slate.Clear();
        if (_json.TakeNull()) return true;
        _outcomes = true;
        if (!_json.Take((byte)'[')) return _json.FailHere("the array of outcomes");
        bool first = true;
        while (_json.TryNext(ref first, (byte)']'))
            if (!TryOutcome()) return false;
        return _json.Error is null;
    }

    /// <summary>One slot: <c>_a</c> lists action numbers from 0, the chosen one first, <c>_p</c> their conditional probabilities.</summary>
    private bool TryOutcome()
    {
        int start = _json.At;
        if (!_json.Take((byte)'{')) return _json.FailHere("the object of an outcome");
        // The first slot's lists are the decision's distribution; those of the others are needed for their first entries only.
        bool firstSlot = _scratch.Slate.Count == 0;
        var actions = firstSlot ? _scratch.Integers : _scratch.OtherIntegers;
        var probabilities = firstSlot ? _scratch.Numbers : _scratch.OtherNumbers;
        actions.Clear();
        probabilities.Clear();
        double cost = double.NaN;
        bool first = true;
        while (_json.TryNext(ref first, (byte)'}'))
        {
            if (!_json.TryKey(out var key)) return false;
            bool ok = key.SequenceEqual("_label_cost"u8) ? _json.TakeNull() || _json.TryNumber(out cost)
                : key.SequenceEqual("_a"u8) ? TryIntegers(0, actions)
                : key.SequenceEqual("_p"u8) ? TryProbabilities(probabilities)
                : _json.TrySkip();
            if (!ok) return false;
        }
        if (_json.Error is not null) return false;
        if (double.IsNaN(cost) || actions.Count == 0)
        {
            _json.At = start;
            return _json.Fail(double.IsNaN(cost) ? "an outcome without '_label_cost'; expected a number" : "an outcome without '_a'; expected the actions of the slot");
        }
        if (!DecisionRules.TryLog(probabilities.Count > 0 ? probabilities[0] : double.NaN, options.ZeroPropensityIsMissing, out double log, out string? error))
        {
            _json.At = start;
            return _json.Fail(error!);
        }
        if (_scratch.Slate.Count == RecordLimits.Actions) return _json.Fail($"more than {RecordLimits.Actions} outcomes; expected at most so many");
        _scratch.Slate.Add(new LoggedAction(actions[0], log, 0 - cost));
        return true;
    }

    private bool TryFinish()
    {
        var listed = _scratch.Integers;
        if (_outcomes)
            for (int i = 0; i < listed.Count; i++) listed[i]++; // from here on the list counts from 1, as 'a' does
        if (!_multi)
        {
            _actions = Math.Max(listed.Count, _scratch.Numbers.Count);
            if (_actions == 0) return _json.Fail("no actions; expected them in '_multi' of the context, or their numbers in 'a'");
        }
        if (!_outcomes && !double.IsNaN(_cost) && !TryLabel()) return false;
        if (!DecisionRules.TrySlate(JsonScratch.Span(_scratch.Slate), _actions, _scratch.OtherIntegers, out string? error)) return _json.Fail(error!);
        if (!TryDistribution(out var distribution)) return false;
        batch.Add(_sharedRow, _actions, JsonScratch.Span(_scratch.Slate), default, distribution, _eventId, _version, _time, null, _skipLearn, 1 / (1 - _drop));
        return true;
    }

    private bool TryLabel()
    {
        var listed = _scratch.Integers;
        if (_labelAction == 0 && _labelIndex < 0 && listed.Count == 0) return _json.Fail("a cost without an action; expected '_label_Action', '_labelIndex' or 'a'");
        if (_labelAction > 0 && _labelIndex >= 0 && _labelAction != _labelIndex + 1)
            return _json.Fail($"_label_Action is {_labelAction} and _labelIndex {_labelIndex}; expected _labelIndex to be one less");
        int action = _labelAction > 0 ? _labelAction - 1 : _labelIndex >= 0 ? _labelIndex : listed[0] - 1;
        double p = _probability;
        if (double.IsNaN(p) && _scratch.Numbers.Count > 0)
        {
            int at = listed.IndexOf(action + 1);
            if (at < 0 && listed.Count == 0) at = action;
            if (at >= 0 && at < _scratch.Numbers.Count) p = _scratch.Numbers[at];
        }
        if (!DecisionRules.TryLog(p, options.ZeroPropensityIsMissing, out double log, out string? error)) return _json.Fail(error!);
        _scratch.Slate.Add(new LoggedAction(action, log, 0 - _cost));
        return true;
    }

    /// <summary>
    /// The distribution over all actions from <c>a</c> and <c>p</c>. Some loggers align <c>p</c> with the actions and not with <c>a</c>: what agrees with
    /// the label's probability is right, and if nothing does (or it does not sum to 1) there is no distribution.
    /// </summary>
    private bool TryDistribution(out ReadOnlySpan<double> distribution)
    {
        distribution = default;
        var listed = JsonScratch.Span(_scratch.Integers);
        var p = JsonScratch.Span(_scratch.Numbers);
        var dense = JsonScratch.Zeros(_scratch.Distribution, _actions);
        foreach (int number in listed)
        {
            if (number < 1 || number > _actions) return _json.Fail($"action number {number} (counted from 1) is listed but there are only {_actions} actions");
            if (dense[number - 1] != 0) return _json.Fail($"action number {number} (counted from 1) is listed twice; expected each once");
            dense[number - 1] = 1;
        }
        dense.Clear();
        if (p.IsEmpty) return true;
        bool byAction = listed.IsEmpty;
        if (!byAction && p.Length != listed.Length) return true;
        if (byAction && p.Length != _actions) return true;
        if (_scratch.Slate.Count > 0 && !_outcomes && !double.IsNaN(_probability))
        {
            int action = _scratch.Slate[0].Action, at = byAction ? action : listed.IndexOf(action + 1);
            if (at < 0 || !Near(p[at], _probability))
            {
                if (byAction || p.Length != _actions || !Near(p[action], _probability)) return true;
                byAction = true;
            }
        }
        for (int i = 0; i < p.Length; i++) dense[byAction ? i : listed[i] - 1] = p[i];
        if (DecisionRules.TryNormalise(dense)) distribution = dense;
        return true;
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) <= 1e-3 * b + 1e-6;
}
