namespace Forage.Golden;

/// <summary>Conversions there and back.</summary>
public class ConvertTests
{
    [Fact]
    public void ExamplesKeepTheirMeaning()
    {
        using var folder = new WorkFolder();
        string vw = folder.Write("a.vw", "1 'first|x a:0.5 b |y 7:2\n-1 |x a:1\n");
        var run = CliRun.Of(["convert", vw, "-o", folder["b.vw"]]);
        Assert.Equal(new CliRun(0, $"2 examples from vw to vw: {folder["b.vw"]}\n", ""), run);
        string[] learn = ["learn", "--task", "classify", "--quiet", "-m"];
        CliRun.Of([.. learn, folder["a.forage"], vw]);
        CliRun.Of([.. learn, folder["b.forage"], folder["b.vw"]]);
        Assert.Equal(File.ReadAllBytes(folder["a.forage"]), File.ReadAllBytes(folder["b.forage"]));
    }

    [Fact]
    public void SvmlightToVwAndBackIsTheSameText()
    {
        using var folder = new WorkFolder();
        string text = "1 3:0.5 7:2\n-1 1:1\n";
        CliRun.Of(["convert", folder.Write("a.svm", text), "-o", folder["b.vw"]]);
        Assert.Equal("1 | 3:0.5 7:2\n-1 | 1:1\n", File.ReadAllText(folder["b.vw"]).Replace(" \n", "\n"));
        Assert.Equal(text, CliRun.Of(["convert", folder["b.vw"], "--to", "svmlight", "--quiet"]).Output);
    }

    [Fact]
    public void WhatTheOtherFormatCannotSayIsCounted()
    {
        using var folder = new WorkFolder();
        var run = CliRun.Of(["convert", folder.Write("a.vw", "1 |x a\n|x b\n1 2 |x c\nbad |x\n"), "--to", "svmlight"]);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(1, run.Output.Count(c => c == '\n'));
        Assert.StartsWith("1 examples from vw to svmlight\n2 left out, for svmlight cannot say them; the first has no label\n1 malformed records skipped; the first:\n  ", run.Error);
    }

    [Fact]
    public void SetsOfLabels()
    {
        using var folder = new WorkFolder();
        string xmc = "2 5 4\n0,3 1:1 4:0.5\n2 0:1\n";
        CliRun.Of(["convert", folder.Write("a.xmc", xmc), "-o", folder["b.svm"]]);
        Assert.Equal(xmc[(xmc.IndexOf('\n') + 1)..], File.ReadAllText(folder["b.svm"]));
        Assert.Equal(xmc, CliRun.Of(["convert", folder["b.svm"], "--to", "xmc", "--quiet"]).Output);
    }

    [Fact]
    public void DecisionsThroughEveryFormat()
    {
        using var folder = new WorkFolder();
        string log = folder.Write("a.dsjson", """{"_label_cost":-1,"_label_probability":0.5,"_label_Action":2,"_labelIndex":1,"EventId":"e1","a":[2,1],"c":{"u":{"age":30},"_multi":[{"i":{"id":"a"}},{"i":{"id":"b"}}]},"p":[0.5,0.5]}""" + "\n");
        Assert.Equal(0, CliRun.Of(["convert", log, "-o", folder["b.jsonl.gz"]]).ExitCode);
        Assert.Equal(0, CliRun.Of(["convert", folder["b.jsonl.gz"], "--format", "json", "-o", folder["c.dsjson"]]).ExitCode);
        Assert.Equal(0, CliRun.Of(["convert", folder["c.dsjson"], "-o", folder["d.vw"]]).ExitCode);
        string first = CliRun.Of(["convert", log, "--to", "json", "--quiet"]).Output, third = CliRun.Of(["convert", folder["c.dsjson"], "--to", "json", "--quiet"]).Output;
        Assert.StartsWith("{\"id\":\"e1\"", first);
        Assert.Equal(first, third);
        string[] lines = File.ReadAllLines(folder["d.vw"]);
        Assert.StartsWith("shared ", lines[0]);
        Assert.Contains(":-1:0.5", lines[2]);
    }

    [Theory]
    [InlineData("--to vw --kind decisions", 2, "forage: a log in VW text needs --actions K, the number of actions\n")]
    [InlineData("--to dsjson", 2, "forage convert: examples cannot be written as 'dsjson'; expected vw or svmlight\n")]
    [InlineData("", 2, "forage convert: say --to FORMAT, or -o FILE with an ending that tells\n")]
    [InlineData("--kind things --to vw", 2, "forage convert: option '--kind' got 'things', expected examples, sets or decisions\n")]
    public void Mistakes(string options, int code, string error)
    {
        using var folder = new WorkFolder();
        Assert.Equal(new CliRun(code, "", error), CliRun.Of(["convert", folder.Write("a.vw", "1 |x a\n"), .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]));
    }
}
