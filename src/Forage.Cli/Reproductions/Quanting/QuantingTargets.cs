namespace Forage.Cli.Reproductions.Quanting;

/// <summary>What was promised of Quanting.</summary>
internal static class QuantingTargets
{
    private const double Near = 1.02;

    public static void Skip(QuantingSet set, ReproduceResult result) => result.Skipped.Add(new SkippedTarget(set.Name, $"--data has no quantile/{set.File}.gz"));

    public static void Add(List<QuantingCell> cells, ReproduceResult result)
    {
        int sets = 0, good = 0, levels = QuantingMethods.Levels.Length;
        foreach (var group in cells.GroupBy(c => c.Set))
        {
            sets++;
            QuantingCell Of(string method) => group.First(c => c.Method == method);
            var blend = Of(QuantingMethods.Blend);
            for (int l = 0; l < levels; l++)
            {
                double loss = blend.Scores[l].Loss, best = group.Min(c => c.Scores[l].Loss), q = QuantingMethods.Levels[l];
                if (loss <= Near * best) good++;
                result.Rows.Add(new MeasuredRow(FormattableString.Invariant($"{group.Key.Name}, q = {q}"), "the blend over the best of all methods", loss / best, "times"));
                if (group.Key.Name == "california")
                {
                    foreach (string other in new[] { QuantingMethods.Linear, QuantingMethods.Kernel })
                        result.Targets.Add(new MeasuredTarget(FormattableString.Invariant($"california, q = {q}: trees over {other}"), loss / Of(other).Scores[l].Loss, "<=", 1, "times the loss"));
                }
                var s = blend.Scores[l];
                result.Targets.Add(new MeasuredTarget(FormattableString.Invariant($"{group.Key.Name}, q = {q}: coverage off by"), 100 * s.Miscoverage, "<=", 100 * Math.Max(3 * s.StandardError, 0.02), "points"));
            }
        }
        if (sets == QuantingSet.All.Length) result.Targets.Add(new MeasuredTarget("cells of 12 where the blend is best or within 2 %", good, ">=", 9, "cells"));
        else result.Skipped.Add(new SkippedTarget("cells of 12 where the blend is best or within 2 %", $"only {sets} of {QuantingSet.All.Length} sets were there"));
    }
}
