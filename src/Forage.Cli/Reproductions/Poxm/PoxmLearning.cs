using Forage.Evaluation;
using Forage.Extreme.Embedding;
using Forage.OffPolicy;
using Forage.OffPolicy.Learning.Objectives;
using Forage.OffPolicy.Learning.Slates;

namespace Forage.Cli.Reproductions.Poxm;

/// <summary>A member of POXM's family: over Φ_p with translation λ.</summary>
/// <param name="Top">p.</param>
/// <param name="Translation">λ.</param>
internal readonly record struct PoxmSetting(int Top, double Translation)
{
    /// <summary>p of the paper.</summary>
    public static readonly int[] Tops = [10, 20, 50, 100];

    /// <summary>λ of the paper.</summary>
    public static readonly double[] PaperTranslations = [0.7, 0.8, 0.9, 1.0];

    /// <summary>λ of the paper and two below them.</summary>
    public static readonly double[] Translations = [0, 0.3, .. PaperTranslations];

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"p {Top}, λ {Translation:0.#}");
}

/// <summary>A setting with what the log says of it: on decisions it was learnt from, and on others.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Seen">SNIS value of a position on the decisions it was learnt from, pruned weights: what the paper chooses by.</param>
/// <param name="HeldOut">SNIS value of a position on decisions held out, with weights that are right for a slate.</param>
/// <param name="Veto">Why its weights there are not to be believed; null if nothing speaks against them.</param>
internal sealed record PoxmTrial(PoxmSetting Setting, double Seen, double HeldOut, string? Veto);

/// <summary>Learns POXM and what it is compared with from a run's log.</summary>
internal sealed class PoxmLearning(PoxmRun run)
{
    /// <summary>Actions the two-stage policy looks at.</summary>
    public const int TwoStageTop = 50;

    private const int Clusters = 32;

    private readonly Dictionary<(int, double), EmbeddingScorer> _whole = [];
    private PoxmTrial[]? _trials;
    private EmbeddingScorer? _direct;

    /// <summary>How all of them learn: from the logging policy's model, as a step of the whole encoder.</summary>
    public SlateLearnerOptions Options => new()
    {
        Initial = run.LoggingModel,
        PriorWeight = 0,
        Trainer = new EmbeddingTrainerOptions { LearningRate = 0.003f },
        Passes = run.Quick ? 6 : 12,
        Threads = run.Threads,
        Seed = run.Seed,
    };

    /// <summary>How POXM of a setting learns: scores are c ln ρ + f from the start, so that the policy begins as a sharper logging policy and learns where to leave it.</summary>
    public SlateLearnerOptions OfSetting(PoxmSetting setting) => Options with { Top = setting.Top, PriorWeight = 2 };

    /// <summary>T of what POXM learnt.</summary>
    public const double Temperature = 0.1;

    /// <summary>How softmaxes over all labels learn: with the encoder as it is, as in the paper, and slower; the full step tears the model down.</summary>
    public SlateLearnerOptions OverAll => Options with { Trainer = new EmbeddingTrainerOptions { LearningRate = 0.0002f, TrainEncoder = false }, Passes = 4 };

    private SlateLearnerOptions DirectOptions => Options with { Passes = 6 };

    /// <summary>The direct method, learnt once.</summary>
    public EmbeddingScorer Direct => _direct ??= Learn(new DirectObjective(), DirectOptions);

    /// <summary>Clusters of actions by a label tree over what was rewarded, and a policy of them whose second stage is the direct method's softmax over the top 50.</summary>
    public TwoStageScorer TwoStages()
    {
        int[] all = Decisions(0, run.Log.Log.Count);
        var options = new TwoStageOptions
        {
            First = Options with { Initial = null, Model = new EmbeddingOptions { Dimension = 128, InitialScale = 0.1f, Seed = run.Seed }, Top = TwoStageTop, Trainer = new EmbeddingTrainerOptions { LearningRate = 0.001f }, Passes = 4 },
            Second = DirectOptions,
        };
        var clusters = ActionClusters.OfRewards(run.Log, all, Clusters, run.Threads, run.Seed, run.Cancellation);
        return new TwoStageLearner(run.Log, clusters, options) { Second = Direct }.Learn(all, run.Cancellation);
    }

