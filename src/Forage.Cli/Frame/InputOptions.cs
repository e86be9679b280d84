using System.CommandLine;
using Forage.Data;
using Forage.Training;

namespace Forage.Cli.Frame;

/// <summary>The options that say what to read and how.</summary>
internal sealed class InputOptions
{
    private const int SniffedBytes = 1 << 16;

    private readonly Argument<string?> _input = new("FILE") { Description = "What to read, plain or gzip; '-' or nothing is standard input", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string> _format = new("--format") { Description = $"Format of the input: {string.Join(", ", InputFormats.Names)}, or auto (by extension, then by content)", HelpName = "NAME", DefaultValueFactory = _ => "auto" };
    private readonly Option<bool> _strict = new("--strict") { Description = "Stop at the first malformed line instead of skipping and counting it" };
    private readonly Option<int> _threads = new("--threads") { Description = "Threads beside the one that learns: they parse, predict, or train nodes of a label tree", HelpName = "N", DefaultValueFactory = _ => 1 };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(_input);
        command.Options.Add(_format);
        command.Options.Add(_strict);
        command.Options.Add(_threads);
    }

    /// <summary>The input as given; columns of CSV are not known yet.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="session">For standard input.</param>
    /// <param name="known">The format to fall back to, if one is known from elsewhere.</param>
    public TrainingInput Open(ParseResult parsed, Session session, InputFormat? known = null)
    {
        if (parsed.GetValue(_input) is null && session.Terminal.InputIsTerminal) throw new UsageException("forage: say which FILE to read ('-' reads from the keyboard)");
        string path = parsed.GetValue(_input) ?? "-";
        var reading = Reading(parsed);
        var given = Given(parsed.GetValue(_format)!);
        if (path != "-") return new TrainingInput(ByteSource.File(path), given ?? InputFormats.OfPath(path) ?? OfFile(path) ?? known ?? throw Unknown(path)) { Reading = reading };
        var lookahead = new LookaheadStream(session.Terminal.OpenInput(), SniffedBytes);
        var source = ByteSource.FromStream(lookahead, "standard input");
        return new TrainingInput(source, given ?? InputFormats.OfContent(lookahead.Ahead()) ?? known ?? throw Unknown("standard input")) { Reading = reading };
    }

    /// <summary>The format's name as given; null if it is to be found out.</summary>
    public string? FormatName(ParseResult parsed) => parsed.GetValue(_format) is { } name && name != "auto" ? name : null;

    /// <summary>Strictness and threads.</summary>
    public ReadOptions Reading(ParseResult parsed)
    {
        int threads = parsed.GetValue(_threads);
        if (threads is < 0 or > 64) throw new UsageException($"forage: option '--threads' got '{threads}', expected 0 to 64");
        return new ReadOptions { Strict = parsed.GetValue(_strict), Helpers = threads };
    }

    /// <summary>Path of the input; null for standard input.</summary>
    public string? PathOf(ParseResult parsed) => parsed.GetValue(_input) is { } path && path != "-" ? path : null;

    private static InputFormat? Given(string name)
        => name == "auto" ? null : InputFormats.Parse(name) ?? throw new UsageException($"forage: option '--format' got '{name}', expected auto, {string.Join(", ", InputFormats.Names)}");

    private static InputFormat? OfFile(string path)
    {
        using var stream = System.IO.File.OpenRead(path);
        return InputFormats.OfContent(new LookaheadStream(stream, SniffedBytes).Ahead());
    }

    private static UsageException Unknown(string name)
        => new($"forage: cannot tell the format of '{name}' from its name or its first lines; say --format {string.Join(", ", InputFormats.Names)}");
}
