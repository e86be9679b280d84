using System.Buffers;
using System.Text;
using Forage.Data.Internals;
using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Data;

/// <summary>
/// Writes decisions in our own form (<see cref="DecisionJsonParser"/>), features as raw indices. What is read back is the same decision, bit for
/// bit; groups of one namespace that are apart in a row come back as one.
/// </summary>
public static class DecisionJsonWriter
{
    /// <summary>Writes a decision and a newline.</summary>
    public static void Write(IBufferWriter<byte> to, LoggedDecision decision)
        => Write(to, decision.Rows, 0, decision.Rows.RowCount, decision.ActionCount, [.. decision.Slate], [.. decision.Excluded], [.. decision.Distribution ?? []],
            Encoding.UTF8.GetBytes(decision.EventId), Encoding.UTF8.GetBytes(decision.PolicyVersion ?? ""), decision.Time, decision.RewardTime, decision.SkipLearn, decision.Importance);

    /// <summary>Writes decision <paramref name="i"/> of a batch and a newline.</summary>
    public static void Write(IBufferWriter<byte> to, DecisionBatch batch, int i)
    {
        var d = batch[i];
        Write(to, batch.Rows, d.FirstRow, d.RowCount, d.ActionCount, batch.Slate(i), batch.Excluded(i), batch.Distribution(i), batch.EventId(i), batch.PolicyVersion(i),
            d.Time, d.RewardTime, d.SkipLearn, d.Importance);
    }

    private static void Write(IBufferWriter<byte> to, FeatureBlock rows, int firstRow, int rowCount, int actionCount, ReadOnlySpan<LoggedAction> slate,
        ReadOnlySpan<int> excluded, ReadOnlySpan<double> distribution, ReadOnlySpan<byte> eventId, ReadOnlySpan<byte> policy,
        DateTimeOffset? time, DateTimeOffset? rewardTime, bool skip, double importance)
    {
        to.Put((byte)'{');
        if (!eventId.IsEmpty)
        {
            to.Put("\"id\":"u8);
            JsonText.PutString(to, eventId);
            to.Put((byte)',');
        }
        PutTime(to, "time"u8, time);
        if (!policy.IsEmpty)
        {
            to.Put("\"policy\":"u8);
            JsonText.PutString(to, policy);
            to.Put((byte)',');
        }
        to.Put("\"context\":"u8);
        PutRow(to, rows[firstRow]);
        to.Put(",\"actions\":"u8);
        if (rowCount == 1) to.Put(actionCount);
        for (int r = 1; r < rowCount; r++)
        {
            to.Put(r == 1 ? (byte)'[' : (byte)',');
            PutRow(to, rows.Own(firstRow + r));
        }
        if (rowCount > 1) to.Put((byte)']');
        if (!excluded.IsEmpty)
        {
            to.Put(",\"excluded\":["u8);
            for (int i = 0; i < excluded.Length; i++)
            {
                if (i > 0) to.Put((byte)',');
                to.Put(excluded[i]);
            }
            to.Put((byte)']');
        }
        if (!slate.IsEmpty) PutSlate(to, slate);
        PutTime(to, ",\"rewardTime"u8, rewardTime);
        if (!distribution.IsEmpty) PutDistribution(to, distribution);
        if (importance != 1)
        {
            to.Put(",\"importance\":"u8);
            to.Put(importance);
        }
        if (skip) to.Put(",\"skip\":true"u8);
        to.Put("}\n"u8);
    }

    private static void PutTime(IBufferWriter<byte> to, ReadOnlySpan<byte> name, DateTimeOffset? time)
    {
        if (time is not { } t) return;
        bool last = name[0] == ','; // a member after others brings its own comma before, one at the start a comma behind
        if (!last) to.Put((byte)'"');
        to.Put(name);
        to.Put("\":\""u8);
        t.UtcDateTime.TryFormat(to.GetSpan(40), out int n, "yyyy-MM-ddTHH:mm:ss.FFFFFFF'Z'", System.Globalization.CultureInfo.InvariantCulture);
        to.Advance(n);
        to.Put((byte)'"');
        if (!last) to.Put((byte)',');
    }

