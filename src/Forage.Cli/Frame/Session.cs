using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Forage.Cli.Frame;

/// <summary>One run of a command: where it reads and writes, and the options common to all commands.</summary>
internal sealed class Session(Terminal terminal, IReadOnlyList<string> arguments, bool json, bool quiet, ulong seed)
{
    /// <summary>Where it reads and writes.</summary>
    public Terminal Terminal { get; } = terminal;

    /// <summary>One JSON object instead of text.</summary>
    public bool Json { get; } = json;

    /// <summary>No progress.</summary>
    public bool Quiet { get; } = quiet;

    /// <summary>Seed of everything random.</summary>
    public ulong Seed { get; } = seed;

    /// <summary>Results as text.</summary>
    public TextWriter Out => Terminal.Out;

    /// <summary>Cancelled by Ctrl-C.</summary>
    public CancellationToken Cancellation => Terminal.Cancellation;

    /// <summary>The command line as it was typed, for reports.</summary>
    public string CommandText => "./forage " + string.Join(' ', arguments.Select(Quote));

    /// <summary>A meter for work that may take longer than a second.</summary>
    public ProgressMeter Progress(string what, string unit) => new(Terminal, Quiet, what, unit);

    /// <summary>A warning for the person at the keyboard.</summary>
    public void Warn(string message)
    {
        Terminal.Out.Flush();
        Terminal.Error.WriteLine("warning: " + message);
    }

    /// <summary>Prints the one object of <c>--json</c>.</summary>
    public void WriteJson<T>(T value, JsonTypeInfo<T> type)
    {
        Terminal.Out.WriteLine(JsonSerializer.Serialize(value, type));
        Terminal.Out.Flush();
    }

    private static string Quote(string argument)
    {
        foreach (char c in argument)
            if (!(char.IsAsciiLetterOrDigit(c) || "-_./=:,+@%".Contains(c))) return "'" + argument.Replace("'", "'\\''") + "'";
        return argument.Length == 0 ? "''" : argument;
    }
}
