using System.CommandLine;
using Forage.Cli.Frame;
using Forage.Cli.Reproductions;
using Forage.Data;
using Forage.Evaluation;
using Forage.OffPolicy;
using Forage.OffPolicy.Learning;
using Forage.Training;

namespace Forage.Cli.Decisions;

/// <summary>The options by which commands say which log of decisions to read, and what belongs to it.</summary>
internal sealed class DecisionOptions
{
    /// <summary>The log read when none is given.</summary>
    public const string Bundled = "data/delicious/log.jsonl.gz";

    private readonly Argument<string?> _log = new("LOG") { Description = "Log of decisions, plain or gzip; without it the bundled one (web pages and their tags)", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _format = new("--format") { Description = "json (Forage's JSON lines), dsjson, vw (action:cost:probability), vw-actions (shared lines) or open-bandit (CSV); found from the first line", HelpName = "NAME" };
    private readonly Option<int?> _actions = new("--actions") { Description = "Number of actions, for vw", HelpName = "K" };
    private readonly Option<string?> _logging = new("--logging-policy") { Description = "The policy that made the log [LOG.policy.gz if it is there]", HelpName = "FILE" };
    private readonly Option<string?> _truth = new("--truth") { Description = "Right actions by event id, of a simulated log [LOG.truth.gz if it is there]", HelpName = "FILE" };
    private readonly Option<bool> _strict = new("--strict") { Description = "Stop at the first malformed line instead of skipping and counting it" };

    private readonly Option<string?> _dense = VectorFile.NewOption();
    private bool _hasVectors;

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="vectors">It can make use of dense vectors.</param>
    public void AddTo(Command command, bool vectors = false)
    {
        if (_hasVectors = vectors) command.Options.Add(_dense);
        command.Arguments.Add(_log);
        foreach (Option option in new Option[] { _format, _actions, _logging, _truth, _strict }) command.Options.Add(option);
    }

    /// <summary>Reads the log and what belongs to it.</summary>
    public DecisionData Read(ParseResult parsed, Session session, bool withTruth = true, bool withNames = false)
    {
        string path = parsed.GetValue(_log) ?? BundledLog();
        string[]? featureNames = Names(path, "features");
        var collected = withNames && featureNames is null ? new FeatureNames() : null;
        var (log, summary) = ReadLog(path, parsed, session, collected);
        var vectors = _hasVectors && parsed.GetValue(_dense) is { } dense ? VectorFile.Read(dense) : null;
        if (vectors is not null)
        {
            if (summary.Malformed > 0) throw new ForageException($"{summary.Malformed} malformed records of {path} were left out, so its dense vectors would go with the wrong decisions; expected a log without any.");
            log.Attach(vectors.Rows, vectors.Dimension, vectors.Path);
        }
        string? policyPath = parsed.GetValue(_logging) ?? LogPaths.FindCompanion(path, "policy"), truthPath = parsed.GetValue(_truth) ?? LogPaths.FindCompanion(path, "truth");
        var policy = policyPath is null ? null : PolicyModel.Load(policyPath);
        if (policy is not null && policy.Recipe.Actions > 0 && policy.Recipe.Actions < log.MaxActions)
            throw new ForageException($"The logging policy {policyPath} knows {policy.Recipe.Actions} actions, but the log has decisions among {log.MaxActions}.");
        if (policy is not null) VectorFile.Require(policy, policyPath!, log.VectorDimension);
        Dictionary<string, int[]>? truth = null;
        if (withTruth && truthPath is not null)
        {
            using var text = TextFiles.Read(truthPath);
            truth = Simulation.TruthFile.Read(text, truthPath);
        }
        return new DecisionData(path, ReportData.OfFile(path), log, summary, policy, policyPath, truth, truthPath, Names(path, "actions"), featureNames, collected) { VectorsPath = vectors?.Path };
    }

    /// <summary>Reads a log alone.</summary>
    public (DecisionLog Log, ReadSummary Summary) ReadLog(string path, ParseResult parsed, Session session, FeatureNames? names = null)
    {
        if (path == "-") throw new UsageException("forage: a log of decisions is gone through more than once; give a file, not standard input");
        var source = ByteSource.File(path);
        var log = new DecisionLog();
        ReadSummary summary;
        var reader = new RecordReader<DecisionBatch>(source, DecisionParsers.Open(parsed.GetValue(_format), parsed.GetValue(_actions), source, names), new ReadOptions { Strict = parsed.GetValue(_strict) });
        using (var meter = session.Progress("reading", "decisions"))
        {
            summary = reader.Read(batch =>
            {
                log.Add(batch);
                meter.Report(log.Count, source.Length is > 0 and var all ? (double)reader.StoredBytesRead / all : double.NaN);
            }, session.Cancellation);
        }
        session.Cancellation.ThrowIfCancellationRequested();
        if (summary.Malformed > 0)
            session.Warn($"{Numbers.Count(summary.Malformed)} malformed records were left out; the first:\n  " + string.Join("\n  ", summary.FirstFaults));
        if (log.Count == 0) throw new ForageException($"{path} holds no decision with an outcome.");
        return (log, summary);
    }

    private static string[]? Names(string path, string kind) => LogPaths.FindCompanion(path, kind) is { } names ? TextFiles.Lines(names) : null;

    private static string BundledLog()
    {
        string? root = ReproduceContext.Checkout;
        if (root is not null && File.Exists(Path.Combine(root, Bundled)))
        {
            string full = Path.Combine(root, Bundled), relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), full);
            return relative.StartsWith("..", StringComparison.Ordinal) ? full : relative;
        }
        throw new UsageException("forage: say which LOG to read (the bundled one is not here)");
    }
}

