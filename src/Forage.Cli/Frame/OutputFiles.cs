using System.CommandLine;

namespace Forage.Cli.Frame;

/// <summary>Looks, before a command does its work, whether what it will write can be written and is none of what it reads.</summary>
internal static class OutputFiles
{
    /// <summary>Checks all output files of a command line.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="command">The command.</param>
    /// <param name="name">What it is called: "forage learn".</param>
    /// <exception cref="ForageException">One cannot be written, or is read too.</exception>
    public static void Check(ParseResult parsed, Command command, string name)
    {
        var seen = new Dictionary<string, string>();
        foreach (var (what, path) in Inputs(parsed, command)) seen.TryAdd(Real(path), what);
        foreach (var option in command.Options.OfType<OutputOption>())
        {
            if (parsed.GetValue(option) is not { } path || path.StartsWith("/dev/", StringComparison.Ordinal)) continue;
            if (path.Length == 0) throw new UsageException($"{name}: option '{option.Name}' got '', expected a file");
            if (Directory.Exists(path)) throw new UsageException($"{name}: option '{option.Name}' got '{path}', which is a folder; expected a file");
            string real = Real(path), other = seen.GetValueOrDefault(real, option.Name);
            // A model may take the place of the one it goes on from.
            if (other != option.Name && (other, option.Name) is not ("--resume", "--model")) throw Overwrites(name, option.Name, path, other);
            seen.TryAdd(real, option.Name);
            Try(path, option.IsReplaced);
        }
    }

    /// <summary>The error of an option whose file another one names too.</summary>
    public static UsageException Overwrites(string command, string option, string path, string other)
        => new($"{command}: option '{option}' would overwrite '{path}', which {other} names too; give another file");

    /// <summary>True if two paths lead to one file.</summary>
    public static bool IsSame(string a, string b) => Real(a) == Real(b);

    /// <summary>Files that are read: arguments and options named FILE.</summary>
    private static IEnumerable<(string What, string Path)> Inputs(ParseResult parsed, Command command)
    {
        foreach (var argument in command.Arguments.OfType<Argument<string?>>())
            if (parsed.GetValue(argument) is { } path && File.Exists(path)) yield return (argument.Name, path);
        foreach (var option in command.Options.Where(o => o is not OutputOption && o.HelpName == "FILE" && parsed.Has(o)))
            foreach (var token in parsed.GetResult(option)!.Tokens)
                if (File.Exists(token.Value)) yield return (option.Name, token.Value);
    }

    private static void Try(string path, bool replaced)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder)) throw new ForageException($"Cannot write '{path}': there is no folder '{Path.GetDirectoryName(path)}'.");
        string trial = "." + Path.GetRandomFileName();
        try
        {
            if (!replaced && new FileInfo(path) is { Exists: true } file)
            {
                if (file is { Length: > 0, LinkTarget: null }) new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite).Dispose(); // pipes, which have no length, would wait
            }
            else new FileStream(path + trial, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ForageException($"Cannot write '{path}': {e.Message.Replace(trial, "", StringComparison.Ordinal)}", e);
        }
    }

    private static string Real(string path)
    {
        string full = Path.GetFullPath(path);
        return File.Exists(full) ? File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full : full;
    }
}
