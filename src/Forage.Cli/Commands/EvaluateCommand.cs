using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Forage.Cli.Decisions;
using Forage.Cli.Frame;
using Forage.Evaluation;
using Forage.OffPolicy;
using Forage.OffPolicy.Checking;
using Forage.OffPolicy.Learning;
using Forage.OffPolicy.Selective;

namespace Forage.Cli.Commands;

/// <summary><c>evaluate</c>: what a log says about policies, by every estimator.</summary>
internal sealed class EvaluateCommand : CliCommand
{
    public const string Summary = "Estimate from a log what policies would have earned, by every estimator";

    private readonly DecisionOptions _input = new();
    private readonly Option<string[]> _models = new("--model", "-m") { Description = "A policy in a file, as improve writes it; may be repeated", HelpName = "FILE", AllowMultipleArgumentsPerToken = false };
    private readonly Option<string[]> _columns = new("--policy") { Description = "A policy brought from elsewhere: a line a decision with actions, best first, action=score or action:probability; may be repeated", HelpName = "FILE", AllowMultipleArgumentsPerToken = false };
    private readonly Option<string?> _policyLog = new("--policy-log") { Description = "A policy known only by a log of its own: its distribution is estimated from there, that error included", HelpName = "FILE" };
    private readonly Option<string?> _group = new("--group") { Description = "Namespace that says which group a decision belongs to, for --policy-log (p, the position, in Open Bandit logs)", HelpName = "NS" };
    private readonly Option<double> _confidence = new("--confidence") { Description = "Confidence of the intervals", HelpName = "C", DefaultValueFactory = _ => 0.95 };
    private readonly Option<double> _cut = new("--max-weight") { Description = "Weights above this are cut, for clipped IPS", HelpName = "W", DefaultValueFactory = _ => 20 };
    private readonly Option<string?> _slates = new("--slates") { Description = "Weights of slates: inclusion or prefix", HelpName = "NAME" };
    private readonly Option<double?> _least = new("--min-reward") { Description = "Least possible reward of an action shown", HelpName = "R" };
    private readonly Option<double?> _most = new("--max-reward") { Description = "Greatest possible reward of an action shown", HelpName = "R" };
    private readonly Option<int?> _select = new("--select") { Description = "Selective importance sampling too, over the P most probable actions of the logging policy", HelpName = "P" };
    private readonly Option<string?> _selection = new("--selection") { Description = "What --select makes of weights: truncated (what the policy earns on those actions) or renormalized (the policy kept to them)", HelpName = "NAME" };
    private readonly Option<bool> _estimate = new("--estimate-propensities") { Description = "Take frequencies of actions for propensities that were not logged; every value then rests on that" };
    private readonly Option<bool> _combine = new("--combine-models") { Description = "Direct and doubly robust estimates with a market of several reward models (docs/markets.md) instead of one regression" };

    public EvaluateCommand() : base("evaluate", Summary)
    {
        _input.AddTo(this, vectors: true);
        foreach (Option option in new Option[] { _models, _columns, _policyLog, _group, _confidence, _cut, _slates, _least, _most, _select, _selection, _estimate, _combine }) Options.Add(option);
    }

    public override IReadOnlyList<Example> Examples =>
    [
        new("evaluate log.jsonl.gz -m improved.policy", "A policy that improve wrote, on another log"),
        new("evaluate data/open-bandit-men/random.csv.gz --policy-log data/open-bandit-men/bts.csv.gz --group p", "From random choices, what a Thompson-sampling policy earns that is known by its log"),
        new("evaluate log.dsjson --policy mine.txt --json", "The decisions of a policy of yours, one line a decision"),
    ];

    public override string Notes =>
        "The uniform policy and, where the logging policy can be asked, its greedy form are always shown.\n"
        + "Do not value a policy on the log it was learnt from: the estimate is too good.";

