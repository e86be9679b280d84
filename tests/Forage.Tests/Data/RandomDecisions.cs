using Forage.Data;
using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Tests.Data;

/// <summary>Random logged decisions for round trips, and what it means that two are the same.</summary>
internal static class RandomDecisions
{
    public static LoggedDecision Next(ref Rng rng)
    {
        bool rows = rng.NextInt(2) == 0;
        int actions = 1 + rng.NextInt(rows ? 8 : 40), shown = rng.NextInt(3) == 0 ? rng.NextInt(Math.Min(actions, 5) + 1) : 1;
        var block = new FeatureBlock();
        var writer = new RowWriter(block);
        int shared = Row(ref rng, writer, -1);
        for (int a = 0; rows && a < actions; a++) Row(ref rng, writer, shared);
        int[] order = [.. Enumerable.Range(0, actions)];
        rng.Shuffle(order.AsSpan());
        var slate = new LoggedAction[shown];
        for (int i = 0; i < shown; i++)
        {
            double log = rng.NextInt(5) switch { 0 => 0, 1 => double.NaN, 2 => -40 * rng.NextDouble(), 3 => Math.Log(1.0 / (1 + rng.NextInt(20))), _ => Math.Log(rng.NextOpenDouble()) };
            slate[i] = new LoggedAction(order[i], log, rng.NextInt(2) == 0 ? rng.NextInt(3) : rng.NextGaussian());
        }
        int[] excluded = [.. order.Skip(Math.Max(shown, 1)).Take(rng.NextInt(3)).Order()];
        double[]? distribution = null;
        if (rng.NextInt(3) != 0)
        {
            distribution = new double[actions];
            int support = rng.NextInt(2) == 0 ? 1 : actions - excluded.Length;
            for (int k = 0; k < support; k++) if (Array.IndexOf(excluded, order[k]) < 0) distribution[order[k]] = rng.NextOpenDouble();
            double sum = distribution.Sum();
            for (int a = 0; a < actions; a++) distribution[a] /= sum;
        }
        return new LoggedDecision
        {
            EventId = rng.NextInt(2) == 0 ? "" : $"e\"{rng.NextInt(1000)}\\é\n\t\u0001😀",
            Time = rng.NextInt(2) == 0 ? null : new DateTimeOffset(2020 + rng.NextInt(10), 1 + rng.NextInt(12), 1 + rng.NextInt(28), rng.NextInt(24), rng.NextInt(60), rng.NextInt(60), TimeSpan.Zero).AddTicks(rng.NextInt(3) == 0 ? 0 : rng.NextInt(10_000_000)),
            RewardTime = rng.NextInt(2) == 0 ? null : DateTimeOffset.UnixEpoch.AddTicks(rng.NextInt(int.MaxValue)),
            Rows = block,
            ActionCount = actions,
            Excluded = excluded,
            Slate = slate,
            Distribution = distribution,
            PolicyVersion = rng.NextInt(2) == 0 ? null : "v" + rng.NextInt(10),
            SkipLearn = rng.NextInt(4) == 0,
            Importance = rng.NextInt(3) == 0 ? 1 / rng.NextOpenDouble() : 1,
        };
    }

    public static void Same(LoggedDecision a, LoggedDecision b, bool exactRows = true)
    {
        Assert.Equal((a.EventId, a.Time, a.RewardTime, a.ActionCount, a.PolicyVersion, a.SkipLearn, a.Importance), (b.EventId, b.Time, b.RewardTime, b.ActionCount, b.PolicyVersion, b.SkipLearn, b.Importance));
        Assert.Equal(a.Excluded, b.Excluded);
        Assert.Equal(a.Slate, b.Slate);
        Assert.Equal(a.Distribution, b.Distribution);
        if (!exactRows) return;
        Assert.Equal(a.Rows.RowCount, b.Rows.RowCount);
        for (int r = 0; r < a.Rows.RowCount; r++) Assert.Equal(ByNamespace(a.Rows[r]), ByNamespace(b.Rows[r]));
    }

    /// <summary>Features by namespace, in the order of each.</summary>
    public static SortedDictionary<byte, string> ByNamespace(FeatureRow row)
    {
        var all = new SortedDictionary<byte, string>();
        for (int g = 0; g < row.GroupCount; g++)
        {
            var group = row.Group(g);
            if (group.Count == 0) continue;
            string text = all.GetValueOrDefault(group.Namespace, "");
            for (int i = group.Start; i < group.End; i++) text += $"{row.Indices[i]}:{BitConverter.SingleToUInt32Bits(row.Values[i]):x} ";
            all[group.Namespace] = text;
        }
        return all;
    }

    private static int Row(ref Rng rng, RowWriter writer, int shared)
    {
        writer.BeginRow(shared);
        for (int g = rng.NextInt(4); g > 0; g--)
        {
            writer.BeginGroup(rng.NextInt(3) switch { 0 => FeatureGroup.Default, 1 => (byte)('a' + rng.NextInt(3)), _ => (byte)(33 + rng.NextInt(223)) });
            for (int k = rng.NextInt(5); k > 0; k--) writer.Add((uint)rng.NextUInt64(), SparseRowFormatTests.RandomFloat(ref rng));
            writer.EndGroup();
        }
        return writer.EndRow();
    }
}
