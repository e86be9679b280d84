using System.Text.RegularExpressions;

namespace Forage.Tests.Architecture;

/// <summary>The library takes streams, paths, seeds and callbacks; only the programs touch the world.</summary>
public partial class OutsideWorldTests
{
    [Fact]
    public void LibraryTouchesNoConsoleEnvironmentClockOrNetwork()
    {
        var broken = new List<string>();
        foreach (string file in SourceTree.Files("src/Forage"))
        {
            string[] lines = SourceTree.Lines(file);
            for (int i = 0; i < lines.Length; i++)
                if (Forbidden().Match(SourceTree.CodeOf(lines[i])) is { Success: true } match) broken.Add($"{file}:{i + 1}: {match.Value.Trim()}");
        }
        Assert.True(broken.Count == 0, string.Join('\n', broken));
    }

    [Fact]
    public void NothingDrawsFromAmbientRandomness()
    {
        var broken = new List<string>();
        foreach (string file in SourceTree.Files("src"))
        {
            string[] lines = SourceTree.Lines(file);
            for (int i = 0; i < lines.Length; i++)
                if (AmbientRandom().IsMatch(SourceTree.CodeOf(lines[i]))) broken.Add($"{file}:{i + 1}: {lines[i].Trim()}");
        }
        Assert.True(broken.Count == 0, string.Join('\n', broken));
    }

    [Theory]
    [InlineData("var x = Console.ReadLine();", true)]
    [InlineData("long t = Stopwatch.GetTimestamp();", true)]
    [InlineData("string s = \"Console.WriteLine\"; // DateTime.Now", false)]
    [InlineData("int n = Environment.ProcessorCount;", false)]
    [InlineData("throw new Exception(Environment.MachineName);", true)]
    public void TheRuleSeesWhatItShould(string line, bool forbidden) => Assert.Equal(forbidden, Forbidden().IsMatch(SourceTree.CodeOf(line)));

    // The number of processors is a fact about the machine that a pipeline needs; it changes no result.
    [GeneratedRegex(@"\bConsole\.|\bEnvironment\.(?!ProcessorCount\b|SystemPageSize\b|NewLine\b)|\bDateTime\.(Now|UtcNow|Today)|\bDateTimeOffset\.(Now|UtcNow)|\bStopwatch\b|\bTimeProvider\b|\bSystem\.Net\b|\bHttpClient\b|\bSocket\b|\bProcess\.Start\b")]
    private static partial Regex Forbidden();

    [GeneratedRegex(@"\bnew Random\b|\bRandom\.Shared\b|\bRandomNumberGenerator\b|\bSystem\.Random\b|\bGuid\.NewGuid\b")]
    private static partial Regex AmbientRandom();
}
