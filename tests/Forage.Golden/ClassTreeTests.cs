using System.Globalization;
using System.Text;
using System.Text.Json;
using Forage.Features;

namespace Forage.Golden;

/// <summary>Very many classes by trees.</summary>
public class ClassTreeTests
{
    private const int Classes = 30;

    /// <summary>Class c (from 1) has features of its own among noise.</summary>
    private static string Lines(int count, ulong seed)
    {
        var rng = new Rng(seed);
        var text = new StringBuilder();
        for (int i = 0; i < count; i++)
        {
            int c = 1 + rng.NextInt(Classes);
            text.Append(CultureInfo.InvariantCulture, $"{c} 't{i}|a c{c}_{rng.NextInt(2)} d{c}_{rng.NextInt(2)} |n n{rng.NextInt(20)} m{rng.NextInt(20)}\n");
        }
        return text.ToString();
    }

    [Theory]
    [InlineData("lomtree", 0.06)]
    [InlineData("random-tree", 0.06)]
    [InlineData("filter-tree", 0.06)]
    [InlineData("recall-tree", 0.03)]
    public void LearnsPredictsAndTellsWhatIsInside(string method, double most)
    {
        using var folder = new WorkFolder();
        string train = folder.Write("train.vw", Lines(3000, 1)), test = folder.Write("test.vw", Lines(400, 2));
        var learn = CliRun.Of(["learn", "--task", "multiclass", "--method", method, train, "-m", folder["m.forage"], "--passes", "3", "--json", "--quiet"]);
        Assert.Equal((0, ""), (learn.ExitCode, learn.Error));
        var json = JsonDocument.Parse(learn.Output).RootElement;
        Assert.Equal(("multiclass", method), (json.GetProperty("task").GetString(), json.GetProperty("method").GetString()));
        Assert.Equal(method switch { "lomtree" => "squared", "recall-tree" => "hinge", _ => "logistic" }, json.GetProperty("loss").GetString());

        var predict = CliRun.Of(["predict", "-m", folder["m.forage"], test, "-o", folder["p.txt"], "--json", "--quiet"]);
        json = JsonDocument.Parse(predict.Output).RootElement;
        Assert.Equal(400, json.GetProperty("labelled").GetInt32());
        Assert.InRange(json.GetProperty("error").GetDouble(), 0, most);
        string[] predicted = File.ReadAllLines(folder["p.txt"]), truth = [.. File.ReadLines(test).Select(l => l.Split(' ')[0])];
        Assert.Equal(Math.Round(400 * json.GetProperty("error").GetDouble()), predicted.Zip(truth).Count(p => p.First.Split(' ')[0] != p.Second));
        Assert.EndsWith(" t7", predicted[7]);

        var inspect = CliRun.Of(["inspect", folder["m.forage"]]);
        Assert.Equal(0, inspect.ExitCode);
        Assert.Contains($"task                   multiclass, by {method}\n", inspect.Output);
        Assert.Contains("classes                30\n", inspect.Output);
        Assert.Matches("tree +[0-9]+ nodes, [0-9]+ leaves, depth [0-9]+, [0-9.]+ on average\n", inspect.Output);
        json = JsonDocument.Parse(CliRun.Of(["inspect", folder["m.forage"], "--top", "3", "--json"]).Output).RootElement;
        Assert.True(json.GetProperty("weightBytes").GetInt64() > 1000);
        Assert.False(json.GetProperty("isFull").GetBoolean());
        if (method != "lomtree") return;
        Assert.Contains("nodes recycled", inspect.Output);
        Assert.InRange(json.GetProperty("entropy").GetDouble(), 0, 1);
        Assert.Equal(3, json.GetProperty("largest").GetArrayLength());
        Assert.InRange(json.GetProperty("largest")[0].GetProperty("j").GetDouble(), 0.5, 1);
    }

