using System.Text.RegularExpressions;
using Forage.Data;
using Forage.Linear;
using Forage.Tests.Architecture;
using Forage.Training;

namespace Forage.Tests.Docs;

/// <summary>The README's code is this code, and its links lead somewhere.</summary>
public class ReadMeTests
{
    [Fact]
    public void TheExampleOfTheLibraryRuns()
    {
        using var written = new StringWriter();
        var console = new Writer(written);
        Example(console);
        Assert.InRange(double.Parse(written.ToString()), 0.3, 0.8);
    }

    [Fact]
    public void TheReadmeShowsThisCode()
    {
        string[] source = SourceTree.Lines("tests/Forage.Tests/Docs/ReadMeTests.cs");
        int begin = Array.FindIndex(source, l => l.Trim() == "// begin of the example"), end = Array.FindIndex(source, l => l.Trim() == "// end of the example");
        string usings = string.Join('\n', source.Where(l => l.StartsWith("using Forage.", StringComparison.Ordinal) && !l.Contains(".Tests", StringComparison.Ordinal)));
        string code = string.Join('\n', source[(begin + 1)..end].Select(l => l.Trim()));
        Assert.Contains("```csharp\n" + usings + "\n\n" + code + "\n```", string.Join('\n', SourceTree.Lines("README.md")));
    }

    public static TheoryData<string> Pages()
    {
        var pages = new TheoryData<string> { "README.md", "CONTRIBUTING.md" };
        foreach (string page in Directory.GetFiles(Path.Combine(SourceTree.Root, "docs"), "*.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            pages.Add(Path.GetRelativePath(SourceTree.Root, page).Replace('\\', '/'));
        return pages;
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void LinksLeadSomewhere(string page)
    {
        string folder = Path.GetDirectoryName(Path.Combine(SourceTree.Root, page))!;
        var broken = new List<string>();
        foreach (Match link in Regex.Matches(string.Join('\n', SourceTree.Lines(page)), @"\]\(([^)#\s]*)(#[^)\s]*)?\)"))
        {
            string target = link.Groups[1].Value;
            if (target.Length == 0 || target.StartsWith("http", StringComparison.Ordinal)) continue;
            string path = Path.Combine(folder, target);
            if (!File.Exists(path) && !Directory.Exists(path)) broken.Add(target);
        }
        Assert.True(broken.Count == 0, $"{page} links to what is not there: {string.Join(", ", broken)}");
    }

    private static void Example(Writer Console)
    {
        // begin of the example
        var input = new TrainingInput(ByteSource.FromBytes("1 |x sun\n-1 |x rain\n1 |x sun wind\n"u8.ToArray(), "weather"), InputFormat.Vw);
        var recipe = new ModelRecipe { Task = TaskKind.Classify, Format = InputFormat.Vw };
        using var model = new TrainedModel(recipe, new LinearLearner(new LinearOptions { Loss = LossKind.Logistic }), names: null);
        var (_, result) = new TrainingJob(input, new TrainingOptions()).Run(model);
        Console.WriteLine(result.Progressive.AverageLoss); // every example was predicted before it was learnt from
        // end of the example
    }

    private sealed class Writer(StringWriter to)
    {
        public void WriteLine(double value) => to.Write(value);
    }
}
