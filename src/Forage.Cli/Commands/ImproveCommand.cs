using System.CommandLine;
using Forage.Cli.Decisions;
using Forage.Cli.Frame;
using Forage.Evaluation;
using Forage.OffPolicy;
using Forage.OffPolicy.Checking;
using Forage.OffPolicy.Learning;

namespace Forage.Cli.Commands;

/// <summary><c>improve</c>: a log becomes a better policy, with proof.</summary>
internal sealed class ImproveCommand : CliCommand
{
    public const string Summary = "Learn a better policy from a log of decisions, and prove that it is better";

    private readonly DecisionOptions _input = new();
    private readonly OutputOption _model = new("--model", "-m") { Description = "Where to write the policy, if a better one is found", DefaultValueFactory = _ => "improved.policy" };
    private readonly OutputOption _report = new("--report") { Description = "Where to write the report", DefaultValueFactory = _ => "improve.html" };
    private readonly Option<string[]> _policy = new("--policy") { Description = "A policy brought from elsewhere: a line a decision with actions, best first, action=score or action:probability; may be repeated", HelpName = "FILE", AllowMultipleArgumentsPerToken = false };
    private readonly Option<double> _confidence = new("--confidence") { Description = "Confidence of all intervals", HelpName = "C", DefaultValueFactory = _ => 0.95 };
    private readonly Option<double> _train = new("--train") { Description = "Share of the log to train on", HelpName = "S", DefaultValueFactory = _ => 0.5 };
    private readonly Option<double> _choose = new("--choose") { Description = "Share of the log to choose on; the rest confirms", HelpName = "S", DefaultValueFactory = _ => 0.15 };
    private readonly Option<double?> _least = new("--min-reward") { Description = "Least possible reward of an action shown", HelpName = "R" };
    private readonly Option<double?> _most = new("--max-reward") { Description = "Greatest possible reward of an action shown", HelpName = "R" };
    private readonly Option<string?> _slates = new("--slates") { Description = "Weights of slates: inclusion or prefix", HelpName = "NAME" };
    private readonly Option<int?> _bits = new("--bits", "-b") { Description = "log2 of the size of the weight tables", HelpName = "N" };
    private readonly Option<string[]> _interactions = new("--interactions", "-q") { Description = "Namespaces to combine, as in -q ua; may be repeated", HelpName = "NS", AllowMultipleArgumentsPerToken = false };
    private readonly Option<bool> _estimate = new("--estimate-propensities") { Description = "Take frequencies of actions for propensities that were not logged; every value then rests on that" };
    private readonly Option<bool> _combine = new("--combine-models") { Description = "Where the comparison with the greedy logging policy needs a reward model, take a market of several (docs/markets.md)" };
    private readonly Option<int> _threads = new("--threads") { Description = "Candidates trained at a time", HelpName = "N", DefaultValueFactory = _ => 2 };

    public ImproveCommand() : base("improve", Summary)
    {
        _input.AddTo(this, vectors: true);
        foreach (Option option in new Option[] { _model, _report, _policy, _confidence, _train, _choose, _least, _most, _slates, _bits, _interactions, _estimate, _combine, _threads }) Options.Add(option);
    }

    public override IReadOnlyList<Example> Examples =>
    [
        new("improve", "On the bundled log: tags for web pages, logged by a policy that shows 5 of 983"),
        new("improve log.jsonl.gz -m better.policy --report better.html", "On your log"),
        new("improve log.dsjson --policy mine.txt", "Compares with the decisions of a policy of yours"),
        new("improve log.jsonl.gz --dense vectors.npy", "Learns from vectors of your own encoder too, a row a decision"),
    ];

    public override string Notes =>
        "Candidates are trained on the first part of the log, the best is chosen on the second and confirmed on the third, which took no part in anything before (docs/improve.md).\n"
        + "\"No candidate is better\" is a normal answer: the exit code is 0, a report is written and no policy.\n"
        + "Ctrl-C chooses among the candidates that are ready.";

