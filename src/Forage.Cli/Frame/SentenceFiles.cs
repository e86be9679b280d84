using Forage.Data;
using Forage.Search.Text;

namespace Forage.Cli.Frame;

/// <summary>Reading sentences for commands.</summary>
internal static class SentenceFiles
{
    /// <summary>The family of a file: as given, or CoNLL-U by its extension, or columns.</summary>
    /// <param name="name">What was given; null for nothing.</param>
    /// <param name="path">Path; null for standard input.</param>
    /// <param name="known">What to take if neither tells.</param>
    public static ConllFormat Format(string? name, string? path, ConllFormat known = ConllFormat.Columns) => name?.ToLowerInvariant() switch
    {
        null => path is null ? known : path.EndsWith(".conllu", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".conllu.gz", StringComparison.OrdinalIgnoreCase) ? ConllFormat.Universal : known,
        "conll" => ConllFormat.Columns,
        "conllu" => ConllFormat.Universal,
        _ => throw new UsageException($"forage: option '--format' got '{name}', expected auto, conll or conllu"),
    };

    /// <summary>What <c>--format</c> calls a family.</summary>
    public static string NameOf(ConllFormat format) => format == ConllFormat.Universal ? "conllu" : "conll";

    /// <summary>The input.</summary>
    public static ByteSource Source(Session session, string? path) => path is null ? ByteSource.FromStream(session.Terminal.OpenInput(), "standard input") : ByteSource.File(path);

    /// <summary>Number of columns of a file's first sentence; 0 if it has none.</summary>
    public static int Columns(ByteSource source, ConllFormat format)
    {
        int columns = 0;
        using var stop = new CancellationTokenSource();
        new RecordReader<ColumnBatch>(source, new ConllParser(format), new ReadOptions { Helpers = 0 }).Read(batch =>
        {
            if (columns == 0 && batch.Count > 0) columns = batch.Columns(0, 0);
            stop.Cancel();
        }, stop.Token);
        return columns;
    }

    /// <summary>All sentences of a file.</summary>
    public static (SentenceTable Table, ReadSummary Summary) Read(ByteSource source, ConllFormat format, IEnumerable<int> columns, ReadOptions reading, CancellationToken cancellation)
    {
        var table = new SentenceTable(columns);
        var summary = new SentenceReader(format, reading).Read(source, table, cancellation);
        if (table.SentenceCount == 0)
            throw new ForageException($"{source.Name} holds no sentences{(summary.FirstFaults.Count > 0 ? "; the first malformed one: " + summary.FirstFaults[0] : "")}.");
        return (table, summary);
    }
}
