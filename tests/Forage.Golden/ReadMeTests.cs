using System.Diagnostics;

namespace Forage.Golden;

/// <summary>
/// Every command of the README's shell blocks runs and ends well, in the README's order, in a folder of its own beside a link to the bundled data.
/// Left out: ./test, which would run itself, and improve on the whole log, which takes long and is run by the continuous integration.
/// </summary>
public class ReadMeTests
{
    [Fact]
    public async Task CommandsOfTheReadmeRun()
    {
        string root = Root();
        using var folder = new WorkFolder();
        Directory.CreateSymbolicLink(folder["data"], Path.Combine(root, "data"));
        string[] commands = [.. Commands(File.ReadAllLines(Path.Combine(root, "README.md")))];
        Assert.True(commands.Length >= 6, $"{commands.Length} commands found");
        foreach (string command in commands)
        {
            string[] words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is ["./test"] or ["./forage", "improve"]) continue;
            Assert.Equal("./forage", words[0]);
            var start = new ProcessStartInfo("dotnet", [typeof(Cli.Frame.CommandLine).Assembly.Location, .. words[1..], "--quiet"])
            {
                WorkingDirectory = Path.GetDirectoryName(folder["x"])!,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, $"{command} ended with {process.ExitCode}: {await error}");
        }
        Assert.Equal(3185, File.ReadLines(folder["tags.txt"]).Count());
    }

    private static IEnumerable<string> Commands(string[] lines)
    {
        bool inShell = false;
        foreach (string line in lines)
        {
            if (line.StartsWith("```", StringComparison.Ordinal)) inShell = line == "```sh";
            else if (inShell && line.Split('#')[0].Trim() is { Length: > 0 } command) yield return command;
        }
    }

    private static string Root()
    {
        for (var dir = new DirectoryInfo(AppContext.BaseDirectory); dir is not null; dir = dir.Parent)
            if (File.Exists(Path.Combine(dir.FullName, "Forage.slnx"))) return dir.FullName;
        throw new InvalidOperationException("No Forage.slnx above the tests.");
    }
}