    /// <summary>The very predictions of a small run, so that a change of the learner does not go unseen.</summary>
    [Fact]
    public void ALomTreePredictsWhatItAlwaysDid()
    {
        using var folder = new WorkFolder();
        string train = folder.Write("train.vw", Lines(300, 3)), test = folder.Write("test.vw", Lines(12, 4));
        Assert.Equal(0, CliRun.Of(["learn", "--task", "multiclass", "--method", "lomtree", "--nodes", "40", train, "-m", folder["m.forage"], "--quiet"]).ExitCode);
        var run = CliRun.Of(["predict", "-m", folder["m.forage"], test, "--quiet"]);
        Assert.Equal("24 17 16 11 17 12 17 13 27 8 23 24", string.Join(' ', run.Output.TrimEnd('\n').Split('\n').Select(l => l.Split(' ')[0])));
    }

    /// <summary>Options that belong to passes are kept in the model: two passes, a save, and two passes are four passes.</summary>
    [Theory]
    [InlineData("--method lomtree --grow-passes 2 --grow-rate 0.1 --learning-rate 1 --decay 0.9 --loss hinge")]
    [InlineData("--method oaa --positive-weight 5 --loss squared --min-prediction -50 --max-prediction 50 --decay 0.9")]
    public void PassesWithASaveBetweenEqualAllPasses(string options)
    {
        using var folder = new WorkFolder();
        string data = folder.Write("data.vw", Lines(300, 5));
        string[] learn = ["learn", "--task", "multiclass", .. options.Split(' '), "--classes", "30", "--holdout", "0", data, "--quiet"];
        Assert.Equal(0, CliRun.Of([.. learn, "--passes", "4", "-m", folder["whole.forage"]]).ExitCode);
        Assert.Equal(0, CliRun.Of([.. learn, "--passes", "2", "-m", folder["half.forage"]]).ExitCode);
        Assert.Equal(0, CliRun.Of(["learn", data, "--passes", "2", "--holdout", "0", "--resume", folder["half.forage"], "-m", folder["both.forage"], "--quiet"]).ExitCode);
        Assert.Equal(File.ReadAllBytes(folder["whole.forage"])[^2000..], File.ReadAllBytes(folder["both.forage"])[^2000..]);
        if (!options.Contains("oaa")) return;
        Assert.Equal(0, CliRun.Of([.. learn.Where(o => o is not "--positive-weight" and not "5"), "--passes", "4", "-m", folder["other.forage"]]).ExitCode);
        Assert.NotEqual(File.ReadAllBytes(folder["whole.forage"])[^2000..], File.ReadAllBytes(folder["other.forage"])[^2000..]);
    }

    [Fact]
    public void HalvesWithASaveBetweenEqualTheWhole()
    {
        using var folder = new WorkFolder();
        string whole = folder.Write("whole.vw", Lines(600, 5)), first = folder.Write("first.vw", string.Concat(Lines(600, 5).Split('\n')[..250].Select(l => l + "\n"))),
            second = folder.Write("second.vw", string.Concat(Lines(600, 5).Split('\n')[250..600].Select(l => l + "\n")));
        string[] learn = ["learn", "--task", "multiclass", "--method", "lomtree", "--classes", "30", "--nodes", "20", "--swap-resistance", "0.5", "--quiet"];
        Assert.Equal(0, CliRun.Of([.. learn, whole, "-m", folder["whole.forage"]]).ExitCode);
        Assert.Equal(0, CliRun.Of([.. learn, first, "-m", folder["half.forage"]]).ExitCode);
        Assert.Equal(0, CliRun.Of(["learn", second, "--resume", folder["half.forage"], "-m", folder["both.forage"], "--quiet"]).ExitCode);
        Assert.Equal(CliRun.Of(["predict", "-m", folder["whole.forage"], whole]).Output, CliRun.Of(["predict", "-m", folder["both.forage"], whole]).Output);
        Assert.Equal(File.ReadAllBytes(folder["whole.forage"])[^4000..], File.ReadAllBytes(folder["both.forage"])[^4000..]);
    }

