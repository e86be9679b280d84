using System.Text.Json;

namespace Forage.Golden;

/// <summary>Whole command lines of learn, predict and inspect.</summary>
public class LearnTests
{
    private const string Lines = "1 |a x:1 y\n-1 |a x:-1\n1 2 'tagged|a x:0.5 |b z\n";

    [Fact]
    public void LearnPrintsTheProgressiveLoss()
    {
        using var folder = new WorkFolder();
        var run = CliRun.Of(["learn", "--task", "classify", folder.Write("train.vw", Lines), "-m", folder["m.forage"]]);
        Assert.Equal(0, run.ExitCode);
        string[] lines = run.Output.Split('\n');
        Assert.Equal("learnt from 3 examples in 1 pass, task classify, logistic loss", lines[0]);
        Assert.Matches("^progressive loss       0\\.[0-9]{6}$", lines[1]);
        Assert.Matches("^progressive 0/1 error  [0-9.]+ %$", lines[2]);
        Assert.StartsWith("speed", lines[3]);
        Assert.Equal($"model                  {folder["m.forage"]}", lines[4]);
        Assert.StartsWith("loss       since last error", run.Error);
        Assert.Equal(["m.forage", "train.vw"], folder.Files);
    }

    [Fact]
    public void PredictNeedsNoOptionRepeated()
    {
        using var folder = new WorkFolder();
        string train = folder.Write("train.vw", Samples.TwoClasses(400)), test = folder.Write("test.data", Samples.TwoClasses(200, seed: 2));
        string model = folder["m.forage"];
        Assert.Equal(0, CliRun.Of(["learn", "--task", "classify", "-b", "12", "-q", "xx", "--l2", "1e-6", train, "-m", model, "--passes", "3", "--quiet"]).ExitCode);
        var run = CliRun.Of(["predict", "-m", model, test, "--labels"]);
        Assert.Equal(0, run.ExitCode);
        string[] predicted = run.Output.TrimEnd('\n').Split('\n');
        string[] truth = [.. File.ReadLines(test).Select(l => l.Split(' ')[0])];
        Assert.Equal(200, predicted.Length);
        Assert.All(predicted, p => Assert.True(p is "1" or "-1", p));
        Assert.InRange(predicted.Zip(truth).Count(p => p.First == p.Second), 180, 200);
        Assert.StartsWith("predicted 200 examples", run.Error);
    }

    [Fact]
    public void HalvesWithASaveBetweenEqualTheWhole()
    {
        using var folder = new WorkFolder();
        string[] lines = Samples.TwoClasses(300).TrimEnd('\n').Split('\n');
        string whole = folder.Write("whole.vw", string.Join('\n', lines) + "\n");
        string first = folder.Write("first.vw", string.Join('\n', lines[..137]) + "\n"), second = folder.Write("second.vw", string.Join('\n', lines[137..]));
        CliRun.Of(["learn", "--task", "classify", whole, "-m", folder["whole.forage"]]);
        CliRun.Of(["learn", "--task", "classify", first, "-m", folder["half.forage"]]);
        CliRun.Of(["learn", second, "--resume", folder["half.forage"], "-m", folder["both.forage"]]);
        var a = CliRun.Of(["predict", "-m", folder["whole.forage"], whole]);
        var b = CliRun.Of(["predict", "-m", folder["both.forage"], whole]);
        Assert.Equal(300, a.Output.Count(c => c == '\n'));
        Assert.Equal(a.Output, b.Output);
        string Weights(string model) => CliRun.Of(["inspect", model, "--top", "100", "--json"]).Output.Split("\"weights\":")[1];
        Assert.Equal(Weights(folder["whole.forage"]), Weights(folder["both.forage"]));
    }

    [Fact]
    public void SameSeedGivesTheSameModelBytes()
    {
        using var folder = new WorkFolder();
        string train = folder.Write("train.vw", Samples.TwoClasses(300));
        foreach (string name in new[] { "a.forage", "b.forage" })
            CliRun.Of(["learn", "--task", "classify", "--keep-names", "--passes", "2", train, "-m", folder[name], "--threads", name[0] == 'a' ? "0" : "2"]);
        Assert.Equal(File.ReadAllBytes(folder["a.forage"]), File.ReadAllBytes(folder["b.forage"]));
    }