    public override int Run(ParseResult parsed, Session session)
    {
        double confidence = parsed.GetValue(_confidence);
        UsageException.Require(confidence is > 0 and < 1, "evaluate", "--confidence", confidence, "a number between 0 and 1");
        var data = _input.Read(parsed, session);
        var log = data.Log;
        var remarks = new List<string>();
        var scale = LogSetup.Scale(log, RewardOptions.Range(parsed.GetValue(_least), parsed.GetValue(_most), "evaluate"), remarks);
        bool estimate = parsed.GetValue(_estimate);
        LogGate.Require(CheckCommand.Check(data, new LogCheckOptions { Rewards = scale.Range }, session), data, estimate);
        var (asked, estimated) = data.Asked(estimate, remarks);
        var weighting = LogSetup.Weighting(log, asked, RewardOptions.Slates(parsed.GetValue(_slates), "evaluate"));
        var weigher = estimated is null ? LogSetup.Weigher(log, asked, weighting, remarks) : new PolicyWeigherOptions { Slates = weighting, Logging = estimated };
        var trainer = new CandidateTrainer(log, data.Logging?.Policy, scale.Range, LogSetup.Table(log, null, null), session.Seed);
        var evaluation = new LogEvaluation(log, scale, weigher, trainer, confidence, parsed.GetValue(_cut))
        {
            CombineModels = parsed.GetValue(_combine),
            Selection = RewardOptions.Selection(parsed.GetValue(_selection), parsed.GetValue(_select), "evaluate"),
            Selector = Selector(parsed.GetValue(_select), asked, log),
        };
        if (evaluation.Selector is not null) remarks.Add(Caveat(evaluation.Selection));
        var truth = data.Truth is null ? null : new TrueValue(log, data.Truth);

        var fromLog = parsed.GetValue(_policyLog) is { } own ? FromLog(own, parsed, session, log, scale, confidence) : null;
        var policies = new List<(string Name, IPolicy Policy)>();
        foreach (string path in parsed.GetValue(_models) ?? [])
        {
            var model = PolicyModel.Load(path);
            if (model.Recipe.Actions > 0 && model.Recipe.Actions < log.MaxActions) throw new ForageException($"The policy {path} knows {model.Recipe.Actions} actions, but the log has decisions among {log.MaxActions}.");
            VectorFile.Require(model, path, log.VectorDimension);
            if (model.Recipe.DataSha256 == data.Data.Sha256) remarks.Add($"The policy {path} was learnt from this very log: its value here is too good, by how much is not known. Trust the confirmation in its report.");
            policies.Add((System.IO.Path.GetFileName(path), model.Policy));
        }
        foreach (string path in parsed.GetValue(_columns) ?? []) policies.Add((System.IO.Path.GetFileName(path), ImproveCommand.ReadColumn(path, log.Count)));
        if (asked is not null) policies.Add(("greedy logging policy", new GreedyPolicy(asked)));
        policies.Add(("uniform policy", new UniformPolicy()));

        var results = new List<PolicyEvaluation>();
        using (var meter = session.Progress("evaluating", "decisions"))
        {
            foreach (var (name, policy) in policies)
            {
                long before = (long)results.Count * log.Count;
                var result = evaluation.Evaluate(name, policy, n => meter.Report(before + n, (double)(before + n) / ((long)policies.Count * log.Count), name), session.Cancellation);
                results.Add(truth is null ? result : result with { TrueValue = truth.Of(policy, 0, log.Count) });
            }
        }
        var logging = new PolicyAppraiser(log, scale, weigher, confidence).AppraiseLogging(0, log.Count);
        var output = EvaluateOutput.Of(data, scale, weighting, confidence, logging, results, remarks, session) with { PolicyLog = fromLog };
        if (session.Json) session.WriteJson(output, EvaluateJson.Readable.EvaluateOutput);
        else Print(output, session.Out);
        return ExitCode.Fine;
    }

