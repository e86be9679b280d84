using System.CommandLine;

namespace Forage.Cli.Frame;

/// <summary>One command of the command line: its options, its examples and what it does.</summary>
internal abstract class CliCommand : Command
{
    private readonly List<OptionGroup> _groups = [];
    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object on standard output instead of text (fields: docs/cli.md)" };
    private readonly Option<bool> _quiet = new("--quiet") { Description = "No progress on standard error" };
    private readonly Option<ulong> _seed = new("--seed") { Description = "Seed of everything random", DefaultValueFactory = _ => 1, HelpName = "N" };
    private readonly Option<bool> _help = new("--help", "-h") { Description = "Show this help" };

    /// <summary>A command of the given name; <paramref name="summary"/> is its line in the list of commands.</summary>
    protected CliCommand(string name, string summary) : base(name, summary) { }

    /// <summary>What to type, and what it does; at least one.</summary>
    public abstract IReadOnlyList<Example> Examples { get; }

    /// <summary>More to say in the help, below the options.</summary>
    public virtual string? Notes => null;

    /// <summary>Options that have sections of their own in the help.</summary>
    public IReadOnlyList<OptionGroup> Groups => _groups;

    /// <summary>True if <c>--help</c> was given.</summary>
    public bool WantsHelp(ParseResult parsed) => parsed.GetValue(_help);

    /// <summary>Does it. User errors are thrown as <see cref="ForageException"/>.</summary>
    /// <returns>The exit code.</returns>
    public abstract int Run(ParseResult parsed, Session session);

    /// <summary>Adds the options every command has, after its own. Commands that only group subcommands do not need it.</summary>
    public void AddCommonOptions()
    {
        if (Subcommands.Count == 0)
        {
            Options.Add(_seed);
            Options.Add(_json);
            Options.Add(_quiet);
        }
        Options.Add(_help);
        foreach (var sub in Subcommands) (sub as CliCommand)?.AddCommonOptions();
    }

    /// <summary>Adds options that have a section of their own in the help.</summary>
    protected void Add(OptionGroup group)
    {
        _groups.Add(group);
        foreach (var option in group.All) Options.Add(option);
    }

    /// <summary>The values of the common options.</summary>
    public Session Open(ParseResult parsed, Terminal terminal, IReadOnlyList<string> arguments)
        => new(terminal, arguments, parsed.GetValue(_json), parsed.GetValue(_quiet), parsed.GetValue(_seed));
}

/// <summary>An example of a command line.</summary>
/// <param name="Line">What to type after <c>./forage</c>.</param>
/// <param name="What">What it does, a few words.</param>
internal readonly record struct Example(string Line, string What);