    /// <summary>The groups of a row: an array if all are of the default namespace, else an object.</summary>
    private static void PutRow(IBufferWriter<byte> to, FeatureRow row)
    {
        var groups = row.Groups.IsEmpty && row.Indices.Length > 0 ? [row.Group(0)] : row.Groups;
        bool plain = true;
        foreach (var g in groups) plain &= g.Namespace == FeatureGroup.Default;
        if (plain)
        {
            PutPairs(to, row, groups, FeatureGroup.Default);
            return;
        }
        to.Put((byte)'{');
        Span<bool> done = stackalloc bool[256];
        done.Clear();
        Span<char> name = ['#', ' '];
        Span<byte> utf8 = stackalloc byte[4];
        bool first = true;
        foreach (var g in groups)
        {
            if (done[g.Namespace]) continue;
            done[g.Namespace] = true;
            if (!first) to.Put((byte)',');
            first = false;
            name[1] = (char)g.Namespace;
            JsonText.PutString(to, utf8[..Encoding.UTF8.GetBytes(name, utf8)]);
            to.Put((byte)':');
            PutPairs(to, row, groups, g.Namespace);
        }
        to.Put((byte)'}');
    }

    private static void PutPairs(IBufferWriter<byte> to, FeatureRow row, ReadOnlySpan<FeatureGroup> groups, byte ns)
    {
        to.Put((byte)'[');
        bool first = true;
        foreach (var g in groups)
        {
            if (g.Namespace != ns) continue;
            for (int i = g.Start; i < g.End; i++)
            {
                if (!first) to.Put((byte)',');
                first = false;
                to.Put(row.Indices[i]);
                to.Put((byte)',');
                to.Put(row.Values[i]);
            }
        }
        to.Put((byte)']');
    }

    private static void PutSlate(IBufferWriter<byte> to, ReadOnlySpan<LoggedAction> slate)
    {
        bool single = slate.Length == 1, any = false, plain = true;
        foreach (var a in slate)
        {
            bool known = !double.IsNaN(a.LogPropensity);
            any |= known;
            plain &= !known || DecisionRules.TryPropensity(a.LogPropensity, out _);
        }
        to.Put(",\"chosen\":"u8);
        if (!single) to.Put((byte)'[');
        for (int i = 0; i < slate.Length; i++)
        {
            if (i > 0) to.Put((byte)',');
            to.Put(slate[i].Action);
        }
        if (any)
        {
            if (!single) to.Put((byte)']');
            to.Put(plain ? ",\"p\":"u8 : ",\"logp\":"u8);
            if (!single) to.Put((byte)'[');
            for (int i = 0; i < slate.Length; i++)
            {
                if (i > 0) to.Put((byte)',');
                double log = slate[i].LogPropensity;
                if (double.IsNaN(log)) to.Put("null"u8);
                else if (plain && DecisionRules.TryPropensity(log, out double p)) to.Put(p);
                else to.Put(log);
            }
        }
        to.Put(single ? ",\"reward\":"u8 : "],\"reward\":["u8);
        for (int i = 0; i < slate.Length; i++)
        {
            if (i > 0) to.Put((byte)',');
            to.Put(slate[i].Reward);
        }
        if (!single) to.Put((byte)']');
    }

    private static void PutDistribution(IBufferWriter<byte> to, ReadOnlySpan<double> distribution)
    {
        int zeros = distribution.Count(0.0);
        bool sparse = 2 * zeros > distribution.Length;
        to.Put(",\"distribution\":"u8);
        to.Put(sparse ? (byte)'{' : (byte)'[');
        bool first = true;
        for (int a = 0; a < distribution.Length; a++)
        {
            if (sparse && distribution[a] == 0) continue;
            if (!first) to.Put((byte)',');
            first = false;
            if (sparse)
            {
                to.Put((byte)'"');
                to.Put(a);
                to.Put("\":"u8);
            }
            to.Put(distribution[a]);
        }
        to.Put(sparse ? (byte)'}' : (byte)']');
    }
}