    private static TopActions? Selector(int? top, IPolicy? asked, DecisionLog log)
    {
        if (top is not { } p) return null;
        if (asked is null) throw new ForageException("--select needs to know which actions the logging policy finds most probable: log its distributions, or give it (--logging-policy).");
        if (p < log.SlateLength) throw new ForageException($"--select is {p}: expected at least {log.SlateLength}, the number of actions a decision shows.");
        return new TopActions(asked, p);
    }

    private static string Caveat(SelectionWeight selection) => selection == SelectionWeight.Truncated
        ? "Selective importance sampling counts what a policy earns on the selected actions only. If no reward is below 0 it is too low by at most the greatest reward times what the policy shows outside; how much of that is missed cannot be told from the log."
        : "Renormalised selective importance sampling values each policy kept to the selected actions, which is another policy wherever it shows others; nothing bounds the difference.";

    private PolicyLogOutput FromLog(string path, ParseResult parsed, Session session, DecisionLog log, RewardScale scale, double confidence)
    {
        var (own, _) = _input.ReadLog(path, parsed, session);
        if (own.MaxActions > log.MaxActions) throw new ForageException($"{path} has decisions among {own.MaxActions} actions, the log it is to be valued on among {log.MaxActions}.");
        string? group = parsed.GetValue(_group);
        if (group is { Length: not 1 }) throw new UsageException($"forage evaluate: --group '{group}' is not a namespace; expected one character");
        var (value, policy, groups) = PolicyFromLog.Evaluate(log, own, group is null ? null : (byte)group[0], scale, confidence, session.Seed, cancellation: session.Cancellation);
        var appraised = new PolicyAppraiser(own, scale with { SlateLength = own.SlateLength }, new PolicyWeigherOptions(), confidence).AppraiseLogging(0, own.Count);
        return new PolicyLogOutput(path, own.Count, groups, EstimateOutput.Of(value), value.EffectiveSampleSize, EstimateOutput.Of(appraised.Value), policy.Caveat);
    }

    private static void Print(EvaluateOutput o, TextWriter to)
    {
        double l = o.SlateLength;
        to.WriteLine($"{o.Log}: {Numbers.Count(o.Decisions)} decisions; values are rewards per {(l > 1 ? "action shown" : "decision")}, intervals of {100 * o.Confidence:0.##} %");
        to.WriteLine($"logging policy: {Number(o.Logging.Value / l)}  [{Number(o.Logging.Lower / l)}, {Number(o.Logging.Upper / l)}]");
        if (o.PolicyLog is { } q)
        {
            to.WriteLine();
            to.WriteLine($"policy of {q.Log}, known by {Numbers.Count(q.Decisions)} choices in {q.Groups} {(q.Groups == 1 ? "group" : "groups")}: {Number(q.Value.Value / l)}  [{Number(q.Value.Lower / l)}, {Number(q.Value.Upper / l)}], the error of its estimated distribution included");
            to.WriteLine($"  in its own log it earned {Number(q.Own.Value / l)}  [{Number(q.Own.Lower / l)}, {Number(q.Own.Upper / l)}]: {(q.Own.Value >= q.Value.Lower && q.Own.Value <= q.Value.Upper ? "inside" : "outside of")} the interval above");
        }
        foreach (var p in o.Policies)
        {
            to.WriteLine();
            string truth = p.TrueValue is { } t ? $"; in truth {Number(t / l)}" : "";
            to.WriteLine($"{p.Name}: difference to the logging policy {Number(p.Difference.Value / l)}  [{Number(p.Difference.Lower / l)}, {Number(p.Difference.Upper / l)}]{truth}");
            to.WriteLine(FormattableString.Invariant($"  mean weight {p.MeanWeight:0.000} (1 expected), largest {p.LargestWeight:G4}, effective sample {p.EffectiveSampleSize:N0}, overlap {100 * p.Overlap:0.#} %"));
            if (p.Outside is { } outside) to.WriteLine(FormattableString.Invariant($"  outside the selection: {100 * outside / l:0.#} % of the actions it shows"));
            if (p.RewardModels is { } models) to.WriteLine("  reward models, by weight at the end: " + string.Join(", ", models.Select(m => FormattableString.Invariant($"{m.Name} {m.Weight:0.00}"))));
            var table = new TextTable("  estimator", ">value", "interval", "kind");
            foreach (var e in p.Estimators) table.Add("  " + e.Name, Number(e.Value / l), $"{Number(e.Lower / l)} .. {Number(e.Upper / l)}", e.Interval);
            table.Write(to);
        }
        foreach (string remark in o.Remarks) to.WriteLine("\nnote: " + remark);
    }

