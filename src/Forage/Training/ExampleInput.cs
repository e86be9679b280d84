using System.Globalization;
using Forage.Data;
using Forage.Features;

namespace Forage.Training;

/// <summary>Examples in a file or stream: which parser reads them, and whether later passes read a cache.</summary>
/// <param name="Source">Where they come from.</param>
/// <param name="Format">How they are written.</param>
public sealed record ExampleInput(ByteSource Source, InputFormat Format)
{
    /// <summary>How they are read.</summary>
    public ReadOptions Reading { get; init; } = new();

    /// <summary>
    /// Where a binary cache is kept; null for none. A whole cache made from the same file in the same format is used at once, also by the first
    /// pass; any other is made anew.
    /// </summary>
    public string? CachePath { get; init; }

    /// <summary>True if the examples can be gone through more than once.</summary>
    public bool IsRepeatable => Source.Length is not null || CachePath is not null;

    /// <summary>A reader over the examples.</summary>
    /// <param name="pass">Which pass this is, from 0; a stream's cache is used from the second on.</param>
    /// <param name="names">Receives feature names, if given; the text is then read even if there is a cache.</param>
    public IBatchReader<ExampleBatch> Open(int pass = 0, IFeatureNames? names = null)
    {
        if (CachePath is null) return new RecordReader<ExampleBatch>(Source, Parser(names), Reading);
        string recipe = Recipe();
        bool mayUse = names is null && (pass > 0 || Source.Length is not null);
        if (mayUse && CacheReader<ExampleBatch>.TryOpen(CachePath, recipe, out var cache, Reading.Helpers)) return cache!;
        return new CachingReader<ExampleBatch>(new RecordReader<ExampleBatch>(Source, Parser(names), Reading), CachePath, recipe);
    }

    private string Recipe() => Source.Length is null
        ? $"{Format} stream"
        : string.Create(CultureInfo.InvariantCulture, $"{Format} {Path.GetFullPath(Source.Name)} {Source.Length} {File.GetLastWriteTimeUtc(Source.Name).Ticks}");

    private IRecordParser<ExampleBatch> Parser(IFeatureNames? names) => Format switch
    {
        InputFormat.Vw => new VwTextParser(names),
        InputFormat.Svmlight => new SvmlightParser(),
        _ => throw new NotSupportedException($"Format {Format}."),
    };
}
