using System.Globalization;
using System.Text;
using System.Text.Json;
using Forage.Features;

namespace Forage.Golden;

/// <summary>Several classes, sets of labels, and CSV.</summary>
public class ManyClassesTests
{
    private static readonly string[] Colours = ["blue", "green", "red"];

    private static string Csv(int rows, ulong seed, bool withTarget = true)
    {
        var rng = new Rng(seed);
        var text = new StringBuilder(withTarget ? "size,shape,colour\n" : "size,shape\n");
        for (int i = 0; i < rows; i++)
        {
            int k = rng.NextInt(3);
            text.Append(CultureInfo.InvariantCulture, $"{k + 0.2 * rng.NextGaussian():F3},{"xyz"[(k + (rng.NextInt(10) == 0 ? 1 : 0)) % 3]}");
            text.Append(withTarget ? $",{Colours[k]}\n" : "\n");
        }
        return text.ToString();
    }

    [Fact]
    public void ClassesOfACsvColumnArePredictedByName()
    {
        using var folder = new WorkFolder();
        string train = folder.Write("train.csv", Csv(600, 1)), test = folder.Write("test.csv", Csv(200, 2)), bare = folder.Write("bare.csv", Csv(200, 2, withTarget: false));
        var learn = CliRun.Of(["learn", "--task", "multiclass", train, "-m", folder["m.forage"], "--quiet", "--json"]);
        Assert.Equal(0, learn.ExitCode);
        Assert.InRange(JsonDocument.Parse(learn.Output).RootElement.GetProperty("progressiveError").GetDouble(), 0, 0.15);
        var run = CliRun.Of(["predict", "-m", folder["m.forage"], test]);
        string[] predicted = run.Output.TrimEnd('\n').Split('\n'), truth = [.. File.ReadLines(test).Skip(1).Select(l => l.Split(',')[2])];
        Assert.InRange(predicted.Zip(truth).Count(p => p.First == p.Second), 180, 200);
        Assert.Contains("0/1 error", run.Error);
        Assert.Equal(run.Output, CliRun.Of(["predict", "-m", folder["m.forage"], bare]).Output);
        Assert.Matches("^blue:[-0-9.e]+ green:[-0-9.e]+ red:[-0-9.e]+\n", CliRun.Of(["predict", "-m", folder["m.forage"], bare, "--raw"]).Output);
        Assert.Contains("classes                3\n", CliRun.Of(["inspect", folder["m.forage"]]).Output);
    }

    [Fact]
    public void TwoNamedClassesAndNumbersFromCsv()
    {
        using var folder = new WorkFolder();
        string two = folder.Write("two.csv", Csv(300, 3).Replace("red", "green"));
        Assert.Equal(0, CliRun.Of(["learn", "--task", "classify", two, "-m", folder["two.forage"], "--quiet"]).ExitCode);
        string numbers = folder.Write("n.csv", "y;a;b\n1.5;1;0\n2.5;2;0\n3.5;3;0\n");
        var run = CliRun.Of(["learn", numbers, "--target", "y", "--ignore", "b", "--json", "--quiet"]);
        Assert.Equal(6, JsonDocument.Parse(run.Output).RootElement.GetProperty("features").GetInt64());
        Assert.Equal(1, CliRun.Of(["learn", numbers, "--target", "z"]).ExitCode);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void NumberedClassesMayBeginAtZeroOrOne(int first)
    {
        using var folder = new WorkFolder();
        var rng = new Rng(5);
        var text = new StringBuilder();
        for (int i = 0; i < 300; i++)
        {
            int k = rng.NextInt(4);
            text.Append(CultureInfo.InvariantCulture, $"{k + first} |x c{k} n{rng.NextInt(20)}\n");
        }
        string train = folder.Write("train.vw", text.ToString());
        CliRun.Of(["learn", "--task", "multiclass", train, "-m", folder["m.forage"], "--quiet"]);
        string[] predicted = CliRun.Of(["predict", "-m", folder["m.forage"], train, "--quiet"]).Output.TrimEnd('\n').Split('\n');
        Assert.Equal(text.ToString().TrimEnd('\n').Split('\n').Select(l => l[..1]), predicted);
        var run = CliRun.Of("learn --task multiclass - --classes 3 --quiet", "1 |x a\n4 |x b\n");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("forage: Example 2: The label 4 is not one of 3 classes; expected a whole number from 1 to 3.\n", run.Error);
        Assert.Equal(2, CliRun.Of("learn --task multiclass -", "1 |x a\n").ExitCode);
    }

    [Theory]
    [InlineData("train.xmc", "300 12 6\n")]
    [InlineData("train.svm", "")]
    public void SetsOfLabels(string name, string header)
    {
        using var folder = new WorkFolder();
        var rng = new Rng(6);
        var text = new StringBuilder(header);
        for (int i = 0; i < 300; i++)
        {
            int a = rng.NextInt(5);
            text.Append(CultureInfo.InvariantCulture, $"{a},{a + 1} {a}:1 {6 + rng.NextInt(6)}:0.5\n");
        }
        string train = folder.Write(name, text.ToString());
        var learn = CliRun.Of(["learn", "--task", "multilabel", train, "-m", folder["m.forage"], "--passes", "2", "--cache", "--quiet", "--json"]);
        Assert.Equal(0, learn.ExitCode);
        Assert.InRange(JsonDocument.Parse(learn.Output).RootElement.GetProperty("passes")[1].GetProperty("heldOutError").GetDouble(), 0, 0.1);
        string[] predicted = CliRun.Of(["predict", "-m", folder["m.forage"], train, "--top", "2", "--quiet"]).Output.TrimEnd('\n').Split('\n');
        Assert.Equal(300, predicted.Length);
        string Sorted(string set) => string.Join(',', set.Split(',').Order());
        Assert.InRange(predicted.Zip(File.ReadLines(train).Skip(header.Length > 0 ? 1 : 0)).Count(p => Sorted(p.First) == p.Second.Split(' ')[0]), 285, 300);
    }

    [Theory]
    [InlineData("learn --task multilabel -", "forage: The format vw has one label an example; the task multilabel needs svmlight or xmc.\n", "--classes 3")]
    [InlineData("learn --task multiclass --loss poisson -", "forage learn: poisson loss is of numbers, not of the task multiclass\n", "")]
    [InlineData("learn --classes 3 -", "forage learn: option '--classes' is not of --task regress\n", "")]
    [InlineData("learn --target y -", "forage learn: columns are of CSV, and the input is vw\n", "")]
    public void Mistakes(string line, string error, string more) => Assert.Equal(error, CliRun.Of($"{line} {more} --quiet", "1 |a x\n").Error);
}
