using System.Buffers;
using System.CommandLine;
using System.Text.Json.Serialization;
using Forage.Cli.Decisions;
using Forage.Cli.Frame;
using Forage.Data;
using Forage.Evaluation;
using Forage.OffPolicy.Learning;
using Forage.Simulation;

namespace Forage.Cli.Commands;

/// <summary><c>simulate log</c>: a supervised set becomes a log of decisions.</summary>
internal sealed class SimulateLogCommand : CliCommand
{
    private readonly Argument<string> _file = new("FILE") { Description = "Supervised data: labels or a class on every line" };
    private readonly Option<string?> _format = new("--format") { Description = "xmc, multilabel (svmlight with label sets), svmlight, vw or csv (one class a line); found from the first line", HelpName = "NAME" };
    private readonly Option<string?> _target = new("--target") { Description = "Column of the class, for CSV and TSV with a header [the last]", HelpName = "NAME" };
    private readonly OutputOption _output = new("--output", "-o") { IsReplaced = false, Description = "The log; its policy, truth and names go beside it", DefaultValueFactory = _ => "simulated.jsonl.gz" };
    private readonly Option<double> _fraction = new("--fraction") { Description = "Share of the data the logging policy learns from; kept out of the log", HelpName = "α", DefaultValueFactory = _ => 0.03 };
    private readonly Option<double> _temperature = new("--temperature") { Description = "Of the logging policy: below 1 sharper", HelpName = "T", DefaultValueFactory = _ => 0.65 };
    private readonly Option<double> _uniform = new("--epsilon") { Description = "Share of uniform exploration", HelpName = "ε", DefaultValueFactory = _ => 0 };
    private readonly Option<int?> _slate = new("--slate") { Description = "Actions shown in a decision [5 for label sets, 1 for classes]", HelpName = "L" };
    private readonly Option<int> _passes = new("--passes") { Description = "Passes of the logging policy's learner", HelpName = "N", DefaultValueFactory = _ => 5 };
    private readonly Option<bool> _distribution = new("--log-distribution") { Description = "Log the whole distribution with every decision (large; the policy's file serves as well)" };
    private readonly Option<string?> _actions = new("--action-names") { Description = "File with the names of the labels, one a line", HelpName = "FILE" };
    private readonly Option<string?> _features = new("--feature-names") { Description = "File with the names of the features, one a line", HelpName = "FILE" };

    public SimulateLogCommand() : base("log", "Turn a supervised data set into a log of decisions with partial feedback")
    {
        Arguments.Add(_file);
        foreach (Option option in new Option[] { _output, _format, _target, _fraction, _temperature, _uniform, _slate, _passes, _distribution, _actions, _features }) Options.Add(option);
    }

    public override IReadOnlyList<Example> Examples =>
    [
        new("simulate log data/delicious/train.txt.gz -o log.jsonl.gz", "Slates of 5 tags of 983, drawn by a policy that learnt from 3 % of the pages"),
        new("simulate log letter.tsv.gz --target target --epsilon 0.1 -o letter.jsonl.gz", "One of 26 letters a decision, every tenth at random"),
    ];

    public override string Notes =>
        "The log is in Forage's JSON lines (docs/formats.md): action-wise conditional propensities exactly as drawn, rewards 1 for right labels and 0 for others.\n"
        + "Beside FILE.jsonl.gz stand FILE.policy.gz (the logging policy), FILE.truth.gz (the right actions) and names if given; improve and evaluate find them there.";

