using Forage.Data;
using Forage.Features;

namespace Forage.Training;

/// <summary>Examples in a file or stream: which parser reads them.</summary>
/// <param name="Source">Where they come from.</param>
/// <param name="Format">How they are written.</param>
public sealed record ExampleInput(ByteSource Source, InputFormat Format)
{
    /// <summary>How they are read.</summary>
    public ReadOptions Reading { get; init; } = new();

    /// <summary>A reader over the examples.</summary>
    /// <param name="names">Receives feature names, if given.</param>
    public RecordReader<ExampleBatch> Open(IFeatureNames? names = null) => new(Source, Parser(names), Reading);

    private IRecordParser<ExampleBatch> Parser(IFeatureNames? names) => Format switch
    {
        InputFormat.Vw => new VwTextParser(names),
        InputFormat.Svmlight => new SvmlightParser(),
        _ => throw new NotSupportedException($"Format {Format}."),
    };
}
