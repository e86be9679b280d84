using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Data.Internals;

/// <summary>Reads one line of our decision form into a batch.</summary>
internal ref struct DecisionJsonRecord(ReadOnlySpan<byte> line, int behind, DecisionBatch batch, DsjsonOptions options, IFeatureNames? names)
{
    private readonly JsonScratch _scratch = batch.JsonScratch;
    private JsonScanner _json = new(line, behind, batch.JsonScratch, new FeatureSink(new RowWriter(batch.Rows)), options.Strings, names);
    private ReadOnlySpan<byte> _eventId;
    private ReadOnlySpan<byte> _policy;
    private DateTimeOffset? _time;
    private DateTimeOffset? _rewardTime;
    private double _importance = 1;
    private bool _skip;
    private bool _logs;
    private int _sharedRow = -1;
    private int _actionsAt = -1;
    private int _distributionAt = -1;
    private int _actions;
    private uint _seen;

    /// <summary>1-based place of the fault.</summary>
    public readonly int Column => _json.At + 1;

    /// <summary>What was expected.</summary>
    public readonly string Error => _json.Error ?? "malformed";

    /// <summary>Reads the line; true if it became a decision of the batch.</summary>
    public bool TryParse()
    {
        _scratch.Integers.Clear();
        _scratch.OtherIntegers.Clear();
        _scratch.Numbers.Clear();
        _scratch.OtherNumbers.Clear();
        _scratch.Slate.Clear();
        if (!_json.Take((byte)'{')) return _json.FailHere("'{'");
        bool first = true;
        while (_json.TryNext(ref first, (byte)'}'))
            if (!_json.TryKey(out var key) || !TryMember(key)) return false;
        if (_json.Error is not null) return false;
        if (_json.Peek() != 0 || !_json.AtEnd) return _json.FailHere("the end of the line");
        return TryFinish();
    }

    private bool TryMember(ReadOnlySpan<byte> key)
    {
        if (key.SequenceEqual("context"u8)) return Once(0, "context") && TryContext();
        if (key.SequenceEqual("actions"u8)) return Once(1, "actions") && TryActions();
        if (key.SequenceEqual("chosen"u8)) return Once(2, "chosen") && TryIntegers(_scratch.Integers);
        if (key.SequenceEqual("p"u8)) return Once(3, "p") && TryNumbers(_scratch.Numbers, nullable: true);
        if (key.SequenceEqual("logp"u8)) return Once(3, "logp") && (_logs = true) && TryNumbers(_scratch.Numbers, nullable: true);
        if (key.SequenceEqual("reward"u8)) return Once(4, "reward") && TryNumbers(_scratch.OtherNumbers, nullable: false);
        if (key.SequenceEqual("distribution"u8))
        {
            // Its length needs the number of actions.
            _json.Peek();
            _distributionAt = _json.At;
            return Once(5, "distribution") && _json.TrySkip();
        }
        if (key.SequenceEqual("excluded"u8)) return Once(6, "excluded") && TryIntegers(_scratch.OtherIntegers);
        if (key.SequenceEqual("id"u8)) return Once(7, "id") && _json.TryString(_scratch.EventId, out _eventId);
        if (key.SequenceEqual("policy"u8)) return Once(8, "policy") && _json.TryString(_scratch.Version, out _policy);
        if (key.SequenceEqual("time"u8)) return Once(9, "time") && TryTime(ref _time);
        if (key.SequenceEqual("rewardTime"u8)) return Once(10, "rewardTime") && TryTime(ref _rewardTime);
        if (key.SequenceEqual("skip"u8)) return Once(11, "skip") && _json.TryBool(out _skip);
        if (key.SequenceEqual("importance"u8)) return Once(12, "importance") && TryImportance();
        if (key.Length > 0 && key[0] == '_') return _json.TrySkip();
        return _json.Fail($"'{NumberParser.Shown(key)}' is not a member of a decision; expected id, time, policy, context, actions, excluded, chosen, p, logp, reward, rewardTime, distribution, importance, skip or a name that begins with _");
    }

    private bool Once(int member, string name)
    {
        if ((_seen & 1u << member) != 0) return _json.Fail(member == 3 ? "a second propensity; expected one of 'p' and 'logp', once" : $"a second '{name}'; expected it once");
        _seen |= 1u << member;
        return true;
    }

    private bool TryContext()
    {
        _json.Sink.BeginRow();
        if (!TryFeatures()) return false;
        _sharedRow = _json.Sink.EndRow();
        return true;
    }

    /// <summary>Features of one row: an object of named and raw groups, or the array of one raw group.</summary>
    private bool TryFeatures()
    {
        _json.Sink.BeginGroup(FeatureGroup.Default);
        if (_json.Peek() == (byte)'[')
        {
            if (!_json.TryPairs()) return false;
        }
        else
        {
            if (!_json.Take((byte)'{')) return _json.FailHere("an object of features, or an array of indices and values,");
            bool first = true;
            while (_json.TryNext(ref first, (byte)'}'))
            {
                if (!_json.TryKey(out var key)) return false;
                if (!(key.Length > 0 && key[0] == '#' ? TryRawGroup(key) : _json.TryFeature(key, 0, FeatureGroup.Default, 2))) return false;
            }
            if (_json.Error is not null) return false;
        }
        _json.Sink.EndGroup();
        return true;
    }

    private bool TryRawGroup(ReadOnlySpan<byte> key)
    {
        // One character up to U+00FF stands for the byte of that value.
        int ns = key.Length == 2 && key[1] < 0x80 ? key[1] : key.Length == 3 && key[1] is 0xC2 or 0xC3 ? (key[1] & 3) << 6 | key[2] & 0x3F : -1;
        if (ns < 0) return _json.Fail($"'{NumberParser.Shown(key)}' is not a raw group; expected # and one character for the namespace");
        _json.Sink.EndGroup();
        _json.Sink.BeginGroup((byte)ns);
        if (!_json.TryPairs()) return false;
        _json.Sink.EndGroup();
        _json.Sink.BeginGroup(FeatureGroup.Default);
        return true;
    }

    private bool TryActions()
    {
        if (_json.Peek() != (byte)'[') return _json.TryInteger(1, RecordLimits.Actions, "the number of actions", out _actions);
        if (_sharedRow >= 0) return TryActionRows();
        _actionsAt = _json.At; // the context may yet come
        return _json.TrySkip();
    }

    private bool TryActionRows()
    {
        _json.Take((byte)'[');
        bool first = true;
        while (_json.TryNext(ref first, (byte)']'))
        {
            if (++_actions > RecordLimits.Actions) return _json.Fail($"more than {RecordLimits.Actions} actions; expected at most so many");
            _json.Sink.BeginRow(_sharedRow);
            if (!TryFeatures()) return false;
            _json.Sink.EndRow();
        }
        return _json.Error is null && (_actions > 0 || _json.Fail("no action; expected at least one"));
    }

    private bool TryIntegers(List<int> to)
    {
        if (_json.Peek() != (byte)'[') return TryAction(to);
        _json.Take((byte)'[');
        bool first = true;
        while (_json.TryNext(ref first, (byte)']'))
        {
            if (!TryAction(to)) return false;
            if (to.Count > RecordLimits.Actions) return _json.Fail($"more than {RecordLimits.Actions} actions; expected at most so many");
        }
        return _json.Error is null;
    }

    private bool TryAction(List<int> to)
    {
        if (!_json.TryInteger(0, RecordLimits.Actions - 1, "an action", out int action)) return false;
        to.Add(action);
        return true;
    }

    private bool TryNumbers(List<double> to, bool nullable)
    {
        if (_json.Peek() != (byte)'[') return TryNumber(to, nullable);
        _json.Take((byte)'[');
        bool first = true;
        while (_json.TryNext(ref first, (byte)']'))
        {
            if (!TryNumber(to, nullable)) return false;
            if (to.Count > RecordLimits.Actions) return _json.Fail($"more than {RecordLimits.Actions} numbers; expected at most so many");
        }
        return _json.Error is null;
    }

    private bool TryNumber(List<double> to, bool nullable)
    {
        double value = double.NaN;
        if (!(nullable && _json.TakeNull()) && !_json.TryNumber(out value)) return false;
        to.Add(value);
        return true;
    }

    private bool TryTime(ref DateTimeOffset? to)
    {
        _json.Peek();
        int start = _json.At;
        if (!_json.TryString(_scratch.Value, out var text)) return false;
        if (TimeParser.TryParse(text, out var time))
        {
            to = time;
            return true;
        }
        _json.At = start;
        return _json.Fail($"'{NumberParser.Shown(text)}' is not a time; expected {TimeParser.Expected}");
    }

    private bool TryImportance()
    {
        int start = _json.At;
        if (!_json.TryNumber(out _importance)) return false;
        if (_importance >= 0) return true;
        _json.At = start;
        return _json.Fail($"the importance is {DecisionRules.Show(_importance)}; expected at least 0");
    }

    private bool TryFinish()
    {
        int end = _json.At;
        if (_sharedRow < 0)
        {
            _json.Sink.BeginRow();
            _sharedRow = _json.Sink.EndRow();
        }
        if (_actionsAt >= 0)
        {
            _json.At = _actionsAt;
            if (!TryActionRows()) return false;
            _json.At = end;
        }
        if (_actions == 0) return _json.Fail("no 'actions'; expected their number or the array of their features");
        var (chosen, propensities, rewards) = (_scratch.Integers, _scratch.Numbers, _scratch.OtherNumbers);
        bool propensity = (_seen & 1u << 3) != 0;
        if (rewards.Count != chosen.Count) return _json.Fail($"{chosen.Count} chosen actions but {rewards.Count} rewards; expected as many");
        if (propensity && propensities.Count != chosen.Count) return _json.Fail($"{chosen.Count} chosen actions but {propensities.Count} propensities; expected as many");
        for (int i = 0; i < chosen.Count; i++)
        {
            if (!TryLog(propensity ? propensities[i] : double.NaN, out double log)) return false;
            _scratch.Slate.Add(new LoggedAction(chosen[i], log, rewards[i]));
        }
        var slate = JsonScratch.Span(_scratch.Slate);
        if (!DecisionRules.TrySlate(slate, _actions, chosen, out string? error)) return _json.Fail(error!);
        var distribution = JsonScratch.Zeros(_scratch.Distribution, _distributionAt < 0 ? 0 : _actions);
        if (_distributionAt >= 0)
        {
            _json.At = _distributionAt;
            if (!TryDistribution(distribution)) return false;
            _json.At = end;
        }
        if (!TryExcluded(slate, distribution)) return false;
        batch.Add(_sharedRow, _actions, slate, JsonScratch.Span(_scratch.OtherIntegers), distribution, _eventId, _policy, _time, _rewardTime, _skip, _importance);
        return true;
    }

    private bool TryLog(double value, out double log)
    {
        string? error;
        if (!_logs) return DecisionRules.TryLog(value, options.ZeroPropensityIsMissing, out log, out error) || _json.Fail(error!);
        log = Math.Min(value, 0);
        return !(value > DecisionRules.Slack) || _json.Fail($"the logarithm of the propensity is {DecisionRules.Show(value)}; expected at most 0");
    }

    private bool TryExcluded(ReadOnlySpan<LoggedAction> slate, ReadOnlySpan<double> distribution)
    {
        var excluded = JsonScratch.Span(_scratch.OtherIntegers);
        if (excluded.IsEmpty) return true;
        excluded.Sort();
        for (int i = 0; i < excluded.Length; i++)
        {
            if (excluded[i] >= _actions) return _json.Fail($"action {excluded[i]} is excluded but there are only {_actions} actions");
            if (i > 0 && excluded[i] == excluded[i - 1]) return _json.Fail($"action {excluded[i]} is excluded twice; expected each once");
            if (!distribution.IsEmpty && distribution[excluded[i]] > 0) return _json.Fail($"action {excluded[i]} is excluded but has a probability; expected 0");
        }
        foreach (var a in slate)
            if (excluded.BinarySearch(a.Action) >= 0) return _json.Fail($"action {a.Action} is excluded but was chosen");
        return true;
    }

    /// <summary>A dense array, or an object of actions and probabilities.</summary>
    private bool TryDistribution(Span<double> to)
    {
        bool sparse = _json.Take((byte)'{');
        if (!sparse && !_json.Take((byte)'[')) return _json.FailHere("an array, or an object of actions and probabilities,");
        int next = 0;
        bool first = true;
        while (_json.TryNext(ref first, sparse ? (byte)'}' : (byte)']'))
        {
            int at = next++, start = _json.At;
            if (sparse)
            {
                if (!_json.TryKey(out var key)) return false;
                int used = 0;
                if (!SparseRow.TryReadIndex(key, ref used, out uint action) || used != key.Length || action >= (uint)to.Length)
                    return _json.Fail($"'{NumberParser.Shown(key)}' is not an action; expected an integer below {to.Length}");
                at = (int)action;
                if (to[at] != 0) return _json.Fail($"action {at} has two probabilities; expected one");
            }
            else if (at >= to.Length) return _json.Fail($"more probabilities than the {to.Length} actions; expected as many");
            if (!_json.TryNumber(out to[at])) return false;
            if (to[at] is >= 0 and <= 1 + DecisionRules.Slack) continue;
            _json.At = start;
            return _json.Fail($"the probability is {DecisionRules.Show(to[at])}; expected one from 0 to 1");
        }
        if (_json.Error is not null) return false;
        if (!sparse && next != to.Length) return _json.Fail($"{next} probabilities but {to.Length} actions; expected as many");
        return DecisionRules.TryNormalise(to) || _json.Fail("the distribution does not sum to 1; expected that");
    }
}
