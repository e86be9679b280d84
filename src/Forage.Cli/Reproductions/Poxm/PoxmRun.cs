using Forage.Evaluation;
using Forage.Extreme.Embedding;
using Forage.OffPolicy;
using Forage.OffPolicy.Learning;
using Forage.Simulation;

namespace Forage.Cli.Reproductions.Poxm;

/// <summary>One set with one seed: the logging policy, its log, and everything methods learn from and are measured by.</summary>
internal sealed class PoxmRun : IDisposable
{
    /// <summary>Positions of a slate.</summary>
    public const int SlateLength = 5;

    private readonly CancellationToken _cancellation;

    /// <summary>Trains the logging policy on a share of the training rows and lets it make the log of the others.</summary>
    /// <param name="data">The set.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="most">Most decisions of the log; 0 for all.</param>
    /// <param name="cancellation">Stops it.</param>
    public PoxmRun(PoxmData data, ulong seed, int threads, int most, CancellationToken cancellation)
    {
        (Data, Seed, Threads, _cancellation) = (data, seed, threads, cancellation);
        Options = new LogSimulationOptions { TrainFraction = data.Set.Alpha, SlateLength = SlateLength, Seed = seed };
        LoggingModel = data.Set.LoggingModel.Train(data.Train, LogSimulator.TrainingExamples(data.Train, Options), seed, threads, cancellation);
        Logging = PolicyOf(LoggingModel, data.Set.Temperature);
        (Examples, Log) = MakeLog(Logging, most);
    }

    /// <summary>The set.</summary>
    public PoxmData Data { get; }

    /// <summary>The seed.</summary>
    public ulong Seed { get; }

    /// <summary>Threads to use.</summary>
    public int Threads { get; }

    /// <summary>How the log was made.</summary>
    public LogSimulationOptions Options { get; }

    /// <summary>Model of the logging policy: what learners may start from.</summary>
    public EmbeddingSoftmax LoggingModel { get; }

    /// <summary>The logging policy ρ, stochastic.</summary>
    public IPolicy Logging { get; }

    /// <summary>The log.</summary>
    public DecisionLog Log { get; }

    /// <summary>Training row of each decision of the log.</summary>
    public int[] Examples { get; }

    /// <summary>Normalised marginals σ(s)^(1/T) of a model's scores.</summary>
    public static IPolicy PolicyOf(EmbeddingSoftmax model, double temperature) =>
        new ScorePolicy(new EmbeddingScorer(model), new ScorePolicyOptions { Link = ScoreLink.Marginals, Temperature = temperature });

    /// <summary>The log another policy makes of the same rows.</summary>
    public (int[] Examples, DecisionLog Log) MakeLog(IPolicy policy, int most)
    {
        var simulator = LogSimulator.For(Data.Train, policy, Options);
        int[] examples = simulator.Logged[..(most > 0 ? Math.Min(most, simulator.Logged.Length) : simulator.Logged.Length)].ToArray();
        var decisions = new LoggedDecision[examples.Length];
        const int piece = 64;
        Parallel.For(0, (examples.Length + piece - 1) / piece, new ParallelOptions { MaxDegreeOfParallelism = Threads, CancellationToken = _cancellation }, part =>
        {
            var scratch = new PolicyScratch();
            for (int i = part * piece; i < Math.Min(examples.Length, (part + 1) * piece); i++) decisions[i] = simulator.Decide(examples[i], scratch);
        });
        var log = new DecisionLog();
        foreach (var decision in decisions) log.Add(decision);
        return (examples, log);
    }

    /// <summary>The model that saw all labels of all training rows, as a ranking.</summary>
    public IPolicy Skyline()
    {
        int[] all = [.. Enumerable.Range(0, Data.Train.Count)];
        return new GreedyPolicy(new ScorePolicy(new EmbeddingScorer(Data.Set.SkylineModel.Train(Data.Train, all, Seed, Threads, _cancellation))));
    }

    /// <summary>Measures a policy on the test rows.</summary>
    public SlateMetrics Measure(IPolicy policy) => PolicyMetrics.Measure(policy, Data.Test.Rows, Data.Test.Labelled,
        new PolicyMetricsOptions { Length = SlateLength, Propensities = Data.Propensities, Threads = Threads, Seed = Seed }, cancellation: _cancellation);

    /// <inheritdoc/>
    public void Dispose() => LoggingModel.Dispose();
}

/// <summary>Scores of an embedding softmax.</summary>
internal sealed class EmbeddingScorer(EmbeddingSoftmax model) : IActionScorer
{
    /// <inheritdoc/>
    public void Score(scoped in DecisionContext context, scoped Span<float> scores, PolicyScratch scratch)
    {
        var hidden = scratch.Floats(model.Width);
        model.Encode(context.Shared, hidden);
        model.Score(hidden, default, scores[..model.LabelCount]);
    }
}
