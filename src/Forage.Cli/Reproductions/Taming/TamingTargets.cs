namespace Forage.Cli.Reproductions.Taming;

/// <summary>What was promised of Online Cover on CCAT.</summary>
internal static class TamingTargets
{
    public static void Add(TamingSet set, Dictionary<string, (double Loss, string Setting)> vw, ReproduceResult result)
    {
        double supervised = set.Best[TamingFamily.Supervised].Loss, cover = set.Best[TamingFamily.Cover].Loss;
        result.Targets.Add(new MeasuredTarget("cover-to-supervised", cover / supervised, "<=", 1.1, "loss over loss"));
        foreach (var (id, family) in new[] { ("cover-below-epsilon", TamingFamily.Epsilon), ("cover-below-bagging", TamingFamily.Bagging), ("cover-below-linucb", TamingFamily.LinUcb), ("cover-below-linucb-diagonal", TamingFamily.DiagonalLinUcb) })
            result.Targets.Add(new MeasuredTarget(id, cover - set.Best[family].Loss, "<=", 0, "loss"));
        if (vw.Count == 0)
        {
            result.Skipped.Add(new SkippedTarget("vw-rows", "no vw on PATH to compare with"));
            return;
        }
        foreach (var family in TamingFamily.All)
            if (vw.TryGetValue(family.Name, out var theirs)) result.Targets.Add(new MeasuredTarget($"not-above-vw: {family.Name}", set.Best[family.Name].Loss - theirs.Loss, "<=", 0.002, "loss"));
    }
}
