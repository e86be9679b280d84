using System.Buffers;
using System.Globalization;
using Forage.Data.Internals;
using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Data;

/// <summary>
/// Writes decisions as dsjson. Features are written by the numbers that give their indices in their namespaces; reward times are lost.
/// </summary>
public static class DsjsonWriter
{
    /// <summary>
    /// Writes decision <paramref name="i"/> of a batch and a newline; false, with the reason, if dsjson cannot say it: excluded actions, an importance
    /// below 1, a namespace that begins with <c>_</c> or a byte that is not ASCII.
    /// </summary>
    public static bool TryWrite(IBufferWriter<byte> to, DecisionBatch batch, int i, out string? reason)
    {
        var d = batch[i];
        var slate = batch.Slate(i);
        reason = !batch.Excluded(i).IsEmpty ? "excluded actions" : d.Importance < 1 ? "an importance below 1" : null;
        for (int r = 0; r < d.RowCount && reason is null; r++)
            foreach (var group in batch.Rows[d.FirstRow + r].Groups)
                if (group.Namespace is (byte)'_' or < (byte)' ' or > 0x7E) reason = $"a namespace that begins with byte {group.Namespace}, which dsjson cannot name";
        if (reason is not null) return false;
        to.Put((byte)'{');
        if (slate.Length == 1) PutLabel(to, slate[0]);
        if (slate.Length > 1) PutOutcomes(to, slate, batch.Distribution(i), d.ActionCount);
        if (d.Time is { } time)
        {
            to.Put("\"Timestamp\":\""u8);
            time.UtcDateTime.TryFormat(to.GetSpan(40), out int n, "yyyy-MM-ddTHH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
            to.Advance(n);
            to.Put("\","u8);
        }
        to.Put("\"Version\":\"1\""u8);
        if (!batch.EventId(i).IsEmpty)
        {
            to.Put(",\"EventId\":"u8);
            JsonText.PutString(to, batch.EventId(i));
        }
        if (d.SkipLearn) to.Put(",\"_skipLearn\":true"u8);
        if (slate.Length <= 1)
        {
            to.Put((byte)',');
            PutActions(to, "a"u8, first: 1, slate.IsEmpty ? 0 : slate[0].Action, d.ActionCount);
        }
        to.Put(",\"c\":{"u8);
        bool any = PutFeatures(to, batch.Rows[d.FirstRow]);
        for (int a = 0; a < d.RowCount - 1; a++)
        {
            int row = d.FirstRow + 1 + a;
            to.Put(a > 0 ? ",{"u8 : any ? ",\"_multi\":[{"u8 : "\"_multi\":[{"u8);
            PutFeatures(to, batch.Rows.Own(row));
            to.Put((byte)'}');
        }
        to.Put(d.RowCount > 1 ? "]}"u8 : "}"u8);
        var p = batch.Distribution(i);
        if (slate.Length <= 1 && !p.IsEmpty && (slate.IsEmpty || !double.IsNaN(slate[0].LogPropensity)))
        {
            to.Put((byte)',');
            int chosen = slate.IsEmpty ? 0 : slate[0].Action;
            PutProbabilities(to, "p"u8, chosen, p[chosen], p);
        }
        if (!batch.PolicyVersion(i).IsEmpty)
        {
            to.Put(",\"VWState\":{\"m\":"u8);
            JsonText.PutString(to, batch.PolicyVersion(i));
            to.Put((byte)'}');
        }
        if (d.Importance != 1)
        {
            to.Put(",\"pdrop\":"u8);
            to.Put(1 - 1 / d.Importance);
        }
        to.Put("}\n"u8);
        return true;
    }

    private static void PutLabel(IBufferWriter<byte> to, LoggedAction taken)
    {
        to.Put("\"_label_cost\":"u8);
        to.Put(0 - taken.Reward);
        if (!double.IsNaN(taken.LogPropensity))
        {
            to.Put(",\"_label_probability\":"u8);
            to.Put(DecisionRules.PropensityOf(taken.LogPropensity));
        }
        to.Put(",\"_label_Action\":"u8);
        to.Put(taken.Action + 1);
        to.Put(",\"_labelIndex\":"u8);
        to.Put(taken.Action);
        to.Put((byte)',');
    }

    private static void PutOutcomes(IBufferWriter<byte> to, ReadOnlySpan<LoggedAction> slate, ReadOnlySpan<double> distribution, int actions)
    {
        to.Put("\"_outcomes\":["u8);
        for (int j = 0; j < slate.Length; j++)
        {
            to.Put(j > 0 ? ",{\"_label_cost\":"u8 : "{\"_label_cost\":"u8);
            to.Put(0 - slate[j].Reward);
            to.Put((byte)',');
            // The first slot lists all actions, with the distribution if there is one; the others only what was shown.
            PutActions(to, "_a"u8, first: 0, slate[j].Action, j == 0 ? actions : 0);
            bool known = !double.IsNaN(slate[j].LogPropensity);
            if (known) to.Put((byte)',');
            if (known && j == 0 && !distribution.IsEmpty) PutProbabilities(to, "_p"u8, slate[j].Action, DecisionRules.PropensityOf(slate[j].LogPropensity), distribution);
            else if (known)
            {
                to.Put("\"_p\":["u8);
                to.Put(DecisionRules.PropensityOf(slate[j].LogPropensity));
                to.Put((byte)']');
            }
            to.Put((byte)'}');
        }
        to.Put("],"u8);
    }

    /// <summary>All actions, the chosen one first.</summary>
    private static void PutActions(IBufferWriter<byte> to, ReadOnlySpan<byte> name, int first, int chosen, int actions)
    {
        to.Put((byte)'"');
        to.Put(name);
        to.Put("\":["u8);
        to.Put(chosen + first);
        for (int a = 0; a < actions; a++)
        {
            if (a == chosen) continue;
            to.Put((byte)',');
            to.Put(a + first);
        }
        to.Put((byte)']');
    }

    private static void PutProbabilities(IBufferWriter<byte> to, ReadOnlySpan<byte> name, int chosen, double propensity, ReadOnlySpan<double> p)
    {
        to.Put((byte)'"');
        to.Put(name);
        to.Put("\":["u8);
        to.Put(propensity);
        for (int a = 0; a < p.Length; a++)
        {
            if (a == chosen) continue;
            to.Put((byte)',');
            to.Put(p[a]);
        }
        to.Put((byte)']');
    }

    private static bool PutFeatures(IBufferWriter<byte> to, FeatureRow row)
    {
        Span<bool> done = stackalloc bool[128];
        done.Clear();
        bool any = false;
        for (int g = 0; g < row.Groups.Length; g++)
        {
            byte ns = row.Groups[g].Namespace;
            if (done[ns]) continue;
            done[ns] = true;
            if (any) to.Put((byte)',');
            any = true;
            if (ns != FeatureGroup.Default)
            {
                JsonText.PutString(to, [ns]);
                to.Put(":{"u8);
            }
            uint hash = NumericNames.HashOf(ns);
            bool first = true;
            for (int h = g; h < row.Groups.Length; h++)
            {
                var group = row.Groups[h];
                if (group.Namespace != ns) continue;
                for (int k = group.Start; k < group.End; k++)
                {
                    to.Put(first ? "\""u8 : ",\""u8);
                    first = false;
                    to.Put(row.Indices[k] - hash);
                    to.Put("\":"u8);
                    to.Put(row.Values[k]);
                }
            }
            if (ns != FeatureGroup.Default) to.Put((byte)'}');
        }
        return any;
    }
}
