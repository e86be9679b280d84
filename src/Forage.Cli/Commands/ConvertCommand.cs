using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using Forage.Cli.Decisions;
using Forage.Cli.Frame;
using Forage.Data;
using Forage.Training;

namespace Forage.Cli.Commands;

/// <summary><c>convert</c>: records from one format to another.</summary>
internal sealed class ConvertCommand : CliCommand
{
    public const string Summary = "Convert examples, sets of labels or logs of decisions to another format";

    private readonly Argument<string> _input = new("FILE") { Description = "What to read, plain or gzip" };
    private readonly OutputOption _output = new("--output", "-o") { IsReplaced = false, Description = "Where to write, gzip if it ends in .gz [standard output]" };
    private readonly Option<string?> _to = new("--to") { Description = "Format to write: vw, svmlight, xmc, json or dsjson [by the output's name]", HelpName = "NAME" };
    private readonly Option<string> _format = new("--format") { Description = "Format to read: vw, svmlight, json, csv, xmc, dsjson, vw-actions or open-bandit", HelpName = "NAME", DefaultValueFactory = _ => "auto" };
    private readonly Option<string> _kind = new("--kind") { Description = "What the records are: examples, sets (of labels) or decisions", HelpName = "NAME", DefaultValueFactory = _ => "auto" };
    private readonly Option<int?> _actions = new("--actions") { Description = "Number of actions, for decisions in VW text of one line", HelpName = "K" };
    private readonly Option<bool> _strict = new("--strict") { Description = "Stop at the first malformed record instead of skipping and counting it" };

    public ConvertCommand() : base("convert", Summary)
    {
        Arguments.Add(_input);
        foreach (Option option in new Option[] { _output, _to, _format, _kind, _actions, _strict }) Options.Add(option);
    }

    public override IReadOnlyList<Example> Examples =>
    [
        new("convert log.dsjson -o log.jsonl.gz", "dsjson to Forage's JSON lines, which keep slates too"),
        new("convert train.svm -o train.vw", "svmlight to VW text"),
        new("convert data/delicious/test.txt.gz --to svmlight", "Sets of labels, to standard output"),
    ];

    public override string Notes =>
        "Names of features are hashed when they are read, so they are written as numbers; what is read back has the same indices (docs/formats.md).\n"
        + "What the other format cannot say is left out and counted: an unlabelled example in svmlight, a slate in VW text.";

    public override int Run(ParseResult parsed, Session session)
    {
        string path = parsed.GetRequiredValue(_input), format = parsed.GetValue(_format)!, kind = parsed.GetValue(_kind)!;
        string? output = parsed.GetValue(_output);
        var source = ByteSource.File(path);
        string line = Encoding.UTF8.GetString(source.ReadFirstLine()).Trim();
        if (format == "auto") format = FormatOf(path, line);
        if (kind == "auto") kind = KindOf(format, line);
        string target = parsed.GetValue(_to) ?? TargetOf(output, kind);
        // Before the file to write is opened, and emptied.
        string[] targets = kind switch
        {
            "examples" => ["vw", "svmlight"],
            "sets" => ["svmlight", "xmc"],
            "decisions" => ["json", "dsjson", "vw"],
            _ => throw new UsageException($"forage convert: option '--kind' got '{kind}', expected examples, sets or decisions"),
        };
        if (!targets.Contains(target)) throw new UsageException($"forage convert: {kind} cannot be written as '{target}'; expected {string.Join(", ", targets[..^1])} or {targets[^1]}");
        var reading = new ReadOptions { Strict = parsed.GetValue(_strict) };

        if (session.Json && output is null) throw new UsageException("forage convert: --json prints on standard output; say where the records go with -o FILE");
        using var meter = session.Progress("converting", "records");
        Func<Stream, ConversionSummary> work = (kind, target) switch
        {
            ("examples", "vw") => Work(ExampleParser(format, source), FormatConverter.ExampleAsVw),
            ("examples", _) => Work(ExampleParser(format, source), FormatConverter.ExampleAsSvmlight),
            ("sets", "svmlight") => Work(SetParser(format, source), FormatConverter.SetAsSvmlight),
            ("sets", _) when SetParser(format, source) is var sets => Xmc(sets, source, Work(sets, FormatConverter.SetAsSvmlight)),
            (_, "json") => Work(DecisionParsers.Open(format, parsed.GetValue(_actions), source), FormatConverter.DecisionAsJson),
            (_, "dsjson") => Work(DecisionParsers.Open(format, parsed.GetValue(_actions), source), DsjsonWriter.TryWrite),
            _ => Work(DecisionParsers.Open(format, parsed.GetValue(_actions), source), VwTextWriter.TryWrite),
        };
        var summary = Written(work, output, session);
        meter.Dispose();
        var result = new ConvertOutput(path, format, kind, target, output, summary.Written, summary.Read.Malformed, summary.Read.FirstFaults, summary.Unwritable, summary.FirstReason);
        if (session.Json) session.WriteJson(result, ConvertJson.Readable.ConvertOutput);
        else result.Print(output is null ? session.Terminal.Error : session.Out, session.Quiet);
        return session.Cancellation.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Fine;

        Func<Stream, ConversionSummary> Work<TBatch>(IRecordParser<TBatch> parser, RecordWriter<TBatch> writer) where TBatch : RecordBatch, new() => to =>
        {
            var reader = new RecordReader<TBatch>(source, parser, reading);
            return FormatConverter.Convert(reader, writer, to, n => meter.Report(n, source.Length is > 0 and var all ? Math.Min(1, (double)reader.StoredBytesRead / all) : double.NaN), session.Cancellation);
        };
    }

