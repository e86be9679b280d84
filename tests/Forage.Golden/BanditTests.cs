using System.Globalization;
using System.Text;
using System.Text.Json;
using Forage.Features;

namespace Forage.Golden;

/// <summary>Learning which action to take from logged decisions.</summary>
public class BanditTests
{
    private const int Decisions = 3000;

    /// <summary>A context of two kinds and three actions: the right one is worth 1, others 0; logged uniformly at random. VW text of one line.</summary>
    private static string OneLine(ulong seed)
    {
        var rng = new Rng(seed);
        var text = new StringBuilder();
        for (int i = 0; i < Decisions; i++)
        {
            int kind = rng.NextInt(3), action = rng.NextInt(3);
            text.Append(CultureInfo.InvariantCulture, $"{action + 1}:{(action == kind ? -1 : 0)}:0.3333333 |c k{kind} n{rng.NextInt(50)}\n");
        }
        return text.ToString();
    }

    /// <summary>The same with features of actions, as dsjson.</summary>
    private static string Dsjson(ulong seed)
    {
        var rng = new Rng(seed);
        var text = new StringBuilder();
        for (int i = 0; i < Decisions; i++)
        {
            int kind = rng.NextInt(3), action = rng.NextInt(3);
            string line = """{"_label_cost":COST,"_label_probability":0.3333333,"_label_Action":A1,"_labelIndex":A0,"EventId":"eNN","a":[A1,A2,A3],"c":{"u":{"kind":"kKK"},"_multi":[{"i":{"id":"a"}},{"i":{"id":"b"}},{"i":{"id":"c"}}]},"p":[0.3333333,0.3333333,0.3333334]}""";
            line = line.Replace("COST", action == kind ? "-1" : "0").Replace("A0", $"{action}").Replace("A1", $"{action + 1}").Replace("A2", $"{(action + 1) % 3 + 1}").Replace("A3", $"{(action + 2) % 3 + 1}");
            text.Append(line.Replace("NN", i.ToString(CultureInfo.InvariantCulture)).Replace("KK", $"{kind}")).Append('\n');
        }
        return text.ToString();
    }

    [Theory]
    [InlineData("log.vw", "--actions 3")]
    [InlineData("log.dsjson", "-q ui")]
    public void LearnsTheRightActionOfEveryContext(string name, string options)
    {
        using var folder = new WorkFolder();
        string log = folder.Write(name, name.EndsWith("vw", StringComparison.Ordinal) ? OneLine(1) : Dsjson(1));
        var learn = CliRun.Of(["learn", "--task", "bandit", log, .. options.Split(' '), "-m", folder["m.forage"], "--json", "--quiet"]);
        Assert.Equal(0, learn.ExitCode);
        var json = JsonDocument.Parse(learn.Output).RootElement;
        Assert.Equal(Decisions, json.GetProperty("decisions").GetInt64());
        Assert.InRange(json.GetProperty("progressiveReward").GetDouble(), 0.9, 1.1); // the best policy earns 1, uniform 1/3
        string[] lines = CliRun.Of(["predict", "-m", folder["m.forage"], log, "--quiet"]).Output.TrimEnd('\n').Split('\n');
        Assert.Equal(Decisions, lines.Length);
        string[] logged = File.ReadAllLines(log);
        for (int i = 0; i < 200; i++) Assert.Equal($"{KindOf(logged[i])}", lines[i]);
        Assert.StartsWith($"{KindOf(logged[0])}:1\n", CliRun.Of(["predict", "-m", folder["m.forage"], log, "--raw", "--quiet"]).Output);
        var inspect = CliRun.Of(["inspect", folder["m.forage"], "--top", "3"]);
        Assert.Equal(0, inspect.ExitCode);
        Assert.Contains("takes                  the best of softmax of linear scores (18 bits", inspect.Output);
        var value = JsonDocument.Parse(CliRun.Of(["predict", "-m", folder["m.forage"], log, "--json", "-o", folder["p.txt"]]).Output).RootElement.GetProperty("value").GetDouble();
        Assert.InRange(value, 0.95, 1.05);
    }

    private static int KindOf(string line)
    {
        string mark = line[0] == '{' ? "\"kind\":\"k" : "|c k";
        return line[line.IndexOf(mark, StringComparison.Ordinal) + mark.Length] - '0';
    }
}
