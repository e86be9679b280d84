using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Forage.Cli.Decisions;
using Forage.Cli.Frame;
using Forage.Evaluation;
using Forage.OffPolicy;
using Forage.OffPolicy.Checking;

namespace Forage.Cli.Commands;

/// <summary><c>check</c>: can policies be valued from this log?</summary>
internal sealed class CheckCommand : CliCommand
{
    public const string Summary = "Check whether a log of decisions can be learnt from: propensities, overlap, delays, drift";

    private readonly DecisionOptions _input = new();
    private readonly OutputOption _report = new("--report") { Description = "Where to write an HTML report" };
    private readonly Option<double> _confidence = new("--confidence") { Description = "Confidence of each test", HelpName = "C", DefaultValueFactory = _ => 0.95 };
    private readonly Option<double?> _least = new("--min-reward") { Description = "Least possible reward of an action shown", HelpName = "R" };
    private readonly Option<double?> _most = new("--max-reward") { Description = "Greatest possible reward of an action shown", HelpName = "R" };

    public CheckCommand() : base("check", Summary)
    {
        _input.AddTo(this);
        foreach (Option option in new Option[] { _report, _confidence, _least, _most }) Options.Add(option);
    }

    public override IReadOnlyList<Example> Examples =>
    [
        new("check log.dsjson", "Are the propensities possible, what was shown how often, how many more decisions are needed"),
        new("check log.jsonl.gz --report check.html --json", "The same as JSON, and as a page"),
    ];

    public override string Notes => "The exit code is 1 if values computed from the log would be wrong (a finding of severity error).";

    public override int Run(ParseResult parsed, Session session)
    {
        UsageException.Require(parsed.GetValue(_confidence) is > 0 and < 1, "check", "--confidence", parsed.GetValue(_confidence), "a number between 0 and 1");
        var data = _input.Read(parsed, session, withTruth: false);
        var options = new LogCheckOptions { Confidence = parsed.GetValue(_confidence), Rewards = RewardOptions.Range(parsed.GetValue(_least), parsed.GetValue(_most), "check") };
        if (data.Logging is not null && !data.Log.HasDistributions) data.Log.FillDistributions(data.Logging.Policy, 2, session.Cancellation);
        var report = Check(data, options, session);
        string? page = parsed.GetValue(_report);
        if (page is not null) LogCheckPage.Build(report, data.Provenance(session), data.Action).Save(page);
        if (session.Json) session.WriteJson(new CheckOutput(data.Path, data.Data.Sha256, report.Worst.ToString(), report, page, session.CommandText, session.Seed, ForageVersion.Text), CheckJson.Readable.CheckOutput);
        else Print(report, data, page, session.Out);
        return report.Worst == Severity.Error ? ExitCode.Failed : ExitCode.Fine;
    }

    /// <summary>Checks a log that was read, the logging policy given included.</summary>
    public static LogCheckReport Check(DecisionData data, LogCheckOptions options, Session session)
    {
        var log = data.Log;
        var check = new LogCheck(options);
        using var meter = session.Progress("checking", "decisions");
        for (int i = 0; i < log.Count; i++)
        {
            if (i % 256 == 0)
            {
                session.Cancellation.ThrowIfCancellationRequested();
                meter.Report(i, (double)i / log.Count);
            }
            var d = log.ToLogged(i);
            check.Add(d.Distribution is null && log.Context(i).Logged is { IsEmpty: false } filled ? d with { Distribution = filled.ToArray() } : d);
        }
        var report = check.Report();
        if (data.Logging is null) return report;
        var agreement = LogAgreement.Of(log, data.Logging.Policy);
        return report with { Findings = [.. report.Findings.Append(agreement).OrderByDescending(f => f.Severity)] };
    }

    private static void Print(LogCheckReport r, DecisionData data, string? page, TextWriter to)
    {
        to.WriteLine(FormattableString.Invariant($"{data.Path}: {r.Decisions:N0} decisions{(data.Log.Unlabelled > 0 ? FormattableString.Invariant($" with an outcome ({data.Log.Unlabelled:N0} without were left out)") : "")} among {(r.ActionCounts.Smallest == r.ActionCounts.Largest ? "" : $"{r.ActionCounts.Smallest:N0} to ")}{r.ActionCounts.Largest:N0} actions, {(r.SlateLength > 1 ? $"up to {r.SlateLength} shown" : "one shown")} in each; mean reward {r.Rewards.Mean:0.0000} per action shown"));
        to.WriteLine();
        foreach (var f in r.Findings) to.WriteLine($"{Mark(f.Severity)} {f.Sentence}");
        to.WriteLine();
        var histogram = new TextTable("propensity", ">actions shown", ">share", "");
        long all = Math.Max(1, r.Propensities.Histogram.Sum());
        for (int k = 0; k < r.Propensities.Histogram.Count; k++)
        {
            long n = r.Propensities.Histogram[k];
            if (n == 0) continue;
            string range = k == 0 ? "1" : k == r.Propensities.Histogram.Count - 1 ? FormattableString.Invariant($"below {Math.Pow(10, 1 - k):G1}") : FormattableString.Invariant($"{Math.Pow(10, -k):G1} to {Math.Pow(10, 1 - k):G1}");
            histogram.Add(range, Numbers.Count(n), (100.0 * n / all).ToString("0.0", CultureInfo.InvariantCulture) + " %", new string('█', (int)Math.Round(40.0 * n / all)));
        }
        histogram.Write(to);
        if (r.Separations.Count > 0)
        {
            to.WriteLine();
            var separations = new TextTable("what the log can tell about", ">difference", ">std. error", ">eff. sample", ">largest w", ">overlap", ">decisions to tell apart");
            foreach (var s in r.Separations)
                separations.Add(s.Policy, s.Difference.ToString("0.0000", CultureInfo.InvariantCulture), s.StandardError.ToString("0.0000", CultureInfo.InvariantCulture), Numbers.Count((long)s.EffectiveSampleSize), s.LargestWeight.ToString("G3", CultureInfo.InvariantCulture), (100 * s.Overlap).ToString("0.#", CultureInfo.InvariantCulture) + " %", s.Decisions == long.MaxValue ? "–" : Numbers.Count(s.Decisions));
            separations.Write(to);
        }
        to.WriteLine();
        var actions = new TextTable("shown most", ">times", ">mean propensity", ">smallest", ">mean reward");
        foreach (var a in r.Actions.Take(10)) actions.Add(data.Action(a.Action), Numbers.Count(a.Shown), Known(a.MeanPropensity), Known(a.SmallestPropensity), a.MeanReward.ToString("0.0000", CultureInfo.InvariantCulture));
        actions.Write(to);
        if (page is not null) to.WriteLine($"\nreport: {page}");
    }

    private static string Known(double propensity) => double.IsNaN(propensity) ? "–" : propensity.ToString("G3", CultureInfo.InvariantCulture);

    private static string Mark(Severity severity) => severity switch
    {
        Severity.Error => "✗ error:  ",
        Severity.Warning => "! warning:",
        Severity.Note => "· note:   ",
        _ => "✓ fine:   ",
    };
}

/// <summary>What <c>check --json</c> prints.</summary>
internal sealed record CheckOutput(string Log, string Sha256, string Worst, LogCheckReport Check, string? Report, string Command, ulong Seed, string Version);

/// <summary>Source-generated JSON of <c>check</c>.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(CheckOutput))]
internal sealed partial class CheckJson : JsonSerializerContext
{
    public static CheckJson Readable => field ??= new CheckJson(JsonStyle.NewOptions());
}
