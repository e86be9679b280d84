using System.Buffers;
using Forage.Data.Internals;
using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Data;

/// <summary>
/// Writes examples and decisions as VW text. Names are not kept with features, so each is written as the number that gives its index in its
/// namespace: what is read back has the same indices, in groups of the same first letters.
/// </summary>
public static class VwTextWriter
{
    /// <summary>Writes an example and a newline; false, with the reason, if text cannot say it.</summary>
    public static bool TryWrite(IBufferWriter<byte> to, in SimpleLabel label, FeatureRow row, ReadOnlySpan<byte> tag, out string? reason)
    {
        if (!IsWritable(row, out reason)) return false;
        if (label.IsLabelled)
        {
            to.Put(label.Value);
            if (label.Importance != 1 || label.Base != 0)
            {
                to.Put((byte)' ');
                to.Put(label.Importance);
            }
            if (label.Base != 0)
            {
                to.Put((byte)' ');
                to.Put(label.Base);
            }
            to.Put((byte)' ');
        }
        PutTag(to, tag);
        PutFeatures(to, row);
        return true;
    }

    /// <summary>
    /// Writes decision <paramref name="i"/> of a batch: over a fixed set one line <c>action:cost:probability|…</c>, else a line for the context, one an
    /// action and an empty one. False, with the reason, if text cannot say it: a slate of several actions, no propensity, excluded actions.
    /// </summary>
    /// <remarks>Distribution, times, policy version, importance and the mark that it is to be skipped are lost.</remarks>
    public static bool TryWrite(IBufferWriter<byte> to, DecisionBatch batch, int i, out string? reason)
    {
        var d = batch[i];
        var slate = batch.Slate(i);
        reason = slate.Length > 1 ? $"a slate of {slate.Length} actions, where VW text has one action a decision"
            : slate.Length == 1 && double.IsNaN(slate[0].LogPropensity) ? "no propensity"
            : !batch.Excluded(i).IsEmpty ? "excluded actions" : null;
        if (reason is not null) return false;
        for (int r = 0; r < d.RowCount; r++)
            if (!IsWritable(batch.Rows[d.FirstRow + r], out reason)) return false;
        if (d.RowCount == 1)
        {
            if (slate.Length == 1) PutLabel(to, slate[0], slate[0].Action + 1);
            PutTag(to, batch.EventId(i));
            PutFeatures(to, batch.Rows[d.FirstRow]);
            return true;
        }
        to.Put("shared "u8);
        PutTag(to, batch.EventId(i));
        PutFeatures(to, batch.Rows[d.FirstRow]);
        for (int a = 0; a < d.ActionCount; a++)
        {
            int row = d.FirstRow + 1 + a;
            if (slate.Length == 1 && slate[0].Action == a) PutLabel(to, slate[0], 0);
            PutFeatures(to, batch.Rows.Own(row));
        }
        to.Put((byte)'\n');
        return true;
    }

    private static void PutLabel(IBufferWriter<byte> to, LoggedAction taken, int number)
    {
        to.Put(number);
        to.Put((byte)':');
        to.Put((float)(0 - taken.Reward));
        to.Put((byte)':');
        to.Put(DecisionRules.PropensityOf(taken.LogPropensity));
        to.Put((byte)' ');
    }

    private static void PutTag(IBufferWriter<byte> to, ReadOnlySpan<byte> tag)
    {
        if (tag.IsEmpty) return;
        to.Put((byte)'\'');
        foreach (byte c in tag) to.Put(c is (byte)'|' or <= (byte)' ' ? (byte)'_' : c);
    }

    private static void PutFeatures(IBufferWriter<byte> to, FeatureRow row)
    {
        bool any = false;
        for (int g = 0; g < row.Groups.Length; g++)
        {
            var group = row.Group(g);
            any = true;
            to.Put((byte)'|');
            if (group.Namespace != FeatureGroup.Default) to.Put(group.Namespace);
            uint hash = NumericNames.HashOf(group.Namespace);
            for (int k = group.Start; k < group.End; k++)
            {
                to.Put((byte)' ');
                to.Put(row.Indices[k] - hash);
                to.Put((byte)':');
                to.Put(row.Values[k]);
            }
            to.Put((byte)' ');
        }
        if (!any) to.Put((byte)'|');
        to.Put((byte)'\n');
    }

    private static bool IsWritable(FeatureRow row, out string? reason)
    {
        reason = null;
        for (int g = 0; g < row.Groups.Length; g++)
            if (row.Groups[g].Namespace is < (byte)' ' or (byte)':' or (byte)'|' or 0x7F)
                reason = $"a namespace that begins with byte {row.Groups[g].Namespace}, which text cannot name";
        return reason is null;
    }
}
