namespace Forage.Cli.Decisions;

/// <summary>
/// Files that belong to a log stand beside it under its name: <c>X.jsonl.gz</c> with <c>X.policy.gz</c> (the logging policy), <c>X.truth.gz</c>,
/// <c>X.actions.gz</c> and <c>X.features.gz</c> (names, one a line).
/// </summary>
internal static class LogPaths
{
    private static readonly string[] s_endings = [".gz", ".jsonl", ".json", ".dsjson", ".vw", ".csv", ".tsv", ".txt"];

    /// <summary>The log's path without its endings.</summary>
    public static string Stem(string log)
    {
        for (bool cut = true; cut;)
        {
            cut = false;
            foreach (string ending in s_endings)
            {
                if (!log.EndsWith(ending, StringComparison.OrdinalIgnoreCase) || log.Length == ending.Length) continue;
                log = log[..^ending.Length];
                cut = true;
            }
        }
        return log;
    }

    /// <summary>The path of a companion file to be written: <c>X.kind.gz</c>.</summary>
    public static string Companion(string log, string kind) => $"{Stem(log)}.{kind}.gz";

    /// <summary>An existing companion file, or null.</summary>
    public static string? FindCompanion(string? log, string kind)
    {
        if (log is null) return null;
        string packed = Companion(log, kind), plain = $"{Stem(log)}.{kind}";
        return File.Exists(packed) ? packed : File.Exists(plain) ? plain : null;
    }
}