    public override int Run(ParseResult parsed, Session session)
    {
        foreach (var (share, name) in new[] { (_confidence, "--confidence"), (_train, "--train"), (_choose, "--choose") })
            UsageException.Require(parsed.GetValue(share) is > 0 and < 1, "improve", name, parsed.GetValue(share), "a number between 0 and 1");
        UsageException.Require(parsed.GetValue(_train) + parsed.GetValue(_choose) < 1, "improve", "--choose", parsed.GetValue(_choose), FormattableString.Invariant($"less than 1 - {parsed.GetValue(_train)}, so that something is left to confirm on"));
        UsageException.Require(parsed.GetValue(_threads) >= 1, "improve", "--threads", parsed.GetValue(_threads), "1 or more");
        var data = _input.Read(parsed, session, withNames: true);
        if (data.Log.VectorDimension > 0 && data.Log.HasActionFeatures)
            throw new ForageException($"{data.Path} describes its actions by features; dense vectors (--dense) are for decisions among a fixed set of actions.");
        var options = new ImproveOptions
        {
            Confidence = parsed.GetValue(_confidence),
            TrainShare = parsed.GetValue(_train),
            ChooseShare = parsed.GetValue(_choose),
            Range = RewardOptions.Range(parsed.GetValue(_least), parsed.GetValue(_most), "improve"),
            Slates = RewardOptions.Slates(parsed.GetValue(_slates), "improve"),
            Bits = parsed.GetValue(_bits),
            Interactions = parsed.GetValue(_interactions) is { Length: > 0 } q ? q : null,
            CombineModels = parsed.GetValue(_combine),
            Threads = parsed.GetValue(_threads),
            Seed = session.Seed,
        };
        var brought = (parsed.GetValue(_policy) ?? []).Select(path => (System.IO.Path.GetFileName(path), (IPolicy)ReadColumn(path, data.Log.Count))).ToList();
        bool estimate = parsed.GetValue(_estimate);
        var check = CheckCommand.Check(data, new LogCheckOptions { Rewards = options.Range }, session);
        LogGate.Require(check, data, estimate);
        var (_, estimated) = data.Asked(estimate, []);
        ImproveResult result;
        using (var meter = session.Progress("improving", "decisions"))
        {
            result = new Improver(options)
            {
                Brought = brought,
                Truth = data.Truth,
                Estimated = estimated,
                Progress = (what, learnt, fraction) => meter.Report(learnt, fraction, what),
            }.Run(data.Log, data.Logging?.Policy, session.Cancellation);
        }
        string? model = Save(result, data, parsed.GetRequiredValue(_model)!, session), report = parsed.GetRequiredValue(_report)!;
        ImproveReport.Build(result, data.Log, data.Provenance(session), data.Action, data.Feature, [.. check.Findings.Where(f => f.Severity != Severity.Fine).Select(f => (LogCheckPage.Tone(f.Severity), f.Sentence))]).Save(report);
        if (session.Json) session.WriteJson(ImproveOutput.Of(result, data, check, model, report, session), ImproveJson.Readable.ImproveOutput);
        else ImprovePrinter.Print(result, data, check, model, report, session.Out);
        return result.Interrupted ? ExitCode.Interrupted : ExitCode.Fine;
    }

    internal static ColumnPolicy ReadColumn(string path, int decisions)
    {
        using var text = TextFiles.Read(path);
        var policy = ColumnPolicy.Read(text, path);
        if (policy.Count != decisions) throw new ForageException($"{path} has {policy.Count} lines for {decisions} decisions; expected one a decision (with an outcome), in the order of the log.");
        return policy;
    }

    private static bool LooksAtVectors(CandidateRecipe? recipe) => recipe is not null && (recipe.Members.Count > 0 ? recipe.Members.Any(LooksAtVectors) : recipe.Model == CandidateModel.Vectors);

    private static string? Save(ImproveResult result, DecisionData data, string path, Session session)
    {
        if (!result.IsBetter || result.Policy is null) return null;
        new PolicyModel(new PolicyRecipe
        {
            Name = result.Chosen.Name,
            Actions = data.Log.HasActionFeatures ? 0 : data.Log.MaxActions,
            SlateLength = result.Scale.SlateLength,
            VectorDimension = data.Log.VectorDimension > 0 && LooksAtVectors(result.Chosen.Recipe) ? data.Log.VectorDimension : data.Logging?.Recipe.VectorDimension ?? 0,
            Command = session.CommandText,
            Seed = session.Seed,
            Version = ForageVersion.Text,
            DataSha256 = data.Data.Sha256,
            Evidence = ImproveReport.Lead(result),
        }, result.Policy).Save(path);
        return path;
    }
}
