using System.Text.RegularExpressions;

namespace Forage.Tests.Architecture;

/// <summary>The source files of this checkout, found from where the tests run.</summary>
internal static partial class SourceTree
{
    /// <summary>Folder that holds Forage.slnx.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>C# files under a folder of the checkout, generated ones left out, paths relative to the checkout with '/'.</summary>
    public static IEnumerable<string> Files(string folder)
    {
        string full = Path.Combine(Root, folder);
        if (!Directory.Exists(full)) yield break;
        foreach (string file in Directory.EnumerateFiles(full, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string relative = Path.GetRelativePath(Root, file).Replace('\\', '/');
            if (!relative.Contains("/bin/") && !relative.Contains("/obj/")) yield return relative;
        }
    }

    /// <summary>Lines of a file.</summary>
    public static string[] Lines(string relative) => File.ReadAllLines(Path.Combine(Root, relative));

    /// <summary>The rooms of Forage a file's using lines (and full names in its code) name: "Data" for <c>using Forage.Data.Internals;</c>.</summary>
    public static IEnumerable<string> RoomsUsed(string relative)
    {
        foreach (string line in Lines(relative))
        {
            if (UsingLine().Match(line) is { Success: true } match) yield return match.Groups[1].Value;
        }
    }

    /// <summary>A line without its comment and string literals, to look for calls in code only.</summary>
    public static string CodeOf(string line)
    {
        string trimmed = line.TrimStart();
        if (trimmed.StartsWith("//", StringComparison.Ordinal)) return "";
        string code = StringLiteral().Replace(line, "\"\"");
        int comment = code.IndexOf("//", StringComparison.Ordinal);
        return comment < 0 ? code : code[..comment];
    }

    private static string FindRoot()
    {
        for (var dir = new DirectoryInfo(AppContext.BaseDirectory); dir is not null; dir = dir.Parent)
            if (File.Exists(Path.Combine(dir.FullName, "Forage.slnx"))) return dir.FullName;
        throw new InvalidOperationException($"No Forage.slnx above {AppContext.BaseDirectory}.");
    }

    [GeneratedRegex(@"^\s*(?:global\s+)?using\s+(?:static\s+|\w+\s*=\s*)?Forage\.(\w+)")]
    private static partial Regex UsingLine();

    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex StringLiteral();
}
