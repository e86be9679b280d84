using System.Text;
using Forage.Cli.Frame;
using Forage.Data;
using Forage.Features;

namespace Forage.Cli.Decisions;

/// <summary>The forms a log of decisions comes in, and telling them from the first line.</summary>
internal static class DecisionFormats
{
    /// <summary>A parser for a source.</summary>
    /// <param name="format">json, dsjson, vw, vw-actions or open-bandit; null to look.</param>
    /// <param name="actions">Number of actions of a fixed set, which vw needs.</param>
    /// <param name="source">The log.</param>
    /// <param name="names">Receives names of features where the form has them.</param>
    public static IRecordParser<DecisionBatch> Parser(string? format, int? actions, ByteSource source, IFeatureNames? names = null)
    {
        format ??= Sniff(source);
        return format switch
        {
            "json" => new DecisionJsonParser(null, names),
            "dsjson" => new DsjsonParser(null, names),
            "vw-actions" => new VwActionsParser(names),
            "vw" => new VwDecisionParser(actions ?? throw new UsageException("forage: a log in VW text needs --actions K, the number of actions"), names),
            "open-bandit" => OpenBanditParser.Open(source, actions ?? Items(source)),
            _ => throw new UsageException($"forage: unknown format '{format}'; expected json, dsjson, vw, vw-actions or open-bandit"),
        };
    }

    // The log has a column for the affinity to every item.
    private static int Items(ByteSource source)
    {
        int items = Encoding.UTF8.GetString(source.ReadFirstLine()).Split(',').Count(c => c.StartsWith("user-item_affinity_", StringComparison.Ordinal));
        return items > 0 ? items : throw new UsageException("forage: say how many items the Open Bandit log is over with --actions K");
    }

    private static string Sniff(ByteSource source)
    {
        string line = Encoding.UTF8.GetString(source.ReadFirstLine()).TrimStart();
        if (line.Length == 0) throw new ForageException($"{source.Name} is empty or begins with an empty line; expected a log of decisions.");
        if (line.StartsWith('{')) return line.Contains("\"_label", StringComparison.Ordinal) || line.Contains("\"c\":", StringComparison.Ordinal) ? "dsjson" : "json";
        if (line.StartsWith("shared", StringComparison.Ordinal)) return "vw-actions";
        if (line.Contains("item_id", StringComparison.Ordinal) && line.Contains("propensity_score", StringComparison.Ordinal)) return "open-bandit";
        if (line.Contains('|')) return "vw";
        throw new UsageException($"forage: {source.Name} is not a log of decisions in a form known by its first line; say which with --format json, dsjson, vw, vw-actions or open-bandit");
    }
}