    [Fact]
    public void InspectShowsRecipeAndWeightsByName()
    {
        using var folder = new WorkFolder();
        CliRun.Of(["learn", "--task", "classify", "-b", "10", "--keep-names", folder.Write("train.vw", Samples.TwoClasses(500)), "-m", folder["m.forage"]]);
        var run = CliRun.Of(["inspect", folder["m.forage"], "--top", "2"]);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("task                   classify\n", run.Output);
        Assert.Contains("learnt from            500 examples in 1 pass, seed 1, Forage ", run.Output);
        Assert.Contains("weights set            9 of 1,024\n", run.Output);
        Assert.Contains("  bits                 10\n", run.Output);
        string[] rows = run.Output.TrimEnd('\n').Split('\n')[^2..];
        Assert.Equal(["x:f0", "x:f7"], rows.Select(r => r.Split(' ')[^1]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void AColumnThatIsAlmostAllNumbersIsWarnedOf()
    {
        using var folder = new WorkFolder();
        string data = folder.Write("d.csv", "age,y\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i},{2 * i}\n")) + "inf,3\n");
        string[] learn = ["learn", data, "--quiet"];
        Assert.Equal("warning: column 'age' is taken for categories: 1 of its 41 values is not a number, 'inf'. If it is of numbers, say --numeric 'age', which leaves such rows out; else --categorical 'age'\n",
            CliRun.Of(learn).Error);
        var numeric = CliRun.Of([.. learn, "--numeric", "age"]);
        Assert.Equal("", numeric.Error);
        Assert.Contains("malformed lines        1, skipped; the first:\n", numeric.Output);
        Assert.Equal("", CliRun.Of([.. learn, "--categorical", "age"]).Error);
    }

    [Fact]
    public void SortedExamplesAreWarnedOf()
    {
        using var folder = new WorkFolder();
        string[] lines = Samples.TwoClasses(600).TrimEnd('\n').Split('\n');
        string Learn(string name, IEnumerable<string> order) => CliRun.Of(["learn", "--task", "classify", folder.Write(name, string.Join('\n', order) + "\n"), "--quiet"]).Error;
        Assert.DoesNotContain("sorted", Learn("shuffled.vw", lines));
        Assert.Matches("warning: 100 % of the examples have the label of the one before, in a random order (4[5-9]|5[0-5]) % would: the examples seem sorted, which makes the progressive loss too low and the model worse. Shuffle them\n",
            Learn("sorted.vw", lines.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void StandardInputAndJson()
    {
        var run = CliRun.Of("learn --task classify - --json --quiet", Samples.TwoClasses(64));
        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.Error);
        Assert.Equal(1, run.Output.Count(c => c == '\n'));
        var json = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal("classify", json.GetProperty("task").GetString());
        Assert.Equal("vw", json.GetProperty("input").GetProperty("format").GetString());
        Assert.Equal(64, json.GetProperty("examples").GetInt64());
        Assert.Equal(64 * 9, json.GetProperty("features").GetInt64());
        Assert.Equal(7, json.GetProperty("trace").GetArrayLength());
        Assert.InRange(json.GetProperty("progressiveLoss").GetDouble(), 0.01, 0.7);
    }

    [Fact]
    public void PredictionsAsJsonAreOneObject()
    {
        using var folder = new WorkFolder();
        CliRun.Of(["learn", folder.Write("train.svm", "1 1:1\n2 1:2\n3 1:3\n"), "-m", folder["m.forage"]]);
        var json = JsonDocument.Parse(CliRun.Of(["predict", "-m", folder["m.forage"], "--json"], "1:1\n1 1:1\n2 1:2\n").Output).RootElement;
        Assert.Equal(2, json.GetProperty("predictions").GetArrayLength());
        Assert.Equal(1, json.GetProperty("malformed").GetInt64());
    }

    [Fact]
    public void MalformedLinesAreSkippedCountedAndShown()
    {
        using var folder = new WorkFolder();
        string data = folder.Write("bad.vw", "1 |a x\nabc |a x\n-1 |a x:nan\n1 |a y\n1 1 1 1 |a\n1 -3 |a\n");
        var run = CliRun.Of(["learn", data, "--quiet"]);
        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("learnt from 2 examples", run.Output);
        Assert.Contains("malformed lines        4, skipped; the first:\n  " + data + ":2:", run.Output);
        Assert.Equal(3, run.Output.Split('\n').Count(l => l.StartsWith("  " + data, StringComparison.Ordinal)));
    }

    [Fact]
    public void StrictStopsAtTheFirstAndKeepsWhatWasLearnt()
    {
        using var folder = new WorkFolder();
        string data = folder.Write("bad.vw", "1 |a x\nabc |a x\n1 |a y\n");
        var run = CliRun.Of(["learn", data, "--strict", "--quiet", "-m", folder["m.forage"]]);
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith($"forage: {data}:2:1: ", run.Error);
        Assert.Equal(1, run.Error.Count(c => c == '\n'));
        Assert.True(File.Exists(folder["m.forage"]));
    }

    [Fact]
    public void CacheGivesTheSameModelAndIsUsedAgain()
    {
        using var folder = new WorkFolder();
        string data = folder.Write("train.vw", Samples.TwoClasses(400));
        string[] learn = ["learn", "--task", "classify", "--passes", "4", "--quiet", "-m"];
        CliRun.Of([.. learn, folder["text.forage"], data]);
        CliRun.Of([.. learn, folder["cache.forage"], data, "--cache"]);
        Assert.Contains("train.vw.cache", folder.Files);
        var made = File.GetLastWriteTimeUtc(folder["train.vw.cache"]);
        CliRun.Of([.. learn, folder["again.forage"], data, "--cache"]);
        Assert.Equal(made, File.GetLastWriteTimeUtc(folder["train.vw.cache"]));
        Assert.Equal(0, CliRun.Of([.. learn, folder["stdin.forage"], "-", "--cache-file", folder["stdin.cache"]], File.ReadAllText(data)).ExitCode);
        byte[] expected = File.ReadAllBytes(folder["text.forage"]);
        foreach (string other in new[] { "cache.forage", "again.forage", "stdin.forage" }) Assert.Equal(expected, File.ReadAllBytes(folder[other]));
        folder.Write("train.vw", "1 |a x\n");
        Assert.StartsWith("learnt from 1 example", CliRun.Of(["learn", data, "--cache", "--quiet"]).Output);
    }

    [Fact]
    public void ReportIsWritten()
    {
        using var folder = new WorkFolder();
        string data = folder.Write("train.vw", Samples.TwoClasses(300));
        Assert.Equal(0, CliRun.Of(["learn", "--task", "classify", data, "--keep-names", "--passes", "3", "--report", folder["r.html"], "--quiet"]).ExitCode);
        string html = File.ReadAllText(folder["r.html"]);
        Assert.Contains("x:f7", html);
        Assert.Contains("Loss of each pass", html);
        Assert.Contains("--keep-names --passes 3", html);
    }

    [Theory]
    [InlineData("learn /no/such/file.vw", 1, "forage: There is no file '/no/such/file.vw'.\n")]
    [InlineData("learn --task guess -", 2, "forage learn: option '--task' got 'guess', expected regress, classify, multiclass, multilabel, quantile, bandit, sequence, entities, dependency\n")]
    [InlineData("learn --loss cubic -", 2, "forage learn: option '--loss' got 'cubic', expected squared, logistic, hinge, quantile or poisson\n")]
    [InlineData("learn -b 40 -", 2, "forage learn: The number of bits is 40; expected 1 to 32.\n")]
    [InlineData("learn --passes 2 -", 1, "forage: standard input can be read only once, and 2 passes were asked for; a cache would make them possible.\n")]
    [InlineData("learn --format xml -", 2, "forage: option '--format' got 'xml', expected auto, vw, svmlight, json, csv, xmc\n")]
    [InlineData("predict -", 2, "forage predict: option '--model' is required (./forage predict --help shows the options)\n")]
    [InlineData("predict -m /no/such/model -", 1, "forage: There is no model '/no/such/model'.\n")]
    [InlineData("inspect", 2, "forage inspect: MODEL is missing (./forage inspect --help shows the options)\n")]
    public void Mistakes(string line, int code, string error) => Assert.Equal(new CliRun(code, "", error), CliRun.Of(line, "1 |a x\n"));

    [Fact]
    public void LabelsThatAreNotTwoClassesAreNamed()
    {
        var run = CliRun.Of("learn --task classify -", "0 |a x\n");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("forage: Example 1: The label 0 is not one of two classes; expected -1 or 1 (for numbers use the task regress, for classes 1, 2, 3, … multiclass).\n", run.Error);
    }

    [Fact]
    public void DamagedModelIsOneClearLine()
    {
        using var folder = new WorkFolder();
        CliRun.Of(["learn", folder.Write("train.vw", Samples.TwoClasses(100)), "-m", folder["m.forage"]]);
        byte[] bytes = File.ReadAllBytes(folder["m.forage"]);
        bytes[^40] ^= 1;
        File.WriteAllBytes(folder["m.forage"], bytes);
        var run = CliRun.Of(["inspect", folder["m.forage"]]);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(1, run.Error.Count(c => c == '\n'));
        Assert.Contains(folder["m.forage"], run.Error);
    }
}
