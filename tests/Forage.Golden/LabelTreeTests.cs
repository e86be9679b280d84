using System.Globalization;
using System.Text;
using System.Text.Json;
using Forage.Features;

namespace Forage.Golden;

/// <summary>Sets of many labels by a label tree.</summary>
public class LabelTreeTests
{
    private const int Rows = 400, Labels = 60;

    /// <summary>Label k has feature k, and a second label comes along; the rest is noise.</summary>
    private static string Xmc(ulong seed)
    {
        var rng = new Rng(seed);
        var text = new StringBuilder($"{Rows} 100 {Labels + 3}\n");
        for (int i = 0; i < Rows; i++)
        {
            int a = rng.NextInt(Labels - 1);
            text.Append(CultureInfo.InvariantCulture, $"{a},{a + 1} {a}:1 {Labels + rng.NextInt(30)}:0.3\n");
        }
        return text.ToString();
    }

    [Fact]
    public void LearnsPredictsAndTellsWhatIsInside()
    {
        using var folder = new WorkFolder();
        string train = folder.Write("train.xmc", Xmc(1)), test = folder.Write("test.xmc", Xmc(2));
        var learn = CliRun.Of(["learn", "--task", "multilabel", "--method", "tree", train, "-m", folder["m.forage"], "--leaf-size", "10", "--arity", "4", "--trees", "2", "--cost", "5", "--holdout", "8", "--json", "--quiet"]);
        Assert.Equal((0, ""), (learn.ExitCode, learn.Error));
        var json = JsonDocument.Parse(learn.Output).RootElement;
        Assert.Equal(("multilabel", "tree", "squared-hinge"), (json.GetProperty("task").GetString(), json.GetProperty("method").GetString(), json.GetProperty("loss").GetString()));
        Assert.Equal((350, 50, 63, 60), (json.GetProperty("examples").GetInt32(), json.GetProperty("heldOutExamples").GetInt32(), json.GetProperty("labels").GetInt32(), json.GetProperty("labelsWithExamples").GetInt32()));
        Assert.Equal((2, 3), (json.GetProperty("trees").GetInt32(), json.GetProperty("depth").GetInt32()));
        Assert.InRange(json.GetProperty("trainingPrecisionAt1").GetDouble(), 0.97, 1);
        Assert.InRange(json.GetProperty("heldOutPrecisionAt1").GetDouble(), 0.9, 1);
        Assert.InRange(json.GetProperty("heldOutPrecisionAt3").GetDouble(), 0.6, 2 / 3.0 + 1e-9); // two labels each: two of three at best
        Assert.InRange(json.GetProperty("heldOutPrecisionAt5").GetDouble(), 0.36, 0.4);

        var predict = CliRun.Of(["predict", "-m", folder["m.forage"], test, "--top", "2", "-o", folder["p.txt"], "--json", "--quiet"]);
        json = JsonDocument.Parse(predict.Output).RootElement;
        Assert.Equal(Rows, json.GetProperty("labelled").GetInt32());
        Assert.InRange(json.GetProperty("precisionAt1").GetDouble(), 0.97, 1);
        Assert.Equal(1 - json.GetProperty("precisionAt1").GetDouble(), json.GetProperty("error").GetDouble(), 9);
        Assert.InRange(json.GetProperty("precisionAt3").GetDouble(), 0.6, 2 / 3.0 + 1e-9);
        string[] predicted = File.ReadAllLines(folder["p.txt"]), truth = [.. File.ReadLines(test).Skip(1).Select(l => l.Split(' ')[0])];
        Assert.InRange(predicted.Zip(truth).Count(p => string.Join(',', p.First.Split(',').Select(int.Parse).Order()) == p.Second), 380, Rows);
        Assert.Matches(@"^\d+:0\.\d+ \d+:0\.\d+ \d+:0\.\d+\n", CliRun.Of(["predict", "-m", folder["m.forage"], test, "--raw", "--top", "3", "--quiet"]).Output);

        var inspect = CliRun.Of(["inspect", folder["m.forage"]]);
        Assert.Equal(0, inspect.ExitCode);
        Assert.Contains("task                   multilabel, by 2 label trees\n", inspect.Output);
        Assert.Contains("labels                 60 of 63 had examples\n", inspect.Output);
        json = JsonDocument.Parse(CliRun.Of(["inspect", folder["m.forage"], "--json"]).Output).RootElement;
        var levels = json.GetProperty("trees")[1].GetProperty("levels");
        Assert.Equal(3, levels.GetArrayLength());
        Assert.Equal((1, 3), (levels[0].GetProperty("nodes").GetInt32(), levels[0].GetProperty("mostChildren").GetInt32()));
        Assert.Equal(5, json.GetProperty("recipe").GetProperty("C").GetDouble());
    }

    [Fact]
    public void TheSameSeedGivesTheSameFileWhateverTheThreads()
    {
        using var folder = new WorkFolder();
        string train = folder.Write("train.svm", string.Join('\n', Xmc(3).Split('\n')[1..]));
        foreach (var (name, threads) in new[] { ("a", "0"), ("b", "3") })
            Assert.Equal(0, CliRun.Of(["learn", "--task", "multilabel", "--method", "tree", "--scaling", "tfidf", "--loss", "logistic", train, "-m", folder[name], "--threads", threads, "--quiet"]).ExitCode);
        Assert.Equal(File.ReadAllBytes(folder["a"]), File.ReadAllBytes(folder["b"]));
        Assert.Contains("squared-hinge", CliRun.Of(["learn", "--task", "multilabel", "--method", "tree", train, "--quiet"]).Output);
        var resume = CliRun.Of(["learn", "--resume", folder["a"], train, "--quiet"]);
        Assert.Equal((2, true), (resume.ExitCode, resume.Error.Contains("a label tree cannot be resumed")));
    }

    [Theory]
    [InlineData("--task multilabel --trees 3", 2, "forage learn: option '--trees' is not of --task multilabel --method oaa; it is of --task multilabel --method tree\n")]
    [InlineData("--task multilabel --method forest", 2, "forage learn: option '--method' got 'forest', expected oaa or tree\n")]
    [InlineData("--task regress --method tree", 2, "forage learn: option '--method' is not of --task regress\n")]
    [InlineData("--task multilabel --method tree --arity 1", 2, "forage learn: The arity is 1; expected 2 to 256.\n")]
    [InlineData("--task multilabel --method tree --loss hinge", 2, "forage learn: option '--loss' got 'hinge', expected squared-hinge or logistic for a label tree\n")]
    [InlineData("--task multilabel --method tree -b 20", 2, "forage learn: option '--bits' is not of --task multilabel --method tree\n")]
    [InlineData("--task multilabel --method tree --classes 2", 1, "forage: standard input has label 2, and 2 labels were said to be there; expected 0 to 1.\n")]
    [InlineData("--task multilabel --method tree --passes 2", 2, "forage learn: option '--passes' is not of --task multilabel --method tree\n")]
    public void Mistakes(string options, int exitCode, string error)
    {
        var run = CliRun.Of($"learn {options} - --format svmlight --quiet", "1,2 3:1\n");
        Assert.Equal((exitCode, error), (run.ExitCode, run.Error));
    }

    [Fact]
    public void NothingToLearnFromIsOneSentence()
    {
        var run = CliRun.Of("learn --task multilabel --method tree - --format svmlight --quiet", "\n");
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("forage: standard input holds no example", run.Error);
    }
}
