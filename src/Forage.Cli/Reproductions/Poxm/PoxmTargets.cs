namespace Forage.Cli.Reproductions.Poxm;

/// <summary>What was promised of the protocol, set by set.</summary>
internal static class PoxmTargets
{
    /// <summary>Adds the targets of a set that was measured.</summary>
    public static void Add(PoxmResults results, bool quick, ReproduceResult result)
    {
        string set = results.Set.Name;
        var promises = results.Set.Promises;
        double[] logging = results.Reward(PoxmMethods.Logging);
        Target("logging-r5-off", Math.Abs(logging.Average() - promises.LoggingReward), "<=", 1.5, "points");
        Target("skyline-r5", results.Reward(PaperTable.Skyline).Average(), ">=", promises.Skyline, "%");
        if (quick) return; // the rest is promised of all decisions, settings and seeds
        double[] held = results.Reward(PoxmMethods.PoxmHeldOut);
        Target("poxm-gap", results.Gaps(PoxmMethods.PoxmHeldOut).Average(), ">=", promises.PoxmGap, "%");
        double[] chosen = results.Reward(PoxmMethods.Chosen), greedy = results.Reward(PoxmMethods.GreedyLogging);
        Target("best-gap", results.Gaps(PoxmMethods.Chosen).Min(), ">=", promises.BestGap, "%");
        Target("best-above-greedy-logging", Least(chosen, [greedy]), ">=", 0, "points");
        var banditNets = PoxmSetting.PaperTranslations.Select(l => results.Reward(PoxmMethods.BanditNet(l))).ToList();
        var matching = PoxmSetting.PaperTranslations.Select(l => results.Reward(PoxmMethods.PartialMatching(l))).ToList();
        Target("poxm-above-banditnet", Least(held, banditNets), ">=", 0, "points");
        Target("poxm-above-pm-banditnet", Least(held, matching), ">=", 0, "points");
        Target("pm-banditnet-above-logging", matching.Max(m => m.Average()) - logging.Average(), "<=", 1, "points");
        double weighted = results.Summary(PoxmMethods.WeightedPoxm, m => m.PropensityScored(3)).Mean, plain = results.Summary(PoxmMethods.PoxmHeldOut, m => m.PropensityScored(3)).Mean;
        Target("wpoxm-psr3-gain", 100 * (weighted / plain - 1), ">=", 0, "%");

        void Target(string id, double value, string sense, double bound, string unit) => result.Targets.Add(new MeasuredTarget($"{set}-{id}", value, sense, bound, unit));
    }

    /// <summary>Says which targets of a set could not be measured.</summary>
    public static void Skip(PoxmSet set, string why, ReproduceResult result)
    {
        foreach (string id in new[] { "logging-r5-off", "skyline-r5", "poxm-gap", "best-gap", "best-above-greedy-logging", "poxm-above-banditnet", "poxm-above-pm-banditnet", "pm-banditnet-above-logging", "wpoxm-psr3-gain" })
            result.Skipped.Add(new SkippedTarget($"{set.Name}-{id}", why));
    }

    // The smallest lead over the best of the others, over the seeds.
    private static double Least(double[] poxm, List<double[]> others) => poxm.Select((r, s) => r - others.Max(o => o[s])).Min();
}
