using Forage.Evaluation;
using Forage.Extreme.Embedding;
using Forage.OffPolicy;
using Forage.OffPolicy.Learning.Slates;
using Forage.Simulation;

namespace Forage.Cli.Reproductions.Poxm;

/// <summary>One set with one seed: the logging policy, its log, and everything methods learn from and are measured by.</summary>
internal sealed class PoxmRun : IDisposable
{
    /// <summary>Positions of a slate.</summary>
    public const int SlateLength = 5;

    /// <summary>Actions prepared for each decision, best of the logging policy first: the largest p.</summary>
    public const int MostCandidates = 100;

    private const int QuickDecisions = 6000;

    private readonly EmbeddingSoftmax? _owned;

    private PoxmRun(PoxmData data, EmbeddingSoftmax model, IPolicy logging, LogSimulationOptions options, int most, ulong seed, int threads, CancellationToken cancellation)
    {
        (Data, LoggingModel, Logging, Seed, Threads, Cancellation, Options) = (data, model, logging, seed, threads, cancellation, options);
        DecisionLog = MakeLog(most);
        Log = new SlateLog(DecisionLog, CandidateActions.Of(DecisionLog, logging, MostCandidates, threads, cancellation), RewardRange.Unit);
        TestCandidates = CandidateActions.Of(new RowsAsLog(data.Test), logging, MostCandidates, threads, cancellation);
    }

    private PoxmRun(PoxmData data, EmbeddingSoftmax model, LogSimulationOptions options, int most, ulong seed, int threads, CancellationToken cancellation)
        : this(data, model, new SelectivePolicy(new EmbeddingScorer(model), null, 0, data.Set.Temperature), options, most, seed, threads, cancellation) => _owned = model;

    /// <summary>The set.</summary>
    public PoxmData Data { get; }

    /// <summary>The seed.</summary>
    public ulong Seed { get; }

    /// <summary>Threads to use.</summary>
    public int Threads { get; }

    /// <summary>Ctrl-C.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>How the log was made.</summary>
    public LogSimulationOptions Options { get; }

    /// <summary>Model of the logging policy: what learners may start from.</summary>
    public EmbeddingSoftmax LoggingModel { get; }

    /// <summary>The logging policy ρ, stochastic.</summary>
    public IPolicy Logging { get; }

    /// <summary>A smaller version that ends soon.</summary>
    public bool Quick { get; init; }

    /// <summary>The log, as any log is held.</summary>
    public DecisionLog DecisionLog { get; }

    /// <summary>The log, made ready for learning.</summary>
    public SlateLog Log { get; }

    /// <summary>Candidates of the test rows.</summary>
    public CandidateActions TestCandidates { get; }

    /// <summary>Trains the logging policy on a share of the training rows and lets it make the log of the others.</summary>
    /// <param name="data">The set.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="quick">Fewer decisions and settings.</param>
    /// <param name="cancellation">Stops it.</param>
    public static PoxmRun Start(PoxmData data, ulong seed, int threads, bool quick, CancellationToken cancellation)
    {
        var options = new LogSimulationOptions { TrainFraction = data.Set.Alpha, SlateLength = SlateLength, Seed = seed };
        var model = data.Set.LoggingModel.Train(data.Train, LogSimulator.TrainingExamples(data.Train, options), seed, threads, cancellation);
        return new PoxmRun(data, model, options, quick ? QuickDecisions : 0, seed, threads, cancellation) { Quick = quick };
    }

    /// <summary>The same with another logging policy, such as a noisier one; the model learners may start from stays.</summary>
    public PoxmRun With(IPolicy logging) => new(Data, LoggingModel, logging, Options, DecisionLog.Count, Seed, Threads, Cancellation) { Quick = Quick };

    /// <summary>What a learner found, kept to Φ_p, for the test rows.</summary>
    /// <param name="scorer">What was learnt.</param>
    /// <param name="top">p; 0: over all actions.</param>
    /// <param name="temperature">T.</param>
    public IPolicy OnTest(ISelectiveScorer scorer, int top, double temperature = 1) =>
        top > 0 ? new CandidatesPolicy(scorer, TestCandidates, top, temperature) : new SelectivePolicy(scorer, null, 0, temperature);

    /// <summary>The same for the decisions of the log.</summary>
    public IPolicy OnLog(ISelectiveScorer scorer, int top, double temperature = 1) => new CandidatesPolicy(scorer, Log.Candidates!, top, temperature);

    /// <summary>The model that saw all labels of all training rows, as a ranking.</summary>
    public IPolicy Skyline()
    {
        int[] all = [.. Enumerable.Range(0, Data.Train.Count)];
        return new GreedyPolicy(new SelectivePolicy(new EmbeddingScorer(Data.Set.SkylineModel.Train(Data.Train, all, Seed, Threads, Cancellation)), null, 0));
    }

    /// <summary>Measures a policy on the test rows.</summary>
    public SlateMetrics Measure(IPolicy policy) => PolicyMetrics.Measure(policy, Data.Test.Rows, Data.Test.Labelled,
        new PolicyMetricsOptions { Length = SlateLength, Propensities = Data.Propensities, Threads = Threads, Seed = Seed }, cancellation: Cancellation);

    /// <inheritdoc/>
    public void Dispose() => _owned?.Dispose();

    private DecisionLog MakeLog(int most)
    {
        var simulator = LogSimulator.For(Data.Train, Logging, Options);
        int count = most > 0 ? Math.Min(most, simulator.Logged.Length) : simulator.Logged.Length;
        int[] examples = simulator.Logged[..count].ToArray();
        var decisions = new LoggedDecision[count];
        const int piece = 64;
        Parallel.For(0, (count + piece - 1) / piece, new ParallelOptions { MaxDegreeOfParallelism = Threads, CancellationToken = Cancellation }, part =>
        {
            var scratch = new PolicyScratch();
            for (int i = part * piece; i < Math.Min(count, (part + 1) * piece); i++) decisions[i] = simulator.Decide(examples[i], scratch);
        });
        var log = new DecisionLog();
        foreach (var decision in decisions) log.Add(decision);
        return log;
    }

    /// <summary>Rows as decisions in which nothing was shown.</summary>
    private sealed class RowsAsLog(SupervisedSet set) : IDecisionLog
    {
        public int Count => set.Count;

        public DecisionContext Context(int i) => new(set.Rows, i, false, set.LabelCount, number: i);

        public ReadOnlySpan<LoggedAction> Slate(int i) => default;
    }
}
