using System.Text;
using Forage.Cli.Frame;

namespace Forage.Golden;

/// <summary>Runs a command line in this process against streams of its own.</summary>
internal sealed record CliRun(int ExitCode, string Output, string Error)
{
    /// <summary>Runs <c>./forage</c> with the given arguments and standard input.</summary>
    public static CliRun Of(string[] arguments, string input = "")
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        int code;
        using (var terminal = new Terminal(() => new MemoryStream(Encoding.UTF8.GetBytes(input)), output, error)) code = CommandLine.Run(arguments, terminal);
        return new CliRun(code, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()));
    }

    /// <summary>Splits a command line at blanks; no quotes.</summary>
    public static CliRun Of(string line, string input = "") => Of(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), input);
}
