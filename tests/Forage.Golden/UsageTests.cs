using Forage.Cli.Frame;

namespace Forage.Golden;

/// <summary>Help, version and bad usage of every command.</summary>
public class UsageTests
{
    public static TheoryData<string> Commands()
    {
        var data = new TheoryData<string>();
        foreach (string name in CommandTable.Names) data.Add(name);
        return data;
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void HelpHasUsageOptionsAndAnExample(string command)
    {
        var run = CliRun.Of([command, "--help"]);
        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.Error);
        Assert.Contains($"Usage: ./forage {command}", run.Output);
        Assert.Contains("--help", run.Output);
        Assert.Contains("Examples:\n  ./forage " + command, run.Output);
        Assert.All(run.Output.Split('\n'), line => Assert.True(line.Length <= 130, line));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void UnknownOptionIsBadUsageInOneLine(string command)
    {
        var run = CliRun.Of([command, "--no-such-option"]);
        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Equal(1, run.Error.Count(c => c == '\n'));
        Assert.StartsWith($"forage {command}", run.Error);
    }

    [Fact]
    public void RootListsEveryCommand()
    {
        var run = CliRun.Of("--help");
        Assert.Equal(0, run.ExitCode);
        Assert.All(CommandTable.Names, name => Assert.Contains($"\n  {name} ", run.Output));
    }

    [Fact]
    public void VersionIsOneLine() => Assert.Equal(new CliRun(0, $"forage {ForageVersion.Text}\n", ""), CliRun.Of("--version"));

    [Theory]
    [InlineData("reproduc", "forage: unknown command 'reproduc'; did you mean 'reproduce'? (./forage --help shows the commands)\n")]
    [InlineData("reproduce foundation --quik", "forage reproduce: unknown option '--quik'; did you mean '--quick'? (./forage reproduce --help shows the options)\n")]
    [InlineData("reproduce foundation --seed x", "forage reproduce: option '--seed' got 'x', expected a whole number ≥ 0 (./forage reproduce --help shows the options)\n")]
    [InlineData("reproduce foundation --data", "forage reproduce: option '--data' needs a value (DIR) (./forage reproduce --help shows the options)\n")]
    [InlineData("reproduce foundation more", "forage reproduce: did not expect 'more' (./forage reproduce --help shows the options)\n")]
    [InlineData("reproduce fundation", "forage reproduce: unknown name 'fundation'; did you mean 'foundation'? (./forage reproduce lists the names)\n")]
    [InlineData("reproduce foundation --data /no/such/folder", "forage reproduce: --data '/no/such/folder' is not a folder\n")]
    public void BadUsage(string line, string error) => Assert.Equal(new CliRun(2, "", error), CliRun.Of(line));
}
