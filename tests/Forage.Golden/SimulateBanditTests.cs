using System.Globalization;
using System.Text;
using System.Text.Json;
using Forage.Features;

namespace Forage.Golden;

/// <summary><c>simulate bandit</c> and <c>reproduce taming --quick</c> as a user meets them.</summary>
public class SimulateBanditTests
{
    [Fact]
    public void HelpNamesEveryExplorerAndItsOptions()
    {
        string help = CliRun.Of("simulate bandit --help").Output;
        foreach (string name in new[] { "epsilon", "first", "epoch", "softmax", "squarecb", "bag", "cover", "regcb", "linucb", "thompson" }) Assert.Contains("\n  " + name, help);
        foreach (string option in new[] { "--explorer", "--rates", "--seeds", "--shuffle", "--actions", "--report", "--threads" }) Assert.Contains(option, help);
        Assert.Contains("simulate bandit --report bandit.html", help);
    }

    [Fact]
    public void ExplorersArePlayedAndReported()
    {
        using var folder = new WorkFolder();
        string data = folder.Write("train.csv", Classes(1500)), report = folder["bandit.html"];
        var json = JsonDocument.Parse(CliRun.Of($"simulate bandit {data} --target class -e cover:n=4 -e epsilon:epsilon=0.1 --rates 0.1,0.5 --seeds 2 --report {report} --json --quiet").Output).RootElement;
        Assert.Equal(1500, json.GetProperty("rounds").GetInt64());
        Assert.Equal(4, json.GetProperty("actions").GetInt32());
        var explorers = json.GetProperty("explorers").EnumerateArray().ToList();
        Assert.Equal(["supervised", "cover:n=4", "epsilon:epsilon=0.1"], explorers.Select(e => e.GetProperty("name").GetString()));
        Assert.Equal(6, json.GetProperty("settings").GetArrayLength());
        Assert.All(explorers, e => Assert.InRange(e.GetProperty("loss").GetDouble(), 0.01, 0.6)); // chance: 0.75
        string html = File.ReadAllText(report);
        Assert.Contains("Learning curves", html);
        Assert.Contains("cover:n=4", html);

        string text = CliRun.Of($"simulate bandit {data} --target class -e cover:n=4 -e epsilon:epsilon=0.1 --rates 0.1,0.5 --seeds 2 --threads 1 --quiet").Output;
        Assert.Contains(explorers[1].GetProperty("loss").GetDouble().ToString("0.0000", CultureInfo.InvariantCulture), text);
        Assert.Contains("1.00×", text);

        var streamed = JsonDocument.Parse(CliRun.Of($"simulate bandit {data} --target class -e cover:n=4 --rates 0.5 --seeds 1 --actions 4 --no-supervised --json --quiet").Output).RootElement;
        Assert.Single(streamed.GetProperty("explorers").EnumerateArray());
        Assert.Equal(1500, streamed.GetProperty("rounds").GetInt64());
    }

    [Theory]
    [InlineData("-e walk", 1, "explorer 'walk' is not known; expected epsilon, first")]
    [InlineData("-e cover:n=0", 1, "number of policies is 0")]
    [InlineData("--rates 0", 2, "'--rates' got '0'")]
    [InlineData("--loss cubic", 2, "expected squared or logistic")]
    [InlineData("--seeds 0", 2, "'--seeds' got '0'")]
    [InlineData("--shuffle --actions 4", 2, "--shuffle needs the whole file")]
    [InlineData("--actions 2 -e epsilon --no-supervised", 1, "expected one below 2")]
    public void BadUseIsToldInASentence(string arguments, int code, string message)
    {
        using var folder = new WorkFolder();
        var run = CliRun.Of($"simulate bandit {folder.Write("train.csv", Classes(50))} --target class {arguments} --quiet");
        Assert.Equal(code, run.ExitCode);
        Assert.Contains(message, run.Error);
    }

    [Fact]
    public void TheQuickReproductionPlaysBundledPages()
    {
        var json = JsonDocument.Parse(CliRun.Of("reproduce taming --quick --json --quiet").Output).RootElement;
        var rows = json.GetProperty("rows").EnumerateArray().ToDictionary(r => r.GetProperty("part").GetString() + "/" + r.GetProperty("measure").GetString(), r => r.GetProperty("value").GetDouble());
        double supervised = rows["delicious, supervised/progressive loss"], cover = rows["delicious, Online Cover/progressive loss"];
        Assert.InRange(supervised, 0.3, 0.6);
        Assert.InRange(cover, supervised, 0.95);
        Assert.Contains(json.GetProperty("skipped").EnumerateArray(), s => s.GetProperty("id").GetString() == "cover-to-supervised");
    }

    /// <summary>CSV of four classes of five features; class = the largest of four linear functions.</summary>
    private static string Classes(int count)
    {
        var rng = new Rng(3);
        double[] w = [.. Enumerable.Range(0, 20).Select(_ => rng.NextGaussian())];
        var text = new StringBuilder("a,b,c,d,e,class\n");
        for (int i = 0; i < count; i++)
        {
            double[] x = [.. Enumerable.Range(0, 5).Select(_ => Math.Round(rng.NextGaussian(), 3))];
            int best = Enumerable.Range(0, 4).MaxBy(k => Enumerable.Range(0, 5).Sum(f => w[5 * k + f] * x[f]));
            text.Append(string.Join(',', x.Select(v => v.ToString(CultureInfo.InvariantCulture)))).Append(",k").Append(best).Append('\n');
        }
        return text.ToString();
    }
}