    private static ConversionSummary Written(Func<Stream, ConversionSummary> work, string? output, Session session)
    {
        session.Terminal.Out.Flush();
        if (output is null) return work(session.Terminal.OutStream);
        using var file = TextFiles.Write(output);
        try
        {
            return work(file);
        }
        catch (ForageException e)
        {
            throw new ForageException($"{e.Message} What was read before it is in '{output}'.", e);
        }
    }

    private static string FormatOf(string path, string line)
    {
        if (line.Contains("item_id", StringComparison.Ordinal) && line.Contains("propensity_score", StringComparison.Ordinal)) return "open-bandit";
        if (line.StartsWith('{') && (line.Contains("\"_label_cost\"", StringComparison.Ordinal) || line.Contains("\"_multi\"", StringComparison.Ordinal))) return "dsjson";
        if (line.StartsWith("shared", StringComparison.Ordinal)) return "vw-actions";
        return (InputFormats.OfPath(path) ?? InputFormats.OfContent(Encoding.UTF8.GetBytes(line + "\n"))) is { } known ? InputFormats.NameOf(known)
            : throw new UsageException($"forage convert: cannot tell the format of '{path}' from its name or its first line; say --format");
    }

    private static string KindOf(string format, string line) => format switch
    {
        "dsjson" or "vw-actions" or "open-bandit" => "decisions",
        "xmc" => "sets",
        "json" => line.Contains("\"chosen\"", StringComparison.Ordinal) || line.Contains("\"actions\"", StringComparison.Ordinal) ? "decisions" : "examples",
        "vw" => line.IndexOf(':') is var colon and >= 0 && colon < line.IndexOf('|') ? "decisions" : "examples",
        "svmlight" or "svm" or "libsvm" => line.Split(' ')[0].Contains(',') ? "sets" : "examples",
        _ => "examples",
    };

    private static string TargetOf(string? output, string kind)
    {
        if (output is null) throw new UsageException("forage convert: say --to FORMAT, or -o FILE with an ending that tells");
        string name = output.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? output[..^3] : output;
        return System.IO.Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".vw" => "vw",
            ".svm" or ".svmlight" or ".libsvm" => "svmlight",
            ".xmc" => "xmc",
            ".dsjson" => "dsjson",
            ".json" or ".jsonl" => "json",
            _ => throw new UsageException($"forage convert: cannot tell from '{output}' in which format to write {kind}; say --to FORMAT"),
        };
    }

    private static IRecordParser<ExampleBatch> ExampleParser(string format, ByteSource source) => format switch
    {
        "vw" => new VwTextParser(),
        "svmlight" or "svm" or "libsvm" => new SvmlightParser(),
        "json" => new JsonExampleParser(),
        "csv" or "tsv" => new CsvParser(CsvSchema.Scan(source, new CsvOptions { NamespacePerColumn = true })),
        _ => throw new UsageException($"forage convert: the format '{format}' has no examples of one label; expected vw, svmlight, json or csv"),
    };

    private static IRecordParser<MultilabelBatch> SetParser(string format, ByteSource source) => format switch
    {
        "xmc" => new XmcParser(XmcHeader.Parse(source.ReadFirstLine())),
        "svmlight" or "svm" or "libsvm" => new SvmlightMultilabelParser(),
        _ => throw new UsageException($"forage convert: the format '{format}' has no sets of labels; expected svmlight or xmc"),
    };

    /// <summary>XMC begins with its sizes, so the rows are read once before they are written.</summary>
    private static Func<Stream, ConversionSummary> Xmc(IRecordParser<MultilabelBatch> parser, ByteSource source, Func<Stream, ConversionSummary> run)
    {
        long rows = 0, features = 0;
        int labels = 0;
        new RecordReader<MultilabelBatch>(source, parser).Read(batch =>
        {
            rows += batch.Count;
            for (int i = 0; i < batch.Count; i++)
            {
                if (batch.Labels(i) is [.., var last]) labels = Math.Max(labels, last + 1);
                var row = batch.Rows[i];
                for (int g = 0; g < row.GroupCount; g++)
                    foreach (uint index in row.Indices[row.Group(g).Start..row.Group(g).End]) features = Math.Max(features, index + 1L);
            }
        });
        if (parser is XmcParser { Header: var header }) (features, labels) = (header.Features, header.Labels);
        return to =>
        {
            to.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{rows} {features} {labels}\n")));
            return run(to);
        };
    }
}

/// <summary>What <c>convert</c> tells.</summary>
internal sealed record ConvertOutput(string Input, string Format, string Kind, string To, string? Output, long Written, long Malformed, IReadOnlyList<string> FirstFaults, long LeftOut, string? WhyLeftOut)
{
    public void Print(TextWriter to, bool quiet)
    {
        if (!quiet) to.WriteLine($"{Numbers.Count(Written)} {Kind} from {Format} to {To}{(Output is null ? "" : ": " + Output)}");
        if (LeftOut > 0) to.WriteLine($"{Numbers.Count(LeftOut)} left out, for {To} cannot say them; the first has {WhyLeftOut}");
        if (Malformed == 0) return;
        to.WriteLine($"{Numbers.Count(Malformed)} malformed records skipped; the first:");
        foreach (string fault in FirstFaults) to.WriteLine("  " + fault);
    }
}

/// <summary>Source-generated JSON of <c>convert</c>.</summary>
[JsonSerializable(typeof(ConvertOutput))]
internal sealed partial class ConvertJson : JsonSerializerContext
{
    public static ConvertJson Readable => field ??= new ConvertJson(JsonStyle.NewOptions());
}
