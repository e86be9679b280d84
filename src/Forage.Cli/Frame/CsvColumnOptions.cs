using System.CommandLine;
using Forage.Data;
using Forage.Training;

namespace Forage.Cli.Frame;

/// <summary>The options that say what the columns of CSV are.</summary>
internal sealed class CsvColumnOptions : OptionGroup
{
    private readonly Option<string?> _target = new("--target") { Description = "The column to predict [the last]", HelpName = "COLUMN" };
    private readonly Option<string[]> _ignore = new("--ignore") { Description = "A column not to use (repeatable)", HelpName = "COLUMN" };
    private readonly Option<string[]> _categorical = new("--categorical") { Description = "A column of categories though it looks like numbers (repeatable)", HelpName = "COLUMN" };

    private readonly Option<string[]> _numeric = new("--numeric") { Description = "A column of numbers; a row with anything else in it is malformed (repeatable)", HelpName = "COLUMN" };

    /// <inheritdoc/>
    public override string Heading => "Columns of CSV";

    /// <inheritdoc/>
    public override IReadOnlyList<Option> All => [_target, _ignore, _categorical, _numeric];

    /// <summary>The input with its columns; a file is looked through to tell numbers from categories and to find the classes.</summary>
    public TrainingInput WithSchema(ParseResult parsed, TrainingInput input, TaskKind task, Session session)
    {
        bool any = parsed.GetValue(_target) is not null || parsed.GetValue(_ignore) is { Length: > 0 } || parsed.GetValue(_categorical) is { Length: > 0 } || parsed.GetValue(_numeric) is { Length: > 0 };
        if (input.Format != InputFormat.Csv) return any ? throw new UsageException($"forage learn: columns are of CSV, and the input is {InputFormats.NameOf(input.Format)}") : input;
        var options = new CsvOptions
        {
            Target = parsed.GetValue(_target),
            Ignored = parsed.GetValue(_ignore) ?? [],
            Categorical = parsed.GetValue(_categorical) ?? [],
            Numeric = parsed.GetValue(_numeric) ?? [],
            NamespacePerColumn = true,
            KeepMissing = task == TaskKind.Quantile,
            TargetKind = task switch { TaskKind.Classify => CsvTarget.Binary, TaskKind.Multiclass => CsvTarget.Class, _ => CsvTarget.Number },
        };
        var schema = input.Source.Length is null ? CsvSchema.FromHeader(input.Source.ReadFirstLine(), options) : CsvSchema.Scan(input.Source, options);
        foreach (var doubt in schema.Doubtful)
            session.Warn($"column '{doubt.Name}' is taken for categories: {Numbers.Count(doubt.Others)} of its {Numbers.Count(doubt.Numbers + doubt.Others)} values {(doubt.Others == 1 ? "is" : "are")} not a number, {(doubt.Others == 1 ? "" : "first ")}'{doubt.FirstOther}'. If it is of numbers, say --numeric '{doubt.Name}', which leaves such rows out; else --categorical '{doubt.Name}'");
        return input with { Schema = schema };
    }

    /// <summary>The schema as options in which every column is declared, to be kept in a model.</summary>
    public static CsvOptions Declared(CsvSchema schema)
    {
        IReadOnlyList<string> Of(CsvColumnKind kind) => [.. schema.Columns.Where(c => c.Kind == kind).Select(c => c.Name)];
        return schema.Options with
        {
            Separator = schema.Separator,
            Target = Of(CsvColumnKind.Target).FirstOrDefault() ?? "",
            Numeric = Of(CsvColumnKind.Numeric),
            Categorical = Of(CsvColumnKind.Categorical),
            Ignored = Of(CsvColumnKind.Ignored),
            Classes = schema.Options.TargetKind == CsvTarget.Number ? null : schema.Classes,
        };
    }

    /// <summary>The input with the columns a model was learnt from; the target may be missing.</summary>
    public static TrainingInput WithSchema(TrainingInput input, CsvOptions? kept)
    {
        if (input.Format != InputFormat.Csv)
            return kept is null ? input : throw new ForageException($"The model was learnt from CSV, whose columns are its features, and the input is {InputFormats.NameOf(input.Format)}; expected CSV.");
        if (kept is null) throw new ForageException("The model was not learnt from CSV, so what its columns are is not known; expected the format it was learnt from.");
        byte[] header = input.Source.ReadFirstLine();
        var columns = CsvSchema.FromHeader(header, new CsvOptions { Separator = kept.Separator, Header = kept.Header, Target = "" }).Columns.Select(c => c.Name).ToHashSet();
        if (kept.Target is { } target && !columns.Contains(target)) kept = kept with { Target = "", Classes = null, TargetKind = CsvTarget.Number };
        kept = kept with { Ignored = [.. kept.Ignored.Where(columns.Contains)] };
        return input with { Schema = CsvSchema.FromHeader(header, kept) };
    }
}
