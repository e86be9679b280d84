using System.Runtime.InteropServices;
using System.Text;
using Forage.Data.Internals;
using Forage.OffPolicy;
using Forage.Persistence.Internals;

namespace Forage.Data;

/// <summary>
/// A batch of logged decisions in pooled memory, for learners that run over a log once. Decision i has its shared context in row
/// <see cref="DecisionRecord.FirstRow"/> of <see cref="RecordBatch.Rows"/> and, with action-dependent features, its actions in the rows after it,
/// each of which inherits the shared groups. <see cref="ToLogged"/> makes an owned copy.
/// </summary>
public sealed class DecisionBatch : RecordBatch
{
    private readonly List<DecisionRecord> _records = [];
    private readonly List<LoggedAction> _slates = [];
    private readonly List<int> _excluded = [];
    private readonly List<double> _distributions = [];
    private readonly List<byte> _text = [];

    /// <inheritdoc/>
    public override int Count => _records.Count;

    /// <summary>Decision number <paramref name="i"/>.</summary>
    public DecisionRecord this[int i] => _records[i];

    /// <summary>The slate of decision <paramref name="i"/>; empty if it is unlabelled.</summary>
    public ReadOnlySpan<LoggedAction> Slate(int i) => Slice(_slates, i == 0 ? 0 : _records[i - 1].SlateEnd, _records[i].SlateEnd);

    /// <summary>Excluded actions of decision <paramref name="i"/>.</summary>
    public ReadOnlySpan<int> Excluded(int i) => Slice(_excluded, i == 0 ? 0 : _records[i - 1].ExcludedEnd, _records[i].ExcludedEnd);

    /// <summary>The logged distribution of decision <paramref name="i"/> over its actions; empty if not logged.</summary>
    public ReadOnlySpan<double> Distribution(int i) => Slice(_distributions, i == 0 ? 0 : _records[i - 1].DistributionEnd, _records[i].DistributionEnd);

    /// <summary>Event id of decision <paramref name="i"/> as UTF-8; empty if none.</summary>
    public ReadOnlySpan<byte> EventId(int i) => Slice(_text, i == 0 ? 0 : _records[i - 1].VersionEnd, _records[i].EventIdEnd);

    /// <summary>Policy version of decision <paramref name="i"/> as UTF-8; empty if none.</summary>
    public ReadOnlySpan<byte> PolicyVersion(int i) => Slice(_text, _records[i].EventIdEnd, _records[i].VersionEnd);

    /// <summary>Adds a decision whose rows have just been written.</summary>
    /// <param name="firstRow">Row of the shared context.</param>
    /// <param name="actionCount">Number of actions.</param>
    /// <param name="slate">Actions shown, in order; empty if unlabelled.</param>
    /// <param name="excluded">Actions that could not be chosen.</param>
    /// <param name="distribution">Logging distribution over all actions, or empty.</param>
    /// <param name="eventId">Event id, UTF-8.</param>
    /// <param name="policyVersion">Policy version, UTF-8.</param>
    /// <param name="time">When it was decided.</param>
    /// <param name="rewardTime">When the reward came.</param>
    /// <param name="skipLearn">Not to be learnt from.</param>
    /// <param name="importance">How many decisions this one stands for.</param>
    public void Add(int firstRow, int actionCount, ReadOnlySpan<LoggedAction> slate, ReadOnlySpan<int> excluded = default, ReadOnlySpan<double> distribution = default,
        ReadOnlySpan<byte> eventId = default, ReadOnlySpan<byte> policyVersion = default, DateTimeOffset? time = null, DateTimeOffset? rewardTime = null, bool skipLearn = false,
        double importance = 1)
    {
        _slates.AddRange(slate);
        _excluded.AddRange(excluded);
        _distributions.AddRange(distribution);
        _text.AddRange(eventId);
        int eventEnd = _text.Count;
        _text.AddRange(policyVersion);
        _records.Add(new DecisionRecord(firstRow, Rows.RowCount - firstRow, actionCount, time, rewardTime, skipLearn, importance,
            _slates.Count, _excluded.Count, _distributions.Count, eventEnd, _text.Count));
    }

    /// <summary>An owned copy of decision <paramref name="i"/>.</summary>
    public LoggedDecision ToLogged(int i)
    {
        var r = _records[i];
        return new LoggedDecision
        {
            EventId = Encoding.UTF8.GetString(EventId(i)),
            Time = r.Time,
            RewardTime = r.RewardTime,
            Rows = Rows.Copy(r.FirstRow, r.RowCount),
            ActionCount = r.ActionCount,
            Excluded = Excluded(i).ToArray(),
            Slate = Slate(i).ToArray(),
            Distribution = Distribution(i).IsEmpty ? null : Distribution(i).ToArray(),
            PolicyVersion = PolicyVersion(i).IsEmpty ? null : Encoding.UTF8.GetString(PolicyVersion(i)),
            SkipLearn = r.SkipLearn,
            Importance = r.Importance,
        };
    }

    /// <inheritdoc/>
    public override void Clear()
    {
        base.Clear();
        _records.Clear();
        _slates.Clear();
        _excluded.Clear();
        _distributions.Clear();
        _text.Clear();
    }

    internal override void Store(ref ArrayBlock block)
    {
        base.Store(ref block);
        block.Write<StoredDecision>([.. _records.Select(StoredDecision.Of)]);
        block.Write<LoggedAction>(CollectionsMarshal.AsSpan(_slates));
        block.Write<int>(CollectionsMarshal.AsSpan(_excluded));
        block.Write<double>(CollectionsMarshal.AsSpan(_distributions));
        block.Write<byte>(CollectionsMarshal.AsSpan(_text));
    }

    internal override void Restore(ref ArrayBlock block)
    {
        base.Restore(ref block);
        _records.Clear();
        foreach (var stored in MemoryMarshal.Cast<byte, StoredDecision>(block.ReadBytes<StoredDecision>(out _))) _records.Add(stored.ToRecord());
        block.Read(_slates);
        block.Read(_excluded);
        block.Read(_distributions);
        block.Read(_text);
    }

    private static ReadOnlySpan<T> Slice<T>(List<T> list, int start, int end) => CollectionsMarshal.AsSpan(list)[start..end];
}
