using System.Globalization;
using System.Text;
using System.Text.Json;
using Forage.Features;

namespace Forage.Golden;

/// <summary>Quantiles: learn, predict, inspect, report, mistakes.</summary>
public class QuantileTests
{
    /// <summary>y = x (uniform in 0 to 10) + E, E uniform in 0 to 1 for a, 0 to 3 for b; every twentieth x is missing, every fiftieth y too.</summary>
    private static string Csv(int rows, ulong seed)
    {
        var rng = new Rng(seed);
        var text = new StringBuilder("x,kind,y\n");
        for (int i = 0; i < rows; i++)
        {
            double x = Math.Round(10 * rng.NextDouble(), 2);
            bool b = rng.NextInt(2) == 0;
            text.Append(CultureInfo.InvariantCulture, $"{(i % 20 == 7 ? "NA" : x)},{(b ? "b" : "a")},{(i % 50 == 9 ? "" : x + (b ? 3 : 1) * rng.NextDouble())}\n");
        }
        return text.ToString();
    }

    private static string Engel => Path.Combine(Root, "data", "engel", "engel.csv.gz");

    private static string Root
    {
        get
        {
            var dir = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(dir!.FullName, "Forage.slnx"))) dir = dir.Parent;
            return dir.FullName;
        }
    }

    [Theory]
    [InlineData("boosted")]
    [InlineData("tree")]
    [InlineData("linear")]
    public void LearnsPredictsAndTellsWhatIsInside(string method)
    {
        using var folder = new WorkFolder();
        string train = folder.Write("train.csv", Csv(1200, 1)), test = folder.Write("test.csv", Csv(400, 2));
        var learn = CliRun.Of(["learn", "--task", "quantile", "--method", method, "--tau", "0.1,0.5,0.9", train, "-m", folder["m.forage"], "--holdout", "4", "--report", folder["r.html"], "--json", "--quiet", .. method == "linear" ? [] : (string[])["--classifiers", "40"]]);
        Assert.Equal((0, ""), (learn.ExitCode, learn.Error));
        var json = JsonDocument.Parse(learn.Output).RootElement;
        Assert.Equal(("quantile", method, 882, 294, 24, 3), (json.GetProperty("task").GetString(), json.GetProperty("method").GetString(), json.GetProperty("examples").GetInt32(), json.GetProperty("heldOutExamples").GetInt32(),
            json.GetProperty("unlabelled").GetInt32(), json.GetProperty("features").GetInt32()));
        Assert.Equal([0.1, 0.5, 0.9], json.GetProperty("heldOut").EnumerateArray().Select(s => s.GetProperty("tau").GetDouble()));
        Assert.All(json.GetProperty("heldOut").EnumerateArray(), s => Assert.InRange(s.GetProperty("coverage").GetDouble(), s.GetProperty("tau").GetDouble() - 0.13, s.GetProperty("tau").GetDouble() + 0.13));
        Assert.Contains("Calibration", File.ReadAllText(folder["r.html"]));

        var predict = CliRun.Of(["predict", "-m", folder["m.forage"], test, "-o", folder["p.txt"], "--json", "--quiet"]);
        Assert.Equal((0, ""), (predict.ExitCode, predict.Error));
        json = JsonDocument.Parse(predict.Output).RootElement;
        Assert.Equal((400, 392), (json.GetProperty("examples").GetInt32(), json.GetProperty("labelled").GetInt32()));
        var scores = json.GetProperty("quantiles").EnumerateArray().ToList();
        Assert.Equal(json.GetProperty("loss").GetDouble(), scores.Average(s => s.GetProperty("loss").GetDouble()), 1e-6);
        double[][] lines = [.. File.ReadLines(folder["p.txt"]).Select(l => l.Split(',').Select(v => double.Parse(v, CultureInfo.InvariantCulture)).ToArray())];
        Assert.Equal(400, lines.Length);
        Assert.All(lines, l => Assert.True(l.Length == 3 && l[0] <= l[1] && l[1] <= l[2]));
        Assert.Matches(@"^0\.1:[-0-9.E]+ 0\.5:[-0-9.E]+ 0\.9:[-0-9.E]+\n", CliRun.Of(["predict", "-m", folder["m.forage"], test, "--raw", "--quiet"]).Output);
        Assert.Contains("share not above", CliRun.Of(["predict", "-m", folder["m.forage"], test]).Error);

        var inspect = CliRun.Of(["inspect", folder["m.forage"]]);
        Assert.Contains($"task                   quantile, method {method}\n", inspect.Output);
        Assert.Contains("quantiles              0.1, 0.5, 0.9\n", inspect.Output);
        json = JsonDocument.Parse(CliRun.Of(["inspect", folder["m.forage"], "--json"]).Output).RootElement;
        Assert.Equal(882, json.GetProperty("examples").GetInt32());
        Assert.Equal(3, json.GetProperty("recipe").GetProperty("Levels").GetArrayLength());
        if (method != "linear") Assert.Equal(40, json.GetProperty("parts")[0].GetProperty("value").GetInt32());
    }

    [Theory]
    [InlineData("smooth")]
    [InlineData("blend")]
    [InlineData("bagged")]
    [InlineData("logistic")]
    [InlineData("online")]
    [InlineData("onetree")]
    [InlineData("kernel")]
    [InlineData("tree --rejection")]
    [InlineData("boosted --thresholds uniform")]
    [InlineData("boosted --thresholds adaptive")]
    [InlineData("boosted --readout votes --per-quantile")]
    public void EveryMethodComesNearTheTruth(string method)
    {
        using var folder = new WorkFolder();
        string train = folder.Write("train.csv", Csv(600, 4)), test = folder.Write("test.csv", Csv(600, 5));
        string[] own = method == "kernel" ? [] : ["--classifiers", "30"];
        var learn = CliRun.Of(["learn", "--task", "quantile", "--method", .. method.Split(' '), "--tau", "0.2,0.5,0.8", train, "-m", folder["m.forage"], "--quiet", .. own]);
        Assert.Equal((0, ""), (learn.ExitCode, learn.Error));
        var scores = JsonDocument.Parse(CliRun.Of(["predict", "-m", folder["m.forage"], test, "-o", folder["p.txt"], "--json", "--quiet"]).Output).RootElement.GetProperty("quantiles").EnumerateArray().ToList();
        Assert.All(scores, s => Assert.InRange(s.GetProperty("coverage").GetDouble(), s.GetProperty("tau").GetDouble() - 0.15, s.GetProperty("tau").GetDouble() + 0.15));
        // A twentieth of x is missing (quantiles of y then from 0 to 12); constants err by 0.8 to 1.3.
        Assert.All(scores, s => Assert.InRange(s.GetProperty("loss").GetDouble(), 0.1, 0.55));
    }

    [Fact]
    public void EngelAsInR()
    {
        using var folder = new WorkFolder();
        var learn = CliRun.Of(["learn", "--task", "quantile", "--method", "linear", Engel, "-m", folder["m.forage"], "--quiet"]);
        Assert.Equal((0, ""), (learn.ExitCode, learn.Error));
        Assert.Contains("learnt from 235 examples with 1 features, task quantile, method linear\n", learn.Output);
        // 81.482247 + 0.560181 · 1000
        double f = double.Parse(CliRun.Of(["predict", "-m", folder["m.forage"], folder.Write("one.csv", "income\n1000\n"), "--quiet"]).Output, CultureInfo.InvariantCulture);
        Assert.Equal(641.6628, f, 1e-3);
    }

    [Fact]
    public void TheSameSeedGivesTheSameFileWhateverTheThreads()
    {
        using var folder = new WorkFolder();
        string train = folder.Write("train.csv", Csv(300, 3));
        foreach (var (name, threads) in new[] { ("a", "0"), ("b", "3") })
            Assert.Equal(0, CliRun.Of(["learn", "--task", "quantile", "--tau", "0.2,0.7", train, "-m", folder[name], "--threads", threads, "--quiet"]).ExitCode);
        Assert.Equal(File.ReadAllBytes(folder["a"]), File.ReadAllBytes(folder["b"]));
        var resume = CliRun.Of(["learn", "--resume", folder["a"], train, "--quiet"]);
        Assert.Equal((2, "forage learn: quantiles cannot be resumed; they are learnt from all examples at once\n"), (resume.ExitCode, resume.Error));
    }

    [Theory]
    [InlineData("--tau 0.5,0.5", 2, "forage learn: option '--tau' got 0.5 after 0.5, expected ascending quantiles\n")]
    [InlineData("--tau 0.5,1", 2, "forage learn: option '--tau' got '1', expected a number between 0 and 1\n")]
    [InlineData("--tau half", 2, "forage learn: option '--tau' got 'half', expected a number between 0 and 1\n")]
    [InlineData("--method forest", 2, "forage learn: option '--method' got 'forest', expected boosted, smooth, blend, tree, bagged, logistic, online, onetree, linear, kernel\n")]
    [InlineData("--method linear --classifiers 3", 2, "forage learn: option '--classifiers' is of Quanting, not of the method linear\n")]
    [InlineData("--classifiers 0", 2, "forage learn: option '--classifiers' got '0', expected 1 to 4096\n")]
    [InlineData("--thresholds random", 2, "forage learn: option '--thresholds' got 'random', expected uniform, quantiles, adaptive\n")]
    [InlineData("--loss squared", 2, "forage learn: option '--loss' is not of --task quantile\n")]
    [InlineData("--passes 2", 2, "forage learn: option '--passes' is not of --task quantile\n")]
    [InlineData("--method online --rejection", 1, "forage: Rejection sampling was asked for with the method online; expected tree, bagged or logistic.\n")]
    public void Mistakes(string options, int exitCode, string error)
    {
        var run = CliRun.Of($"learn --task quantile {options} - --format svmlight --quiet", "1 3:1\n2 3:2\n");
        Assert.Equal((exitCode, error), (run.ExitCode, run.Error));
    }

    [Fact]
    public void OptionsOfQuantilesAreOfQuantiles()
    {
        var run = CliRun.Of("learn --classifiers 5 - --format svmlight --quiet", "1 3:1\n");
        Assert.Equal((2, "forage learn: option '--classifiers' is not of --task regress; it is of --task quantile\n"), (run.ExitCode, run.Error));
        run = CliRun.Of("learn --loss quantile --tau 0.1,0.9 - --format svmlight --quiet", "1 3:1\n");
        Assert.Equal((2, "forage learn: option '--tau' got '0.1,0.9', expected one number (several are of the task quantile)\n"), (run.ExitCode, run.Error));
    }

    [Fact]
    public void ConstantTargetsAndNothingToLearnFrom()
    {
        using var folder = new WorkFolder();
        var run = CliRun.Of(["learn", "--task", "quantile", folder.Write("c.csv", "x,y\n1,4\n2,4\n3,4\n"), "-m", folder["m.forage"], "--quiet"]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal("4\n", CliRun.Of(["predict", "-m", folder["m.forage"], folder.Write("t.csv", "x\n9\n"), "--quiet"]).Output);
        run = CliRun.Of("learn --task quantile - --format svmlight --quiet", "\n");
        Assert.Equal((1, "forage: standard input holds no examples to learn from.\n"), (run.ExitCode, run.Error));
        run = CliRun.Of(["learn", "--task", "quantile", folder.Write("n.csv", "x,y\n1,NaN\n2,NA\n"), "--quiet"]);
        Assert.Equal(1, run.ExitCode);
        Assert.EndsWith("holds no examples to learn from.\n", run.Error);
    }
}
