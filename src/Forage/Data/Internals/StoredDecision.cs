namespace Forage.Data.Internals;

/// <summary>A <see cref="DecisionRecord"/> as plain numbers, for caches. Times are UTC ticks, -1 if unknown, and an offset in minutes.</summary>
internal readonly record struct StoredDecision(
    int FirstRow, int RowCount, int ActionCount, int SlateEnd, int ExcludedEnd, int DistributionEnd, int EventIdEnd, int VersionEnd,
    long Time, long RewardTime, short TimeOffset, short RewardTimeOffset, int SkipLearn, double Importance)
{
    public static StoredDecision Of(DecisionRecord r) => new(r.FirstRow, r.RowCount, r.ActionCount, r.SlateEnd, r.ExcludedEnd, r.DistributionEnd, r.EventIdEnd, r.VersionEnd,
        r.Time?.UtcTicks ?? -1, r.RewardTime?.UtcTicks ?? -1, Minutes(r.Time), Minutes(r.RewardTime), r.SkipLearn ? 1 : 0, r.Importance);

    public DecisionRecord ToRecord() => new(FirstRow, RowCount, ActionCount, Moment(Time, TimeOffset), Moment(RewardTime, RewardTimeOffset), SkipLearn != 0,
        Importance, SlateEnd, ExcludedEnd, DistributionEnd, EventIdEnd, VersionEnd);

    private static short Minutes(DateTimeOffset? time) => (short)(time?.Offset.TotalMinutes ?? 0);

    private static DateTimeOffset? Moment(long ticks, short minutes) => ticks < 0 ? null : new DateTimeOffset(ticks, TimeSpan.Zero).ToOffset(TimeSpan.FromMinutes(minutes));
}