    private static string Number(double v) => double.IsNaN(v) ? "–" : v.ToString("0.0000", CultureInfo.InvariantCulture);
}

/// <summary>What <c>evaluate --json</c> prints; values are rewards per decision (sums over a slate).</summary>
internal sealed record EvaluateOutput(string Log, string Sha256, long Decisions, int SlateLength, string SlateWeights, double Confidence, EstimateOutput Logging, IReadOnlyList<EvaluatedOutput> Policies,
    IReadOnlyList<string> Remarks, string Command, ulong Seed, string Version)
{
    /// <summary>A policy known by its own log only.</summary>
    public PolicyLogOutput? PolicyLog { get; init; }

    public static EvaluateOutput Of(DecisionData data, RewardScale scale, SlateWeighting weighting, double confidence, PolicyAppraisal logging, IReadOnlyList<PolicyEvaluation> results, IReadOnlyList<string> remarks, Session session) =>
        new(data.Path, data.Data.Sha256, data.Log.Count, scale.SlateLength, weighting.ToString(), confidence, EstimateOutput.Of(logging.Value),
            [.. results.Select(r => new EvaluatedOutput(r.Name, [.. r.Estimators.Select(e => new EstimatorOutput(e.Name, e.Estimate.Value, e.Estimate.Lower, e.Estimate.Upper, e.Interval))], EstimateOutput.Of(r.Difference),
                r.Weights.Mean, r.Weights.Largest, r.Weights.EffectiveSampleSize, r.Weights.Overlap, r.TrueValue, r.Outside) { RewardModels = r.Models.Count == 0 ? null : [.. r.Models.Select(m => new ModelWeightOutput(m.Name, m.Weight))] })], remarks, session.CommandText, session.Seed, ForageVersion.Text);
}

/// <summary>A policy's part of <see cref="EvaluateOutput"/>.</summary>
internal sealed record EvaluatedOutput(string Name, IReadOnlyList<EstimatorOutput> Estimators, EstimateOutput Difference, double MeanWeight, double LargestWeight, double EffectiveSampleSize, double Overlap, double? TrueValue, double? Outside)
{
    /// <summary>Reward models combined, with --combine-models.</summary>
    public IReadOnlyList<ModelWeightOutput>? RewardModels { get; init; }
}

/// <summary>A reward model's weight in the market at the end of the log.</summary>
internal sealed record ModelWeightOutput(string Name, double Weight);

/// <summary>A policy known by its own log: estimated on the other log, and what it earned in its own.</summary>
internal sealed record PolicyLogOutput(string Log, long Decisions, int Groups, EstimateOutput Value, double EffectiveSampleSize, EstimateOutput Own, string Caveat);

/// <summary>An estimator's part of <see cref="EvaluatedOutput"/>.</summary>
internal sealed record EstimatorOutput(string Name, double Value, double Lower, double Upper, string Interval);

/// <summary>Source-generated JSON of <c>evaluate</c>.</summary>
[JsonSerializable(typeof(EvaluateOutput))]
internal sealed partial class EvaluateJson : JsonSerializerContext
{
    public static EvaluateJson Readable => field ??= new EvaluateJson(JsonStyle.NewOptions());
}
