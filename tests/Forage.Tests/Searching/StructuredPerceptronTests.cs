using System.Text;
using Forage.Data;
using Forage.Features;
using Forage.Search.Tasks;
using Forage.Search.Text;

namespace Forage.Tests.Searching;

using Forage.Search;

public class StructuredPerceptronTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(18)]
    public void SequencesAreLearntByHeartWhereOnlyNeighboursTell(int labels)
    {
        // A token's label is the one before plus the token's step: words are steps, so no word tells its label.
        var rng = new Rng(3);
        var text = new StringBuilder();
        for (int s = 0; s < 40; s++)
        {
            int y = 0;
            text.Append("start L0\n");
            for (int t = 0; t < 5; t++)
            {
                int step = rng.NextInt(2);
                y = (y + step) % labels;
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{(step == 0 ? "stay" : "go")} L{y}\n");
            }
            text.Append('\n');
        }
        var templates = TokenTemplates.Parse("word[0] word[-1]&word[0] word[-2]&word[-1]&word[0] word[-4..-1]", 0);
        var table = new SentenceTable([0, 1]);
        new SentenceReader().Read(ByteSource.FromBytes(Encoding.UTF8.GetBytes(text.ToString()), "test"), table);
        var set = LabelSet.Of(table.Column(1));
        var features = new TokenFeatures(templates, table);
        var data = new List<TokenSequence>();
        for (int s = 0; s < table.SentenceCount; s++)
        {
            features.Begin(s);
            var x = new TokenSequence();
            x.Set(features, table.Column(1).Sentence(s));
            data.Add(x);
        }
        using var perceptron = new StructuredPerceptron(Math.Max(labels, set.Count));
        if (labels == 3)
        {
            for (int i = 0; i < 3; i++) perceptron.Learn(data[i]);
            foreach (var x in data.Take(10)) TheBestIsFound(perceptron, x, set.Count);
            return; // going round in a circle cannot be told by scores of tokens and of neighbours
        }
        int wrong = 1;
        for (int p = 0; p < 200 && wrong > 0; p++) wrong = data.Sum(perceptron.Learn);
        Assert.Equal(0, wrong);
        using var averaged = perceptron.Averaged();
        int errors = 0;
        foreach (var x in data)
        {
            averaged.Predict(x);
            for (int t = 0; t < x.Length; t++) errors += x.Predicted[t] == x.Label(t) ? 0 : 1;
        }
        Assert.True(errors <= 5, $"{errors} wrong by the average"); // the average lags behind the last weights
    }

    // By trying every sequence of labels.
    private static void TheBestIsFound(StructuredPerceptron perceptron, TokenSequence x, int labels)
    {
        double best = double.NegativeInfinity;
        int[] y = new int[x.Length];
        for (int code = 0; code < Math.Pow(labels, y.Length); code++)
        {
            for (int t = 0, rest = code; t < y.Length; t++, rest /= labels) y[t] = rest % labels;
            best = Math.Max(best, perceptron.Score(x, y));
        }
        perceptron.Predict(x);
        Assert.Equal(best, perceptron.Score(x, x.Predicted), 6);
    }
}
