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
            Collect(context.Shared, 0, shared);
            for (int a = 0; a < context.ActionCount; a++) Collect(context.Action(a), context.Rows.SharedGroupsOf(context.FirstRow + 1 + a), own);
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

    private static void Collect(in FeatureRow row, int firstGroup, SortedSet<char> into)
    {
        for (int g = firstGroup; g < row.GroupCount; g++) into.Add((char)row.Group(g).Namespace);
    }
}
