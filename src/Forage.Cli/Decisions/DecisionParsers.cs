using Forage.Cli.Frame;
using Forage.Data;
using Forage.Features;

namespace Forage.Cli.Decisions;

/// <summary>Parsers of logs of decisions as the command line asks for them.</summary>
internal static class DecisionParsers
{
    /// <summary>A parser for a source.</summary>
    /// <param name="format">Name of its form; null to look.</param>
    /// <param name="actions">Number of actions of a fixed set, if given.</param>
    /// <param name="source">The log.</param>
    /// <param name="names">Receives names of features where the form has them.</param>
    public static IRecordParser<DecisionBatch> Open(string? format, int? actions, ByteSource source, IFeatureNames? names = null)
    {
        var known = format is not null ? DecisionFormats.Parse(format) ?? throw new UsageException($"forage: unknown format '{format}'; expected {Choices}")
            : DecisionFormats.Of(source) ?? throw new UsageException($"forage: {source.Name} is not a log of decisions in a form known by its first line; say which with --format {Choices}");
        if (known == DecisionFormat.Vw && actions is null) throw new UsageException("forage: a log in VW text needs --actions K, the number of actions");
        return DecisionFormats.Parser(known, source, actions, names);
    }

    private static string Choices => string.Join(", ", DecisionFormats.Names.SkipLast(1)) + " or " + DecisionFormats.Names[^1];
}
