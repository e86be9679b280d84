namespace Forage.Data;

/// <summary>The fixed-size part of a decision in a <see cref="DecisionBatch"/>.</summary>
/// <param name="FirstRow">Row of the shared context; the actions' rows follow it.</param>
/// <param name="RowCount">1 over a fixed set of actions, else 1 + number of actions.</param>
/// <param name="ActionCount">Number of actions.</param>
/// <param name="Time">When it was decided, if known.</param>
/// <param name="RewardTime">When the reward came, if known.</param>
/// <param name="SkipLearn">Not to be learnt from.</param>
/// <param name="Importance">How many decisions this one stands for: above 1 when the logger kept only a part of them.</param>
public readonly record struct DecisionRecord(int FirstRow, int RowCount, int ActionCount, DateTimeOffset? Time, DateTimeOffset? RewardTime, bool SkipLearn, double Importance = 1)
{
    internal DecisionRecord(int firstRow, int rowCount, int actionCount, DateTimeOffset? time, DateTimeOffset? rewardTime, bool skipLearn, double importance,
        int slateEnd, int excludedEnd, int distributionEnd, int eventIdEnd, int versionEnd) : this(firstRow, rowCount, actionCount, time, rewardTime, skipLearn, importance)
        => (SlateEnd, ExcludedEnd, DistributionEnd, EventIdEnd, VersionEnd) = (slateEnd, excludedEnd, distributionEnd, eventIdEnd, versionEnd);

    internal int SlateEnd { get; }
    internal int ExcludedEnd { get; }
    internal int DistributionEnd { get; }
    internal int EventIdEnd { get; }
    internal int VersionEnd { get; }
}
