using System.Text.RegularExpressions;
using System.Xml.Linq;
using Forage.Evaluation;

namespace Forage.Tests.Evaluation;

public class ReportTests
{
    private static string Render(Report report)
    {
        var text = new StringWriter();
        report.Write(text);
        return text.ToString();
    }

    [Fact]
    public void IsOneSelfContainedFile()
    {
        string html = Render(SampleReport.Make());
        Assert.DoesNotContain("http", html);
        Assert.DoesNotContain("<script", html);
        Assert.DoesNotContain("<link", html);
        Assert.DoesNotContain("url(", html);
        Assert.DoesNotContain("@import", html);
        Assert.Contains("prefers-color-scheme:dark", html);
    }

    [Fact]
    public void EmbedsCommandSeedVersionsAndChecksum()
    {
        string html = Render(SampleReport.Make());
        Assert.Contains("<code>./forage improve &#39;my log.json&#39; --seed 7</code>", html);
        Assert.Contains("<dt>Seed</dt><dd>7</dd>", html);
        Assert.Contains($"Forage {ForageVersion.Text}, .NET 10.0.0", html);
        Assert.Contains("sha256 " + new string('a', 64), html);
        Assert.Contains("2026-01-02 03:04 UTC", html);
    }

    [Fact]
    public void AMissedRowLooksMissedAndTheRowToLookAtDoesNot()
    {
        var report = new Report("x", new ReportProvenance { Command = "x", Seed = 1, Data = [] });
        report.Add(new ReportTable([new("target")], [new(["met"]), new(["missed"], Tone: ReportTone.Bad), new(["chosen"], true), new(["both"], true, ReportTone.Warning)]));
        string html = Render(report);
        Assert.Contains("<tr><td>met", html);
        Assert.Contains("<tr class=\"bad\"><td>missed", html);
        Assert.Contains("<tr class=\"strong\"><td>chosen", html);
        Assert.Contains("<tr class=\"strong warn\"><td>both", html);
        Assert.Contains("tr.bad td{background:var(--bad-bg)}", html);
    }

    [Fact]
    public void EveryBlockIsWellFormed()
    {
        string html = Render(SampleReport.Make());
        string body = html[(html.IndexOf("<main>", StringComparison.Ordinal))..(html.IndexOf("</main>", StringComparison.Ordinal) + 7)];
        var tree = XElement.Parse(body.Replace("<br>", "<br/>"));
        Assert.Equal(4, tree.Descendants("svg").Count());
        Assert.Equal(3, tree.Descendants("aside").Count());
        Assert.All(tree.Descendants("svg"), svg => Assert.False(string.IsNullOrEmpty((string?)svg.Attribute("aria-label"))));
        Assert.Contains(tree.Descendants("h1"), h => h.Value == "A better policy for <this> log");
    }

    [Fact]
    public void ChartsStayInsideTheirBox()
    {
        foreach (Match svg in Regex.Matches(Render(SampleReport.Make()), "<svg.*?</svg>", RegexOptions.Singleline))
        {
            var tree = XElement.Parse(svg.Value);
            double height = double.Parse(((string)tree.Attribute("viewBox")!).Split(' ')[3]);
            foreach (var e in tree.Descendants())
                foreach (string name in new[] { "x", "x1", "x2", "cx", "y", "y1", "y2", "cy" })
                    if ((string?)e.Attribute(name) is { } v) Assert.InRange(double.Parse(v), 0, name.Contains('x') ? 760 : height);
            Assert.DoesNotContain("NaN", svg.Value);
            Assert.DoesNotContain("∞", svg.Value);
        }
    }

    [Fact]
    public void SameInputGivesTheSameBytes() => Assert.Equal(Render(SampleReport.Make()), Render(SampleReport.Make()));

    [Fact]
    public void MarksInTextBecomeTagsAndTextIsEscaped()
    {
        var report = new Report("t", new ReportProvenance { Command = "c", Seed = 1, Data = [] });
        report.Text("**a<b** and `x & y`, but 2 * 3 ** 4 and a lone ` stay");
        Assert.Contains("<p><strong>a&lt;b</strong> and <code>x &amp; y</code>, but 2 * 3 ** 4 and a lone ` stay</p>", Render(report));
    }

    [Theory]
    [InlineData(0.0, 0.0)]
    [InlineData(5.0, 5.0)]
    [InlineData(double.NaN, double.NaN)]
    [InlineData(-1e-12, 1e12)]
    public void ExtremeValuesAreDrawn(double low, double high)
    {
        var report = new Report("t", new ReportProvenance { Command = "c", Seed = 1, Data = [] });
        report.Add(new IntervalChart("i", "v", [new("a", low, low, high)]));
        report.Add(new LineChart("l", "x", "y", [new("a", [1, 2], [low, high])]));
        report.Add(new BarChart("b", "v", [new("a", low), new("b", high)]));
        string html = Render(report);
        Assert.DoesNotContain("=\"NaN\"", html);
        Assert.Equal(3, Regex.Count(html, "<svg"));
    }

    [Fact]
    public void APowerIsAStraightLineOnTwoAxesInDecades()
    {
        double[] x = [1, 10, 100, 1000];
        var report = new Report("t", new ReportProvenance { Command = "c", Seed = 1, Data = [] });
        report.Add(new LineChart("l", "x", "y", [new("root", x, [.. x.Select(Math.Sqrt)])]) { LogarithmicX = true, LogarithmicY = true });
        var dots = Regex.Matches(Render(report), "<circle[^>]* cx=\"([0-9.]+)\" cy=\"([0-9.]+)\"").Select(m => (X: double.Parse(m.Groups[1].Value), Y: double.Parse(m.Groups[2].Value))).ToList();
        Assert.Equal(4, dots.Count);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(dots[1].X - dots[0].X, dots[i + 1].X - dots[i].X, 0.2);
            Assert.Equal(dots[1].Y - dots[0].Y, dots[i + 1].Y - dots[i].Y, 0.2);
        }
        Assert.True(dots[3].Y < dots[0].Y);
    }

    [Fact]
    public void SavingReplacesTheFileOnlyWhenWhole()
    {
        string dir = Directory.CreateTempSubdirectory("forage").FullName;
        try
        {
            string path = Path.Combine(dir, "report.html");
            File.WriteAllText(path, "old");
            SampleReport.Make().Save(path);
            Assert.StartsWith("<!doctype html>", File.ReadAllText(path));
            Assert.Equal([path], Directory.GetFiles(dir));
            var broken = new Report("t", new ReportProvenance { Command = "c", Seed = 1, Data = [] });
            broken.Add(new ReportTable([new("one")], [new(["a", "b"])]));
            Assert.Throws<ArgumentException>(() => broken.Save(path));
            Assert.StartsWith("<!doctype html>", File.ReadAllText(path));
            Assert.Throws<ForageException>(() => SampleReport.Make().Save(Path.Combine(dir, "no", "such", "folder.html")));
        }
        finally
        {
            Directory.Delete(dir, true);
        }
    }

    [Fact]
    public void ChecksumOfAFileIsItsSha256()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "abc");
            Assert.Equal(new ReportData(Path.GetFileName(path), 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"), ReportData.OfFile(path));
            Assert.Throws<ForageException>(() => ReportData.OfFile(path + ".none"));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
