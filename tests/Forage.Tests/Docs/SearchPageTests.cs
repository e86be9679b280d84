using Forage.Tests.Architecture;

namespace Forage.Tests.Docs;

using Forage.Search;

/// <summary>The code of docs/search.md is this code.</summary>
public class SearchPageTests
{
    // begin of the program
    // A sentence whose words have hashed features, and whose labels are known where it is learnt from.
    public sealed record Words(uint[][] Features, int[] Labels);

    /// <summary>Paper 06, Algorithm 1: each label by the word's features and the two labels before.</summary>
    public sealed class Tagging : ISearchTask<Words, int[]>
    {
        public int[] Run(Search search, Words x)
        {
            int[] y = new int[x.Features.Length];
            for (int t = 0; t < y.Length; t++)
            {
                search.Snapshot(ref t);
                y[t] = search.Predict(x.Features[t], reference: x.Labels[t], conditionOn: [t - 1, t - 2]);
                search.Loss(y[t] == x.Labels[t] ? 0 : 1);
            }
            return y;
        }
    }
    // end of the program

    [Fact]
    public void The_example_runs()
    {
        var sentences = Enumerable.Range(0, 50).Select(i => new Words([[1], [2], [(uint)(3 + i % 2)]], [0, i % 2, 1 - i % 2])).ToList();
        // begin of the example
        using var learner = new SearchLearner<Words, int[]>(new Tagging(), [2], SearchOptions.Lols);
        for (int pass = 0; pass < 5; pass++)
        {
            foreach (var x in sentences) learner.Learn(x);
            learner.EndPass();
        }
        using var model = learner.ToModel();           // averaged weights; learning may go on
        var search = new Search(model);                // one for each thread
        int[] labels = search.Run(new Tagging(), sentences[0]);
        // end of the example
        Assert.Equal(0, labels[0]);
    }

    [Theory]
    [InlineData("program")]
    [InlineData("example")]
    public void The_page_shows_this_code(string part)
    {
        string[] source = SourceTree.Lines("tests/Forage.Tests/Docs/SearchPageTests.cs");
        int begin = Array.FindIndex(source, l => l.Trim() == $"// begin of the {part}"), end = Array.FindIndex(source, l => l.Trim() == $"// end of the {part}");
        var lines = source[(begin + 1)..end];
        int indent = lines.Where(l => l.Length > 0).Min(l => l.Length - l.TrimStart().Length);
        string code = string.Join('\n', lines.Select(l => l.Length >= indent ? l[indent..] : l));
        Assert.Contains("```csharp\n" + code + "\n```", string.Join('\n', SourceTree.Lines("docs/search.md")));
    }
}