    public override int Run(ParseResult parsed, Session session)
    {
        string path = parsed.GetRequiredValue(_file), output = parsed.GetRequiredValue(_output)!;
        UsageException.Require(parsed.GetValue(_fraction) is > 0 and < 1, "simulate log", "--fraction", parsed.GetValue(_fraction), "a number between 0 and 1");
        UsageException.Require(parsed.GetValue(_temperature) > 0, "simulate log", "--temperature", parsed.GetValue(_temperature), "a positive number");
        foreach (string beside in new[] { "policy", "truth", "actions", "features" })
            if (OutputFiles.IsSame(LogPaths.Companion(output, beside), path)) throw OutputFiles.Overwrites("forage simulate log", "--output", path, "FILE");
        var source = ByteSource.File(path);
        var format = SupervisedFiles.Format(parsed.GetValue(_format), source, "simulate log");
        var set = SupervisedFiles.Read(source, format, parsed.GetValue(_target), session);
        bool sets = format is SupervisedFormat.Xmc or SupervisedFormat.Multilabel;
        var options = new LogSimulationOptions
        {
            TrainFraction = parsed.GetValue(_fraction),
            Temperature = parsed.GetValue(_temperature),
            Uniform = parsed.GetValue(_uniform),
            SlateLength = parsed.GetValue(_slate) ?? (sets ? 5 : 1),
            Passes = parsed.GetValue(_passes),
            LogDistribution = parsed.GetValue(_distribution),
            Seed = session.Seed,
        };
        LogSimulator simulator;
        using (var meter = session.Progress("training the logging policy", "examples")) simulator = LogSimulator.Train(set, options, (n, of) => meter.Report(n, (double)n / of), session.Cancellation);

        var (count, reward) = WriteLog(simulator, output, session);
        string policyPath = LogPaths.Companion(output, "policy"), truthPath = LogPaths.Companion(output, "truth");
        new PolicyModel(new PolicyRecipe
        {
            Name = "logging policy",
            Actions = set.LabelCount,
            SlateLength = options.SlateLength,
            Command = session.CommandText,
            Seed = session.Seed,
            Version = ForageVersion.Text,
            DataSha256 = ReportData.OfFile(path).Sha256,
            Evidence = $"trained on {simulator.TrainedOn.Length} of {set.Count} examples",
        }, simulator.LoggingPolicy).Save(policyPath);
        using (var truth = new StreamWriter(TextFiles.Write(truthPath))) TruthFile.Write(truth, set, simulator.Logged);
        WriteNames(parsed.GetValue(_actions) is { } actions ? TextFiles.Lines(actions) : set.LabelNames, output, "actions");
        WriteNames(parsed.GetValue(_features) is { } features ? TextFiles.Lines(features) : null, output, "features");

        var result = new SimulateLogOutput(output, policyPath, truthPath, count, set.LabelCount, options.SlateLength, simulator.TrainedOn.Length, reward / Math.Max(1, count), session.Seed, ForageVersion.Text, ReportData.OfFile(output).Sha256);
        if (session.Json) session.WriteJson(result, SimulateLogJson.Readable.SimulateLogOutput);
        else Print(result, session.Out);
        return session.Cancellation.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Fine;
    }

    private static (long Count, double Reward) WriteLog(LogSimulator simulator, string output, Session session)
    {
        long count = 0;
        double reward = 0;
        int all = simulator.Logged.Length;
        using var meter = session.Progress("drawing decisions", "decisions");
        using var to = TextFiles.Write(output);
        var buffer = new ArrayBufferWriter<byte>(1 << 16);
        foreach (var decision in simulator.Decisions())
        {
            if (session.Cancellation.IsCancellationRequested) break; // what was drawn is a log already
            DecisionJsonWriter.Write(buffer, decision);
            count++;
            reward += decision.Reward;
            if (buffer.WrittenCount < 1 << 15) continue;
            to.Write(buffer.WrittenSpan);
            buffer.ResetWrittenCount();
            meter.Report(count, (double)count / all);
        }
        to.Write(buffer.WrittenSpan);
        return (count, reward);
    }

    private static void WriteNames(IReadOnlyList<string>? names, string output, string kind)
    {
        if (names is null) return;
        using var to = new StreamWriter(TextFiles.Write(LogPaths.Companion(output, kind)));
        foreach (string name in names) to.Write(name + "\n");
    }

    private static void Print(SimulateLogOutput r, TextWriter to)
    {
        to.WriteLine($"{Numbers.Count(r.Decisions)} decisions among {Numbers.Count(r.Actions)} actions, {r.SlateLength} shown in each: {r.Log}");
        to.WriteLine(FormattableString.Invariant($"reward {r.RewardPerDecision:0.0000} a decision ({100 * r.RewardPerDecision / r.SlateLength:0.0} % of what was shown was right)"));
        to.WriteLine($"logging policy, from {Numbers.Count(r.TrainedOn)} examples that are not in the log: {r.Policy}");
        to.WriteLine($"truth: {r.Truth}");
        to.WriteLine($"sha256 {r.Sha256}");
    }
}

/// <summary>What <c>simulate log</c> tells.</summary>
internal sealed record SimulateLogOutput(string Log, string Policy, string Truth, long Decisions, int Actions, int SlateLength, int TrainedOn, double RewardPerDecision, ulong Seed, string Version, string Sha256);

/// <summary>Source-generated JSON of <c>simulate log</c>.</summary>
[JsonSerializable(typeof(SimulateLogOutput))]
internal sealed partial class SimulateLogJson : JsonSerializerContext
{
    public static SimulateLogJson Readable => field ??= new SimulateLogJson(JsonStyle.NewOptions());
}
