using System.CommandLine;

namespace Forage.Cli.Frame;

/// <summary>Writes the help of the whole and of a command.</summary>
internal static class HelpWriter
{
    private const int TextWidth = 98;

    /// <summary>The list of commands.</summary>
    public static void WriteRoot(TextWriter to)
    {
        to.WriteLine("forage learns which choice to make from a log of choices and what came of them,\nand tells how good it is before it is used.");
        to.WriteLine("\nUsage: ./forage COMMAND [OPTIONS]\n\nCommands:");
        foreach (var entry in CommandTable.All) to.WriteLine($"  {entry.Name,-10} {entry.Summary}");
        to.WriteLine("\n./forage COMMAND --help shows a command's options with examples; ./forage --version the version.");
        to.WriteLine("Exit codes: 0 fine, 1 failed, 2 bad usage, 130 interrupted.");
    }

    /// <summary>The help of one command.</summary>
    public static void Write(CliCommand command, string path, TextWriter to)
    {
        to.WriteLine(command.Description);
        string arguments = string.Concat(command.Arguments.Select(a => a.Arity.MinimumNumberOfValues > 0 ? " " + a.Name : $" [{a.Name}]"));
        to.WriteLine($"\nUsage: ./{path}{(command.Subcommands.Count > 0 ? " SUBCOMMAND" : arguments)} [OPTIONS]");
        if (command.Subcommands.Count > 0) Section(to, "Subcommands", command.Subcommands.Select(c => (c.Name, c.Description ?? "")));
        if (command.Arguments.Count > 0) Section(to, "Arguments", command.Arguments.Select(a => (a.Name, a.Description ?? "")));
        var grouped = command.Groups.SelectMany(g => g.All).ToHashSet();
        int column = Column(command.Options.Select(Label));
        Section(to, "Options", command.Options.Where(o => !o.Hidden && !grouped.Contains(o)).Select(o => (Label(o), o.Description + Default(o))), column);
        foreach (var group in command.Groups) Section(to, group.Heading, group.All.Select(o => (Label(o), o.Description + Default(o))), column);
        to.WriteLine("\nExamples:");
        foreach (var example in command.Examples)
        {
            to.WriteLine($"  ./forage {example.Line}");
            to.WriteLine($"      {example.What}");
        }
        if (command.Notes is { } notes)
        {
            to.WriteLine();
            foreach (string paragraph in notes.Split('\n'))
            {
                // Rows of a list go on below their text, not below their names.
                int hang = paragraph.StartsWith("  ", StringComparison.Ordinal) && paragraph.IndexOf("  ", 2, StringComparison.Ordinal) is > 0 and var gap ? gap + paragraph[gap..].TakeWhile(c => c == ' ').Count() : 0;
                string lead = paragraph[..hang];
                foreach (string line in Wrap(paragraph[hang..], TextWidth - hang))
                {
                    to.WriteLine(lead + line);
                    lead = new string(' ', hang);
                }
            }
        }
        to.WriteLine("\nExit codes: 0 fine, 1 failed, 2 bad usage, 130 interrupted (what could be saved was saved).");
    }

    /// <summary>Where texts begin beside labels.</summary>
    private static int Column(IEnumerable<string> labels) => Math.Min(30, labels.Max(l => l.Length)) + 4;

    private static void Section(TextWriter to, string title, IEnumerable<(string Label, string Text)> rows, int? common = null)
    {
        to.WriteLine($"\n{title}:");
        var list = rows.ToList();
        int column = common ?? Column(list.Select(r => r.Label));
        foreach (var (label, text) in list)
        {
            string lead = "  " + label;
            if (lead.Length > column - 2)
            {
                to.WriteLine(lead);
                lead = "";
            }
            foreach (string line in Wrap(text, TextWidth - column))
            {
                to.WriteLine(lead.PadRight(column) + line);
                lead = "";
            }
        }
    }

    private static string Label(Option option)
    {
        var names = option.Aliases.Append(option.Name).Distinct().OrderBy(n => n.Length);
        string value = option.ValueType == typeof(bool) ? "" : " " + (option.HelpName ?? "VALUE");
        return string.Join(", ", names) + value;
    }

    private static string Default(Option option)
    {
        if (!option.HasDefaultValue || option.ValueType == typeof(bool)) return "";
        object? value = option.GetDefaultValue();
        return value is null || value is string { Length: 0 } ? "" : $" [{value}]";
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        while (text.Length > width)
        {
            int cut = text.LastIndexOf(' ', width);
            if (cut <= 0) cut = width;
            yield return text[..cut];
            text = text[cut..].TrimStart();
        }
        yield return text;
    }
}
