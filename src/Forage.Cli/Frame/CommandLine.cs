using System.CommandLine;
using System.CommandLine.Parsing;

namespace Forage.Cli.Frame;

/// <summary>Finds the command, parses its options, runs it and turns what happened into an exit code and, if it failed, one clear line.</summary>
internal static class CommandLine
{
    /// <summary>Runs one command line.</summary>
    public static int Run(string[] arguments, Terminal terminal)
    {
        try
        {
            int code = Dispatch(arguments, terminal);
            terminal.Out.Flush();
            return code;
        }
        catch (UsageException e)
        {
            return Fail(terminal, e.Message, ExitCode.BadUsage);
        }
        catch (OperationCanceledException) when (terminal.Cancellation.IsCancellationRequested)
        {
            return Fail(terminal, "interrupted", ExitCode.Interrupted);
        }
        catch (ForageException e)
        {
            return Fail(terminal, e.Message, ExitCode.Failed);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(terminal, e.Message, ExitCode.Failed);
        }
        catch (Exception e)
        {
            return Fail(terminal, "this is a bug in forage, please report it:\n" + e, ExitCode.Failed);
        }
    }

    private static int Dispatch(string[] arguments, Terminal terminal)
    {
        if (arguments is [] or ["--help" or "-h" or "help"])
        {
            HelpWriter.WriteRoot(terminal.Out);
            return arguments is [] ? ExitCode.BadUsage : ExitCode.Fine;
        }
        if (arguments is ["--version"])
        {
            terminal.Out.WriteLine("forage " + typeof(CommandLine).Assembly.GetName().Version!.ToString(3)); // the library need not be loaded for this
            return ExitCode.Fine;
        }
        if (arguments is ["help", var about, ..]) arguments = [about, "--help"];
        var entry = CommandTable.Find(arguments[0]) ?? throw Unknown("forage", "command", arguments[0], CommandTable.Names, "./forage --help");
        return Execute(entry.Make(), arguments, terminal);
    }

    private static int Execute(CliCommand command, string[] arguments, Terminal terminal)
    {
        command.AddCommonOptions();
        var parsed = CommandLineParser.Parse(command, arguments.AsSpan(1).ToArray(), new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        var chosen = (CliCommand)parsed.CommandResult.Command;
        string path = chosen == command ? $"forage {command.Name}" : $"forage {command.Name} {chosen.Name}";
        if (chosen.WantsHelp(parsed))
        {
            HelpWriter.Write(chosen, path, terminal.Out);
            return ExitCode.Fine;
        }
        if (UsageErrors.Describe(parsed, chosen) is { } error) throw new UsageException($"{path}: {error} (./{path} --help shows the options)");
        OutputFiles.Check(parsed, chosen, path);
        terminal.ListenForInterrupts();
        return chosen.Run(parsed, chosen.Open(parsed, terminal, arguments));
    }

    private static UsageException Unknown(string path, string kind, string given, IEnumerable<string> known, string help)
        => new($"{path}: unknown {kind} '{given}'{UsageErrors.Hint(given, known)} ({help} shows the {kind}s)");

    private static int Fail(Terminal terminal, string message, int code)
    {
        try
        {
            terminal.Out.Flush();
            terminal.Error.WriteLine(message.StartsWith("forage", StringComparison.Ordinal) ? message : "forage: " + message);
        }
        catch (IOException) { } // the reader of a pipe has gone
        return code;
    }
}