    /// <summary>Learns by an objective from all decisions.</summary>
    public EmbeddingScorer Learn(ISlateObjective objective, SlateLearnerOptions options, IReadOnlyList<float>? actionWeights = null) =>
        new SlateLearner(run.Log, objective, options) { ActionWeights = actionWeights }.Learn(Decisions(0, run.Log.Log.Count), run.Cancellation);

    /// <summary>POXM of a setting, from all decisions.</summary>
    public EmbeddingScorer Poxm(PoxmSetting setting)
    {
        if (!_whole.TryGetValue((setting.Top, setting.Translation), out var scorer))
            _whole[(setting.Top, setting.Translation)] = scorer = Learn(new SelectiveObjective(setting.Translation), OfSetting(setting));
        return scorer;
    }

    /// <summary>All settings, learnt from either half of the log and valued as the paper does on what they have seen, and on the other half.</summary>
    public PoxmTrial[] Trials(IReadOnlyList<int> tops, IReadOnlyList<double> translations) => _trials ??= TryAll([.. tops.SelectMany(p => translations.Select(l => new PoxmSetting(p, l)))]);

    /// <summary>The paper's choice: the highest SNIS value on the training data, λ on its grid.</summary>
    public static PoxmTrial BySeen(PoxmTrial[] trials) => trials.Where(t => PoxmSetting.PaperTranslations.Contains(t.Setting.Translation)).MaxBy(t => t.Seen)!;

    /// <summary>Ours: the highest SNIS value on decisions held out, among those whose weights are to be believed.</summary>
    public static PoxmTrial ByHeldOut(PoxmTrial[] trials) => trials.Where(t => t.Veto is null).MaxBy(t => t.HeldOut) ?? trials.MaxBy(t => t.HeldOut)!;

    // Two halves: each is valued by what was learnt from the other. Settings side by side, each on one thread: a step over p actions is too short to share.
    private PoxmTrial[] TryAll(PoxmSetting[] settings)
    {
        int count = run.Log.Log.Count, cut = count / 2;
        HeldOutValue[] halves = [new(run, 0, cut), new(run, cut, count)];
        var trials = new PoxmTrial[settings.Length];
        Parallel.For(0, settings.Length, new ParallelOptions { MaxDegreeOfParallelism = run.Threads, CancellationToken = run.Cancellation }, k => trials[k] = Try(settings[k], halves, cut, count));
        return trials;
    }

    private PoxmTrial Try(PoxmSetting setting, HeldOutValue[] halves, int cut, int count)
    {
        double seen = 0;
        var held = new HeldOutValue.Sums();
        for (int half = 0; half < 2; half++)
        {
            var (from, to) = half == 0 ? (cut, count) : (0, cut);
            var scorer = new SlateLearner(run.Log, new SelectiveObjective(setting.Translation), OfSetting(setting) with { Threads = 1 }).Learn(Decisions(from, to), run.Cancellation);
            var policy = run.OnLog(scorer, setting.Top, Temperature);
            seen += PrunedValue(policy, from, to) / 2;
            halves[half].Add(policy, held);
            scorer.Model.Dispose();
        }
        return new PoxmTrial(setting, seen, held.Value, new WeightVeto().Reason(held.Weights));
    }

    // The paper's: conditional probabilities at each position, prefixes as the logging policy chose them. Nearer to R@1 than to R@5.
    private double PrunedValue(IPolicy policy, int from, int to)
    {
        var weigher = new PolicyWeigher(policy, new PolicyWeigherOptions { Slates = SlateWeighting.Pruned });
        var snips = new SnipsEstimator();
        for (int i = from; i < to; i++) snips.Add(weigher.Weigh(run.DecisionLog.Context(i), run.DecisionLog.Slate(i)));
        return snips.Result().Value / PoxmRun.SlateLength;
    }

    private static int[] Decisions(int from, int to) => [.. Enumerable.Range(from, to - from)];
}
