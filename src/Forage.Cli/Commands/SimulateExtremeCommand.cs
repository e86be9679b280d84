using System.CommandLine;
using System.Text.Json.Serialization;
using Forage.Cli.Decisions;
using Forage.Cli.Frame;
using Forage.Evaluation;
using Forage.Simulation;

namespace Forage.Cli.Commands;

/// <summary><c>simulate extreme</c>: a synthetic extreme multilabel set.</summary>
internal sealed class SimulateExtremeCommand : CliCommand
{
    private readonly Option<string> _shape = new("--shape") { Description = "Set to take the statistics of: " + string.Join(", ", ExtremeShape.Named.Select(s => s.Name)), HelpName = "NAME", DefaultValueFactory = _ => "eur-lex" };
    private readonly Option<int?> _features = new("--features") { Description = "Size of the vocabulary, instead of the shape's", HelpName = "N" };
    private readonly Option<int?> _labels = new("--labels") { Description = "Number of labels, instead of the shape's", HelpName = "N" };
    private readonly Option<double?> _perRow = new("--labels-per-row") { Description = "Mean number of labels of a row, instead of the shape's", HelpName = "X" };
    private readonly Option<int?> _rows = new("--rows") { Description = "Rows to write [as many as the set has]", HelpName = "N" };
    private readonly Option<int?> _testRows = new("--test-rows") { Description = "Test rows to write [as many as the set has]", HelpName = "N" };
    private readonly OutputOption _output = new("--output", "-o") { IsReplaced = false, Description = "Training rows, in the format of the Extreme Classification Repository", DefaultValueFactory = _ => "train.txt.gz" };
    private readonly OutputOption _test = new("--test") { IsReplaced = false, Description = "Write test rows too" };

    public SimulateExtremeCommand() : base("extreme", "Make a synthetic multilabel set with the statistics of a known extreme one")
    {
        foreach (Option option in new Option[] { _shape, _features, _labels, _perRow, _rows, _testRows, _output, _test }) Options.Add(option);
    }

    public override IReadOnlyList<Example> Examples =>
    [
        new("simulate extreme --shape amazon-670k -o train.txt.gz --test test.txt.gz", "490,449 rows to train on and 153,025 to test on, 670,091 labels"),
        new("simulate extreme --shape eur-lex --rows 2000 -o small.txt", "A part of a set of the size of EUR-Lex"),
    ];

    public override string Notes => "Labels follow a Zipf-Mandelbrot law, come in topics and have prototypes of words; features are tf-idf values of length 1 (docs/simulation.md).";

    public override int Run(ParseResult parsed, Session session)
    {
        string output = parsed.GetRequiredValue(_output)!;
        string? test = parsed.GetValue(_test);
        if (test is null && parsed.Has(_testRows)) throw new UsageException("forage simulate extreme: option '--test-rows' needs a file to write them to: --test FILE");
        int rows = Rows(parsed, _rows), testRows = Rows(parsed, _testRows);
        var shape = ExtremeShape.Find(parsed.GetRequiredValue(_shape));
        if (parsed.GetValue(_features) is { } features) shape = shape with { Name = "custom", Features = features };
        if (parsed.GetValue(_labels) is { } labels) shape = shape with { Name = "custom", Labels = labels };
        if (parsed.GetValue(_perRow) is { } perRow) shape = shape with { Name = "custom", LabelsPerRow = perRow };
        var set = new SyntheticExtreme(shape, session.Seed);
        if (rows == 0) rows = shape.Train;
        if (testRows == 0) testRows = shape.Test;
        var written = Write(output, rows, session, shape, each => set.Train(each, rows, session.Cancellation));
        Written? second = test is null ? null : Write(test, testRows, session, shape, each => set.Test(each, testRows, session.Cancellation));
        var result = new SimulateExtremeOutput(shape.Name, shape.Features, shape.Labels, written, second, session.Seed, ForageVersion.Text);
        if (session.Json) session.WriteJson(result, SimulateExtremeJson.Readable.SimulateExtremeOutput);
        else Print(result, session.Out);
        return ExitCode.Fine;
    }

    private static int Rows(ParseResult parsed, Option<int?> option) => parsed.GetValue(option) switch
    {
        null => 0,
        > 0 and var n => n,
        var n => throw new UsageException($"forage simulate extreme: {option.Name} is {n}; expected at least 1"),
    };

    private static Written Write(string path, int rows, Session session, ExtremeShape shape, Action<ExtremeRow> make)
    {
        long done = 0, labels = 0, features = 0;
        using (var meter = session.Progress($"writing {Path.GetFileName(path)}", "rows"))
        using (var stream = TextFiles.Write(path, quick: true))
        using (var writer = new XmcWriter(stream, rows, shape.Features, shape.Labels))
        {
            make((rowLabels, indices, values) =>
            {
                writer.Write(rowLabels, indices, values);
                labels += rowLabels.Length;
                features += indices.Length;
                if (++done % 1024 == 0) meter.Report(done, (double)done / rows);
            });
        }
        return new Written(path, rows, (double)labels / rows, (double)features / rows, ReportData.OfFile(path).Sha256);
    }

    private static void Print(SimulateExtremeOutput r, TextWriter to)
    {
        to.WriteLine($"{r.Shape}: {Numbers.Count(r.Labels)} labels, {Numbers.Count(r.Features)} features");
        foreach (var w in new[] { r.Train, r.Test })
            if (w is not null) to.WriteLine(FormattableString.Invariant($"{w.Rows:N0} rows, {w.LabelsPerRow:0.00} labels and {w.FeaturesPerRow:0.0} features a row: {w.File}"));
    }
}

/// <summary>What <c>simulate extreme</c> tells.</summary>
internal sealed record SimulateExtremeOutput(string Shape, int Features, int Labels, Written Train, Written? Test, ulong Seed, string Version);

/// <summary>A file that was written.</summary>
internal sealed record Written(string File, int Rows, double LabelsPerRow, double FeaturesPerRow, string Sha256);

/// <summary>Source-generated JSON of <c>simulate extreme</c>.</summary>
[JsonSerializable(typeof(SimulateExtremeOutput))]
internal sealed partial class SimulateExtremeJson : JsonSerializerContext
{
    public static SimulateExtremeJson Readable => field ??= new SimulateExtremeJson(JsonStyle.NewOptions());
}
