using System.Text.Json;

namespace Forage.Golden;

/// <summary><c>simulate budget</c> as a user meets it.</summary>
public class SimulateBudgetTests
{
    [Fact]
    public void HelpNamesWorldsAndAlgorithms()
    {
        string help = CliRun.Of("simulate budget --help").Output;
        foreach (string name in new[] { "ads", "pricing", "procurement", "random", "auctions=FILE", "turns", "hard", "perfect", "elimination", "lagrange", "oracle", "primaldual", "greedy", "uniform" }) Assert.Contains("\n  " + name + " ", help);
        foreach (string option in new[] { "--world", "--algorithm", "--rounds", "--seeds", "--rule", "--threads", "--report" }) Assert.Contains(option, help);
    }

    [Fact]
    public void TheTableOfFootnote2IsAsItWas()
    {
        const string expected = """
            turns: 400 rounds, 1 contexts, 3 actions, 2 budgets; OPT_LP 400, of the 3 policies 400; 1 run each

            algorithm   of OPT_LP  reward  ± se  regret            spent  refused  ended
            ──────────  ─────────  ──────  ────  ──────  ───────────────  ───────  ─────
            primaldual     99.8 %     399             1  100.0 % 99.5 %    0.0 %    400

            """;
        string output = CliRun.Of("simulate budget -w turns -a primaldual -T 400 --seeds 1 --quiet").Output;
        Assert.StartsWith(Squeezed(expected), Squeezed(output));
    }

    [Fact]
    public void ResultsDoNotDependOnThreadsAndTheReportHasThem()
    {
        using var folder = new WorkFolder();
        string report = folder["budget.html"], arguments = "simulate budget -w pricing:kinds=2,prices=3 -w ads:kinds=2,advertisers=2 -a elimination -a lagrange -a oracle -a greedy -a perfect -T 3000 --seeds 3 --json --quiet";
        string two = CliRun.Of($"{arguments} --threads 2 --report {report}").Output, one = CliRun.Of($"{arguments} --threads 1").Output;
        var json = JsonDocument.Parse(two).RootElement;
        Assert.Equal(JsonDocument.Parse(one).RootElement.GetProperty("worlds").GetRawText(), json.GetProperty("worlds").GetRawText());
        Assert.Equal((3000, 3, "reserve"), (json.GetProperty("rounds").GetInt64(), json.GetProperty("seeds").GetInt32(), json.GetProperty("rule").GetString()));
        var worlds = json.GetProperty("worlds").EnumerateArray().ToList();
        Assert.Equal(["pricing:kinds=2,prices=3", "ads:kinds=2,advertisers=2"], worlds.Select(w => w.GetProperty("name").GetString()));
        Assert.Equal(16, worlds[0].GetProperty("policies").GetInt32());
        foreach (var world in worlds)
        {
            double best = world.GetProperty("best").GetDouble();
            Assert.Equal(best, world.GetProperty("optimum").GetDouble(), best * 1e-9);
            foreach (var a in world.GetProperty("algorithms").EnumerateArray())
            {
                Assert.InRange(a.GetProperty("ofBest").GetDouble(), a.GetProperty("name").GetString() == "greedy" ? 0.3 : 0.6, 1.1);
                Assert.All(a.GetProperty("spent").EnumerateArray(), s => Assert.InRange(s.GetDouble(), 0, 1));
                Assert.Equal(3000, a.GetProperty("rounds").GetDouble());
            }
        }
        string html = File.ReadAllText(report);
        Assert.Contains("Deciding under budgets", html);
        Assert.Contains("Earned so far", html);
    }

    [Fact]
    public void TheRunEndsAtTheFirstOverdrawIfAskedTo()
    {
        var json = JsonDocument.Parse(CliRun.Of("simulate budget -w pricing:supply=0.1 -a greedy -T 2000 --seeds 2 --rule violation --json --quiet").Output).RootElement;
        Assert.InRange(json.GetProperty("worlds")[0].GetProperty("algorithms")[0].GetProperty("rounds").GetDouble(), 200, 1500);
    }

    [Theory]
    [InlineData("-w moon", 1, "world 'moon' is not known; expected ads, pricing")]
    [InlineData("-w ads:people=3", 1, "option 'people' in 'ads:people=3' is not known; expected one of kinds, advertisers, share")]
    [InlineData("-w ads:kinds=0", 1, "'kinds=0'")]
    [InlineData("-w ads:kinds", 1, "option 'kinds' in 'ads:kinds' has no number")]
    [InlineData("-w pricing:supply=2", 1, "A budget of 2 of the rounds")]
    [InlineData("-a magic", 1, "algorithm 'magic' is not known; expected perfect, elimination")]
    [InlineData("-a elimination:radius=-1", 1, "C_rad is -1")]
    [InlineData("-a perfect:x=1", 1, "option 'x' in 'perfect:x=1' is not known; expected none")]
    [InlineData("--seeds 0", 2, "'--seeds' got '0'")]
    [InlineData("--rule never", 2, "expected reserve or violation")]
    [InlineData("--rounds 0", 2, "'--rounds' got '0'")]
    public void BadUseIsToldInASentence(string arguments, int code, string message)
    {
        var run = CliRun.Of($"simulate budget {arguments} --quiet");
        Assert.Equal(code, run.ExitCode);
        Assert.Contains(message, run.Error);
    }

    // Widths of columns are not what is tested.
    private static string Squeezed(string text) => string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(l => string.Join(' ', l.Replace("─", "").Split(' ', StringSplitOptions.RemoveEmptyEntries)))).TrimEnd();
}
