using Forage.OffPolicy;
using Forage.OffPolicy.Learning.Objectives;

namespace Forage.Cli.Reproductions.Poxm;

/// <summary>A row of the table: a way to a policy, learnt from the run's log and put to the test rows.</summary>
/// <param name="Name">What it is called; the paper's name if it is in the paper.</param>
/// <param name="Quick">Part of the quick version.</param>
/// <param name="Make">Learns it.</param>
internal sealed record PoxmMethod(string Name, bool Quick, Func<PoxmRun, PoxmLearning, IPolicy> Make);

/// <summary>The methods that are compared, in the order of the table. A new row is a line here.</summary>
internal static class PoxmMethods
{
    /// <summary>The logging policy, as it was when it made the log.</summary>
    public const string Logging = PaperTable.Logging;

    /// <summary>The logging policy made greedy: the baseline to beat.</summary>
    public const string GreedyLogging = "Logging policy, greedy";

    /// <summary>The paper's method with the paper's choice of p and λ.</summary>
    public const string Poxm = "POXM";

    /// <summary>The paper's method with p and λ chosen on decisions held out.</summary>
    public const string PoxmHeldOut = "POXM, held-out choice";

    /// <summary>POXM with rewards over the labels' propensities.</summary>
    public const string WeightedPoxm = "wPOXM";

    /// <summary>BanditNet with a λ of the paper's grid.</summary>
    public static string BanditNet(double translation) => FormattableString.Invariant($"BanditNet, λ {translation:0.0}");

    /// <summary>PM-BanditNet with a λ of the paper's grid.</summary>
    public static string PartialMatching(double translation) => FormattableString.Invariant($"PM-BanditNet, λ {translation:0.0}");

    /// <summary>One of many candidates, chosen without the truth.</summary>
    public const string Chosen = "Chosen of all, greedy";

    private const int MostLabelsInFull = 10_000;
    private const int Negatives = 1000;
    private const int MatchedTop = 10;

    /// <summary>All of them; the skyline is not among them, as it sees what no log shows.</summary>
    public static readonly PoxmMethod[] All =
    [
        new(Logging, true, (run, _) => run.Logging),
        new(GreedyLogging, true, (run, _) => new GreedyPolicy(run.Logging)),
        new("Direct Method", true, (run, learning) => new GreedyPolicy(run.OnTest(learning.Direct, 0))),
        new("Direct Method, softmax of the top 50, logits × 10", true, (run, learning) => run.OnTest(learning.Direct, 50, 0.1)),
        .. PoxmSetting.PaperTranslations.Select(l => new PoxmMethod(BanditNet(l), l == 0.7, (run, learning) => OverAll(run, learning, l, match: 0))),
        new("BanditNet, λ 0 (not in its grid)", false, (run, learning) => OverAll(run, learning, 0, match: 0)),
        .. PoxmSetting.PaperTranslations.Select(l => new PoxmMethod(PartialMatching(l), false, (run, learning) => OverAll(run, learning, l, MatchedTop))),
        new(Poxm, true, (run, learning) => OfSetting(run, learning, PoxmLearning.BySeen(Trials(run, learning)).Setting)),
        new(PoxmHeldOut, true, (run, learning) => OfSetting(run, learning, PoxmLearning.ByHeldOut(Trials(run, learning)).Setting)),
        new("POXM, held-out choice, greedy", true, (run, learning) => new GreedyPolicy(OfSetting(run, learning, PoxmLearning.ByHeldOut(Trials(run, learning)).Setting))),
        new(WeightedPoxm, false, Weighted),
        new("Weights above 5 clipped, λ 0.3, logits × 10", false, (run, learning) => Selective(run, learning, new SelectiveObjective(0.3, cap: 5))),
        new("Top-k correction, λ 0, logits × 10", false, (run, learning) => Selective(run, learning, new SelectiveObjective(0, topK: PoxmRun.SlateLength))),
        new("Logarithmic smoothing, logits × 10", false, (run, learning) => Selective(run, learning, new SmoothedObjective(0.1))),
        new("Weighted likelihood, logits × 10", false, (run, learning) => Selective(run, learning, new WeightedLikelihoodObjective())),
        new("Two stages, clusters (POTEC)", false, (run, learning) => run.OnTest(learning.TwoStages(), PoxmLearning.TwoStageTop)),
        new(Chosen, false, PoxmChoice.Choose),
    ];

    /// <summary>The trials of a run; fewer in the quick version.</summary>
    public static PoxmTrial[] Trials(PoxmRun run, PoxmLearning learning) =>
        run.Quick ? learning.Trials([10, 50], [0.3, 0.7]) : learning.Trials(PoxmSetting.Tops, PoxmSetting.Translations);

    private static IPolicy OfSetting(PoxmRun run, PoxmLearning learning, PoxmSetting setting) => run.OnTest(learning.Poxm(setting), setting.Top, PoxmLearning.Temperature);

    // BanditNet and its variant: the softmax over all labels, or over the shown and a thousand others where there are very many.
    private static IPolicy OverAll(PoxmRun run, PoxmLearning learning, double translation, int match)
    {
        int negatives = run.Data.Train.LabelCount > MostLabelsInFull ? Negatives : 0;
        return run.OnTest(learning.Learn(new SelectiveObjective(translation), learning.OverAll with { Match = match, Negatives = negatives }), 0);
    }

    private static IPolicy Selective(PoxmRun run, PoxmLearning learning, ISlateObjective objective)
    {
        const int top = 20;
        return run.OnTest(learning.Learn(objective, learning.Options with { Top = top }), top, 0.1);
    }

    // Rewards times 1/p_y, scaled so that rewarded actions of the log weigh 1 on average: λ then means the same.
    private static IPolicy Weighted(PoxmRun run, PoxmLearning learning)
    {
        var setting = PoxmLearning.ByHeldOut(Trials(run, learning)).Setting;
        double sum = 0, rewards = 0;
        for (int i = 0; i < run.DecisionLog.Count; i++)
        {
            foreach (var shown in run.DecisionLog.Slate(i))
            {
                sum += shown.Reward * run.Data.Propensities.Inverse(shown.Action);
                rewards += shown.Reward;
            }
        }
        float[] weights = new float[run.Data.Train.LabelCount];
        for (int l = 0; l < weights.Length; l++) weights[l] = (float)(run.Data.Propensities.Inverse(l) * rewards / sum);
        return run.OnTest(learning.Learn(new SelectiveObjective(setting.Translation), learning.OfSetting(setting), weights), setting.Top, PoxmLearning.Temperature);
    }
}