/// <summary>A log and what belongs to it.</summary>
internal sealed record DecisionData(string Path, ReportData Data, DecisionLog Log, ReadSummary Summary, PolicyModel? Logging, string? LoggingPath,
    Dictionary<string, int[]>? Truth, string? TruthPath, string[]? ActionNames, string[]? FeatureNames, FeatureNames? Collected)
{
    /// <summary>The file of dense vectors beside the log, if there is one.</summary>
    public string? VectorsPath { get; init; }

    /// <summary>
    /// The logging policy as it can be asked, with distributions filled in where it was given; or, if that is asked for and propensities are missing, their
    /// estimates, with the caveat among the remarks.
    /// </summary>
    public (IPolicy? Asked, EstimatedPropensities? Estimated) Asked(bool estimate, List<string> remarks)
    {
        if (Logging is not null)
        {
            if (!Log.HasDistributions) Log.FillDistributions(Logging.Policy, 2);
            return (new RecordedPolicy(Logging.Policy), null);
        }
        if (!estimate) return (Log.HasDistributions ? new LoggingPolicy() : null, null);
        var estimator = new PropensityEstimator();
        for (int i = 0; i < Log.Count; i++) estimator.Add(Log.ToLogged(i), i);
        var estimated = estimator.Result();
        Log.FillDistributions(estimated, 2);
        remarks.Add(estimated.Caveat);
        return (estimated, estimated);
    }

    /// <summary>What it takes to make a result from this log again.</summary>
    public ReportProvenance Provenance(Session session) => new()
    {
        Command = session.CommandText,
        Seed = session.Seed,
        Versions = [(".NET", Environment.Version.ToString())],
        Data = [Data, .. LoggingPath is { } p ? [ReportData.OfFile(p)] : Array.Empty<ReportData>(), .. TruthPath is { } t && Truth is not null ? [ReportData.OfFile(t)] : Array.Empty<ReportData>(), .. VectorsPath is { } v ? [ReportData.OfFile(v)] : Array.Empty<ReportData>()],
        Made = session.Terminal.Clock.GetUtcNow(),
    };

    /// <summary>Name of an action.</summary>
    public string Action(int a) => ActionNames is { } names && a < names.Length ? names[a] : "action " + a.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Name of a feature index.</summary>
    public string Feature(uint index) => FeatureNames is { } names && index < names.Length ? names[index]
        : Collected?[index] is { } collected ? collected
        : index == Features.FeatureHasher.Constant ? "(constant)" : "#" + index.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