    /// <summary>Bounds on what nodes count and on memory hold, with a new feature in every line, and it still learns.</summary>
    [Theory]
    [InlineData("lomtree", 0.1)]
    [InlineData("recall-tree", 0.05)]
    public void BoundsHold(string method, double most)
    {
        using var folder = new WorkFolder();
        string[] lines = Lines(6000, 1).TrimEnd('\n').Split('\n');
        string train = folder.Write("train.vw", string.Concat(lines.Select((l, i) => $"{l} {string.Join(' ', Enumerable.Range(0, 8).Select(f => $"once{i}_{f}"))}\n"))), test = folder.Write("test.vw", Lines(400, 2));
        string[] learn = ["learn", "--task", "multiclass", "--method", method, train, "--quiet"];
        Assert.Equal(0, CliRun.Of([.. learn, "-m", folder["all.forage"]]).ExitCode);
        Assert.Equal(0, CliRun.Of([.. learn, "--node-classes", "8", "--memory", "1", "-m", folder["m.forage"]]).ExitCode);
        JsonElement all = Inspect("all.forage"), bounded = Inspect("m.forage");
        Assert.True(all.GetProperty("weightBytes").GetInt64() > 2 << 20);
        Assert.InRange(bounded.GetProperty("weightBytes").GetInt64(), 1 << 18, 1 << 20);
        Assert.InRange(bounded.GetProperty("counterBytes").GetInt64(), 1, all.GetProperty("counterBytes").GetInt64());
        Assert.True(bounded.GetProperty("isFull").GetBoolean());
        Assert.Contains("(full: some were left out)", CliRun.Of(["inspect", folder["m.forage"]]).Output);
        var predict = CliRun.Of(["predict", "-m", folder["m.forage"], test, "-o", folder["p.txt"], "--json", "--quiet"]);
        Assert.InRange(JsonDocument.Parse(predict.Output).RootElement.GetProperty("error").GetDouble(), 0, most);

        JsonElement Inspect(string model) => JsonDocument.Parse(CliRun.Of(["inspect", folder[model], "--json"]).Output).RootElement;
    }

    [Theory]
    [InlineData("--task multiclass --method forest", 2, "forage learn: option '--method' got 'forest', expected oaa, lomtree, random-tree, filter-tree or recall-tree for the task multiclass\n")]
    [InlineData("--task multiclass --nodes 7", 2, "forage learn: option '--nodes' is not of --task multiclass --method oaa; it is of trees over classes (--task multiclass --method lomtree, …)\n")]
    [InlineData("--task multiclass --method lomtree --nodes -1", 2, "forage learn: The largest number of nodes is -1; expected 0 (set by the number of classes) or more.\n")]
    [InlineData("--task multiclass --method lomtree --grow-rate 0.1", 2, "forage learn: The learning rate of growing is 0.1; expected a number of passes to grow beside it.\n")]
    [InlineData("--task multiclass --method lomtree --positive-weight 2", 2, "forage learn: option '--positive-weight' is not of trees over classes (--task multiclass --method lomtree, …); it is of --task multiclass --method oaa\n")]
    [InlineData("--task multiclass --positive-weight 0", 2, "forage learn: option '--positive-weight' got '0', expected a positive number\n")]
    [InlineData("--task multiclass --method lomtree --keep-names", 2, "forage learn: option '--keep-names' is not of trees over classes (--task multiclass --method lomtree, …)\n")]
    [InlineData("--task multiclass --method lomtree --l1 0.1", 1, "forage: The penalties l1 0.1 and l2 0 were asked for; regressors with weights of their own have none.\n")]
    public void Mistakes(string options, int exitCode, string error)
    {
        var run = CliRun.Of($"learn {options} - --classes 3 --quiet", "1 |a x\n");
        Assert.Equal((exitCode, error), (run.ExitCode, run.Error));
    }
}
