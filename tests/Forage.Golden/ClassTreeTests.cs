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
    [InlineData("--task multiclass --nodes 7", 2, "forage learn: option '--nodes' is not of --task multiclass --method oaa; it is of --task multiclass --method lomtree and --task multiclass --method recall-tree\n")]
    [InlineData("--task multiclass --memory 7", 2, "forage learn: option '--memory' is not of --task multiclass --method oaa; it is of trees over classes (--task multiclass --method lomtree, …)\n")]
    [InlineData("--task multiclass --method lomtree --nodes -1", 2, "forage learn: The largest number of nodes is -1; expected 0 (set by the number of classes) or more.\n")]
    [InlineData("--task multiclass --method lomtree --grow-rate 0.1", 2, "forage learn: The learning rate of growing is 0.1; expected a number of passes to grow beside it.\n")]
    [InlineData("--task multiclass --method lomtree --positive-weight 2", 2, "forage learn: option '--positive-weight' is not of --task multiclass --method lomtree; it is of --task multiclass --method oaa\n")]
    [InlineData("--task multiclass --positive-weight 0", 2, "forage learn: option '--positive-weight' got '0', expected a positive number\n")]
    [InlineData("--task multiclass --average-from 2", 2, "forage learn: Weights cannot be averaged from pass 2 on; expected 2 to the number of passes, 1, or 0 for never.\n")]
    [InlineData("--task multiclass --method lomtree --average-from 2", 2, "forage learn: option '--average-from' is not of --task multiclass --method lomtree\n")]
    [InlineData("--task multiclass --method lomtree --keep-names", 2, "forage learn: option '--keep-names' is not of --task multiclass --method lomtree\n")]
    [InlineData("--task multiclass --method recall-tree --loss quantile", 2, "forage learn: quantile loss is of numbers and of --method lomtree, random-tree or filter-tree, not of --task multiclass --method recall-tree\n")]
    [InlineData("--task multiclass --loss quantile", 2, "forage learn: quantile loss is of numbers and of --method lomtree, random-tree or filter-tree, not of --task multiclass --method oaa\n")]
    [InlineData("--task multiclass --method lomtree --loss poisson", 2, "forage learn: poisson loss is of numbers, not of the task multiclass\n")]
    [InlineData("--task multiclass --method lomtree --l1 0.1", 1, "forage: The penalties l1 0.1 and l2 0 were asked for; regressors with weights of their own have none.\n")]
    public void Mistakes(string options, int exitCode, string error)
    {
        var run = CliRun.Of($"learn {options} - --classes 3 --quiet", "1 |a x\n");
        Assert.Equal((exitCode, error), (run.ExitCode, run.Error));
    }

    /// <summary>A method takes the options it has a use for; of others the message names the methods that do.</summary>
    [Theory]
    [InlineData("--nodes 9", "lomtree recall-tree")]
    [InlineData("--node-classes 9", "lomtree recall-tree")]
    [InlineData("--swap-resistance 9", "lomtree")]
    [InlineData("--mixed-share 0.1", "lomtree")]
    [InlineData("--grow-passes 1", "lomtree")]
    [InlineData("--grow-passes 1 --grow-rate 0.1", "lomtree")]
    [InlineData("--candidates 3", "recall-tree")]
    [InlineData("--leaves 1", "recall-tree")]
    [InlineData("--memory 1", "lomtree random-tree filter-tree recall-tree")]
    public void OptionsOfOtherTreesAreRefused(string option, string methods)
    {
        string[] takers = methods.Split(' ');
        foreach (string method in new[] { "lomtree", "random-tree", "filter-tree", "recall-tree" })
        {
            var run = CliRun.Of($"learn --task multiclass --method {method} {option} - --classes 3 --quiet", "1 |a x\n3 |a y\n");
            string refusal = $"forage learn: option '{option.Split(' ')[0]}' is not of --task multiclass --method {method}; it is of {string.Join(" and ", takers.Select(t => $"--task multiclass --method {t}"))}\n";
            Assert.Equal(takers.Contains(method) ? (0, "") : (2, refusal), (run.ExitCode, run.Error));
        }
    }

    [Theory]
    [InlineData("lomtree", "--nodes 120 --swap-resistance 7 --node-classes 16 --memory 2 --grow-passes 1 --grow-rate 0.25", "nodes 120, swap-resistance 7, mixed-share 0, grow-passes 1, grow-rate 0.25, node-classes 16, memory 2 MB",
        """{"nodes":120,"swapResistance":7,"mixedShare":0,"growPasses":1,"growRate":0.25,"nodeClasses":16,"memory":2}""")]
    [InlineData("lomtree", "", "nodes by the number of classes, swap-resistance 4, mixed-share 0, grow-passes all, node-classes all, memory no bound",
        """{"nodes":0,"swapResistance":4,"mixedShare":0,"growPasses":0,"nodeClasses":0,"memory":0}""")]
    [InlineData("filter-tree", "--memory 3", "memory 3 MB", """{"memory":3}""")]
    [InlineData("recall-tree", "--candidates 5 --leaves 3", "nodes by the number of classes, node-classes all, candidates 5, leaves 3, memory no bound", """{"nodes":0,"nodeClasses":0,"candidates":5,"leaves":3,"memory":0}""")]
    public void InspectShowsTheOptionsOfTheTree(string method, string options, string told, string json)
    {
        using var folder = new WorkFolder();
        Assert.Equal(0, CliRun.Of($"learn --task multiclass --method {method} {options} {folder.Write("train.vw", Lines(200, 1))} -m {folder["m.forage"]} --quiet").ExitCode);
        string[] lines = CliRun.Of(["inspect", folder["m.forage"]]).Output.Split('\n');
        var shown = lines.SkipWhile(l => l != "options of the tree").Skip(1).TakeWhile(l => l.StartsWith("  ", StringComparison.Ordinal));
        Assert.Equal(told, string.Join(", ", shown.Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries)))));
        Assert.Equal(json, JsonDocument.Parse(CliRun.Of(["inspect", folder["m.forage"], "--json"]).Output).RootElement.GetProperty("treeOptions").GetRawText());
    }

    /// <summary>Figures of nodes look perfect long before a tree is, so it is said what they are of.</summary>
    [Theory]
    [InlineData("lomtree --grow-passes 1", "training examples, each as it was routed right after it was learnt", "training examples, each as it was routed right after it was learnt while the tree grew:")]
    [InlineData("lomtree", "training examples, each as it was routed right after it was learnt", "training examples, each as it was routed right after it was learnt:")]
    [InlineData("recall-tree", "training examples, each as it was routed right after it was learnt", "training examples, each as it was routed right after it was learnt:")]
    [InlineData("random-tree", null, null)]
    [InlineData("filter-tree", null, null)]
    public void InspectSaysWhatItsFiguresAreOf(string method, string? figuresOf, string? heading)
    {
        using var folder = new WorkFolder();
        Assert.Equal(0, CliRun.Of($"learn --task multiclass --method {method} {folder.Write("train.vw", Lines(200, 1))} -m {folder["m.forage"]} --quiet").ExitCode);
        string text = CliRun.Of(["inspect", folder["m.forage"]]).Output;
        Assert.Equal(figuresOf, JsonDocument.Parse(CliRun.Of(["inspect", folder["m.forage"], "--json"]).Output).RootElement.TryGetProperty("figuresOf", out var of) ? of.GetString() : null);
        if (figuresOf is null) Assert.Contains("tree entropy           not counted; only the nodes of a lomtree or a recall-tree count their classes\n", text);
        else Assert.Matches($"tree entropy           [0-9.]+ nats \\(of 3.4012 at most\\) over {figuresOf}\n", text);
        if (heading is not null) Assert.Contains($"\nthe nodes most examples came through; J, purity and balance are of {heading}\nthey tell how well a node keeps classes apart that it has just been taught, not how well it routes new examples\n", text);
        else Assert.DoesNotContain("balance", text);
    }

    /// <summary>A model of the third of five passes has seen three, in whatever way it learns, and a resumed one those of both runs. (Regression gets better till the last pass.)</summary>
    [Theory]
    [InlineData("--task multiclass --method lomtree --learning-rate 3")]
    [InlineData("--task multiclass --method random-tree")]
    [InlineData("--task multiclass")]
    [InlineData("--task regress", true)]
    public void InspectCountsWhatTheKeptWeightsHaveSeen(string options, bool lastIsBest = false)
    {
        using var folder = new WorkFolder();
        string train = folder.Write("train.vw", Lines(300, 6));
        var learn = JsonDocument.Parse(CliRun.Of($"learn {options} {train} --passes 12 --patience 2 -m {folder["m.forage"]} --quiet --json").Output).RootElement;
        int best = learn.GetProperty("bestPass").GetInt32();
        Assert.Equal(lastIsBest ? (12, 12) : (best, best + 2), (best, learn.GetProperty("passes").GetArrayLength()));
        var json = JsonDocument.Parse(CliRun.Of(["inspect", folder["m.forage"], "--json"]).Output).RootElement;
        Assert.Equal((270 * best, best), (json.GetProperty("examples").GetInt32(), json.GetProperty("passes").GetInt32()));
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"learnt from            {270 * best:N0} examples in {best} pass"), CliRun.Of(["inspect", folder["m.forage"]]).Output);

        Assert.Equal(0, CliRun.Of($"learn {train} --passes 2 --holdout 0 --resume {folder["m.forage"]} -m {folder["more.forage"]} --quiet").ExitCode);
        json = JsonDocument.Parse(CliRun.Of(["inspect", folder["more.forage"], "--json"]).Output).RootElement;
        Assert.Equal((270 * best + 600, best + 2), (json.GetProperty("examples").GetInt32(), json.GetProperty("passes").GetInt32()));
    }

    /// <summary>The median of ±1 at each node.</summary>
    [Theory]
    [InlineData("lomtree")]
    [InlineData("random-tree")]
    [InlineData("filter-tree")]
    public void LearnsByQuantileLoss(string method)
    {
        using var folder = new WorkFolder();
        string train = folder.Write("train.vw", Lines(3000, 1)), test = folder.Write("test.vw", Lines(400, 2));
        var learn = CliRun.Of($"learn --task multiclass --method {method} --loss quantile --tau 0.5 {train} -m {folder["m.forage"]} --passes 3 --json --quiet");
        Assert.Equal((0, ""), (learn.ExitCode, learn.Error));
        Assert.Equal("quantile", JsonDocument.Parse(learn.Output).RootElement.GetProperty("loss").GetString());
        Assert.InRange(JsonDocument.Parse(CliRun.Of(["predict", "-m", folder["m.forage"], test, "-o", folder["p.txt"], "--json", "--quiet"]).Output).RootElement.GetProperty("error").GetDouble(), 0, 0.06);
        Assert.Equal("Quantile", JsonDocument.Parse(CliRun.Of(["inspect", folder["m.forage"], "--json"]).Output).RootElement.GetProperty("recipe").GetProperty("Loss").GetString());
    }
}
