using Forage.Features;
using Forage.OffPolicy.Learning;

namespace Forage.Evaluation.Internals;

/// <summary>What the features of a log ask of the learners.</summary>
internal static class LogShape
{
    private const int MostInteractions = 24;

    /// <summary>Every namespace of the shared context with every namespace of the actions' own.</summary>
    public static IReadOnlyList<string> Interactions(DecisionLog log)
    {
        SortedSet<char> shared = [], own = [];
        for (int i = 0; i < Math.Min(log.Count, 1000); i++)
        {
            var context = log.Context(i);
            if (!context.HasActionFeatures) continue;
            Collect(context.Shared, shared);
            for (int a = 0; a < context.ActionCount; a++) Collect(context.Rows.Own(context.FirstRow + 1 + a), own);
        }
        var pairs = new List<string>();
        foreach (char s in shared)
            foreach (char o in own)
                if (pairs.Count < MostInteractions) pairs.Add($"{s}{o}");
        return pairs;
    }

    /// <summary>Bits of a weight table for the log.</summary>
    public static int Bits(DecisionLog log, bool interactions)
    {
        if (log.HasActionFeatures) return interactions ? 18 : 16;
        var size = new TableSize();
        for (int i = 0; i < log.Count; i++) size.Add(log.Context(i).Shared);
        return size.Bits(log.MaxActions);
    }

    private static void Collect(in FeatureRow row, SortedSet<char> into)
    {
        foreach (var group in row.Groups) into.Add((char)group.Namespace);
    }
}
