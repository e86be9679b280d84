using System.Diagnostics;
using System.Text.Json;
using Forage.Cli.Frame;

namespace Forage.Cli.Reproductions;

/// <summary>Runs commands of our own and of others the way a user would, for measuring them.</summary>
internal static class CommandRun
{
    /// <summary>Runs a command of ours in this process with <c>--json --quiet</c> and returns its object.</summary>
    /// <exception cref="ForageException">It failed; the message is what it printed.</exception>
    public static JsonElement Json(ReproduceContext context, params string[] arguments)
    {
        context.Session.Cancellation.ThrowIfCancellationRequested();
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        int code;
        using (var terminal = new Terminal(() => Stream.Null, output, error, context.Session.Terminal.Clock, context.Session.Cancellation))
            code = CommandLine.Run([.. arguments, "--json", "--quiet", "--seed", $"{context.Session.Seed}"], terminal);
        context.Session.Cancellation.ThrowIfCancellationRequested();
        if (code != ExitCode.Fine) throw new ForageException($"'{string.Join(' ', arguments)}' failed: {System.Text.Encoding.UTF8.GetString(error.ToArray()).Trim()}");
        return JsonDocument.Parse(output.ToArray()).RootElement;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <param name="context">For the clock and Ctrl-C.</param>
    /// <param name="program">Path of the program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>Wall time in seconds and what it printed, standard error last.</returns>
    /// <exception cref="ForageException">It ended with another code than 0.</exception>
    public static (double Seconds, string Output) Timed(ReproduceContext context, string program, params string[] arguments)
    {
        context.Session.Cancellation.ThrowIfCancellationRequested();
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        var clock = context.Session.Terminal.Clock;
        long begun = clock.GetTimestamp();
        using var process = Process.Start(start)!;
        using var stop = context.Session.Cancellation.Register(() => process.Kill(entireProcessTree: true));
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        double seconds = clock.GetElapsedTime(begun).TotalSeconds;
        context.Session.Cancellation.ThrowIfCancellationRequested();
        output += errors.Result;
        return process.ExitCode == 0 ? (seconds, output) : throw new ForageException($"'{program} {string.Join(' ', arguments)}' ended with code {process.ExitCode}: {output.Trim()}");
    }

    /// <summary>The launcher beside this build; null if the build was moved out of its checkout.</summary>
    public static string? Launcher => ReproduceContext.Checkout is { } root && File.Exists(Path.Combine(root, "forage")) ? Path.Combine(root, "forage") : null;

    /// <summary>A program on PATH; null if it is not there.</summary>
    public static string? OnPath(string name)
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Where(p => p.Length > 0).Select(p => Path.Combine(p, name)).FirstOrDefault(File.Exists);
}

/// <summary>A folder for files of a measurement, gone afterwards.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("forage").FullName;

    /// <summary>Path of a file in it.</summary>
    public string this[string name] => Path.Combine(_path, name);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_path, true);
}
