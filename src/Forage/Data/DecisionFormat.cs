using System.Text;
using Forage.Features;

namespace Forage.Data;

/// <summary>Forms a log of decisions comes in.</summary>
public enum DecisionFormat
{
    /// <summary>Forage's JSON lines.</summary>
    Json,

    /// <summary>dsjson, as decision services log.</summary>
    Dsjson,

    /// <summary>Vowpal Wabbit's text over a fixed set of actions: action:cost:probability.</summary>
    Vw,

    /// <summary>Vowpal Wabbit's text with a line for each action, after a line that begins with <c>shared</c>.</summary>
    VwActions,

    /// <summary>CSV of the Open Bandit Dataset.</summary>
    OpenBandit,
}

/// <summary>Names of the forms, telling them from a log's first line, and their parsers.</summary>
public static class DecisionFormats
{
    /// <summary>Names to choose from, in the order of <see cref="DecisionFormat"/>.</summary>
    public static IReadOnlyList<string> Names { get; } = ["json", "dsjson", "vw", "vw-actions", "open-bandit"];

    /// <summary>The name of a form.</summary>
    public static string NameOf(DecisionFormat format) => Names[(int)format];

    /// <summary>The form of a name; null if there is none.</summary>
    public static DecisionFormat? Parse(string name)
    {
        for (int i = 0; i < Names.Count; i++)
            if (Names[i] == name.ToLowerInvariant()) return (DecisionFormat)i;
        return null;
    }

    /// <summary>The form a log's first line looks like; null if it looks like none.</summary>
    /// <exception cref="ForageException">There is no first line, or it is empty.</exception>
    public static DecisionFormat? Of(ByteSource source)
    {
        string line = Encoding.UTF8.GetString(source.ReadFirstLine()).TrimStart();
        if (line.Length == 0) throw new ForageException($"{source.Name} is empty or begins with an empty line; expected a log of decisions.");
        if (line.StartsWith('{')) return line.Contains("\"_label", StringComparison.Ordinal) || line.Contains("\"c\":", StringComparison.Ordinal) ? DecisionFormat.Dsjson : DecisionFormat.Json;
        if (line.StartsWith("shared", StringComparison.Ordinal)) return DecisionFormat.VwActions;
        if (line.Contains("item_id", StringComparison.Ordinal) && line.Contains("propensity_score", StringComparison.Ordinal)) return DecisionFormat.OpenBandit;
        return line.Contains('|') ? DecisionFormat.Vw : null;
    }

    /// <summary>A parser of a form.</summary>
    /// <param name="format">The form.</param>
    /// <param name="source">The log; Open Bandit's columns are named in its first line.</param>
    /// <param name="actions">Number of actions of a fixed set: <see cref="DecisionFormat.Vw"/> needs it, Open Bandit's is else the number of its affinity columns, and the others bring their actions.</param>
    /// <param name="names">Receives names of features where the form has them.</param>
    /// <exception cref="ForageException">The number of actions is needed and was not given.</exception>
    public static IRecordParser<DecisionBatch> Parser(DecisionFormat format, ByteSource source, int? actions = null, IFeatureNames? names = null) => format switch
    {
        DecisionFormat.Json => new DecisionJsonParser(null, names),
        DecisionFormat.Dsjson => new DsjsonParser(null, names),
        DecisionFormat.VwActions => new VwActionsParser(names),
        DecisionFormat.Vw => new VwDecisionParser(actions ?? throw new ForageException($"{source.Name} is VW text over a fixed set of actions; expected to be told how many there are (--actions K)."), names),
        DecisionFormat.OpenBandit => OpenBanditParser.Open(source, actions ?? Items(source)),
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    // The log has a column for the affinity to every item.
    private static int Items(ByteSource source)
    {
        int items = Encoding.UTF8.GetString(source.ReadFirstLine()).Split(',').Count(c => c.StartsWith("user-item_affinity_", StringComparison.Ordinal));
        return items > 0 ? items : throw new ForageException($"{source.Name} does not tell over how many items it is; expected to be told (--actions K).");
    }
}
