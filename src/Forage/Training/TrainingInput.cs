using System.Globalization;
using Forage.Data;
using Forage.Features;

namespace Forage.Training;

/// <summary>Examples in a file or stream: which parser reads them, and whether later passes read a cache.</summary>
/// <param name="Source">Where they come from.</param>
/// <param name="Format">How they are written.</param>
public sealed record TrainingInput(ByteSource Source, InputFormat Format)
{
    /// <summary>How they are read.</summary>
    public ReadOptions Reading { get; init; } = new();

    /// <summary>Columns and classes, if the format is <see cref="InputFormat.Csv"/>.</summary>
    public CsvSchema? Schema { get; init; }

    /// <summary>
    /// Where a binary cache is kept; null for none. A whole cache made from the same file in the same format is used at once, also by the first
    /// pass; any other is made anew.
    /// </summary>
    public string? CachePath { get; init; }

    /// <summary>True if the examples can be gone through more than once.</summary>
    public bool IsRepeatable => Source.Length is not null || CachePath is not null;

    /// <summary>A reader over examples with one label each.</summary>
    /// <param name="pass">Which pass this is, from 0; a stream's cache is used from the second on.</param>
    /// <param name="names">Receives feature names, if given; the text is then read even if there is a cache.</param>
    public IBatchReader<ExampleBatch> OpenExamples(int pass = 0, IFeatureNames? names = null) => Open(pass, names is not null, () => ExampleParser(names));

    /// <summary>A reader over examples with sets of labels.</summary>
    /// <param name="pass">Which pass this is, from 0; a stream's cache is used from the second on.</param>
    public IBatchReader<MultilabelBatch> OpenMultilabel(int pass = 0) => Open(pass, false, MultilabelParser);

    private IBatchReader<TBatch> Open<TBatch>(int pass, bool wantsText, Func<IRecordParser<TBatch>> parser) where TBatch : RecordBatch, new()
    {
        if (CachePath is null) return new RecordReader<TBatch>(Source, parser(), Reading);
        string recipe = Recipe();
        bool mayUse = !wantsText && (pass > 0 || Source.Length is not null);
        if (mayUse && CacheReader<TBatch>.TryOpen(CachePath, recipe, out var cache, Reading.Helpers)) return cache!;
        return new CachingReader<TBatch>(new RecordReader<TBatch>(Source, parser(), Reading), CachePath, recipe);
    }

    private string Recipe()
    {
        string how = Schema is null ? Format.ToString() : $"{Format} {string.Join('\u001f', Schema.Columns.Select(c => $"{c.Name}={c.Kind}").Concat(Schema.Classes))}";
        if (how.Length > 512) how = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(how)));
        return Source.Length is null ? how + " stream" : string.Create(CultureInfo.InvariantCulture, $"{how} {Path.GetFullPath(Source.Name)} {Source.Length} {File.GetLastWriteTimeUtc(Source.Name).Ticks}");
    }

    private IRecordParser<ExampleBatch> ExampleParser(IFeatureNames? names) => Format switch
    {
        InputFormat.Vw => new VwTextParser(names),
        InputFormat.Svmlight => new SvmlightParser(),
        InputFormat.Json => new JsonExampleParser(),
        InputFormat.Csv => new CsvParser(Schema ?? throw new InvalidOperationException("CSV without a schema.")),
        _ => throw new ForageException($"The format {InputFormats.NameOf(Format)} has sets of labels; it needs the task multilabel."),
    };

    private IRecordParser<MultilabelBatch> MultilabelParser() => Format switch
    {
        InputFormat.Svmlight => new SvmlightMultilabelParser(),
        InputFormat.Xmc => new XmcParser(XmcHeader.Parse(Source.ReadFirstLine())),
        _ => throw new ForageException($"The format {InputFormats.NameOf(Format)} has one label an example; the task multilabel needs svmlight or xmc."),
    };
}
