using System.Text;
using Forage.Features;
using Forage.Search;
using Forage.Search.Models;
using Forage.Search.Tasks;
using Forage.Search.Text;
using Forage.Tests.Search.Text;

namespace Forage.Tests.Searching;

public class GroupScoresTests
{
    /// <summary>Scores summed in advance by value and place are those of all features summed one by one: the same labels, in one pass and in two, also after values were forgotten.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("word[-1..1] suffix(2) label[-1]")]
    public void Labels_are_those_of_all_features_one_by_one(string? first)
    {
        var table = SentenceTableTests.Read(Text(1, 300), [0, 1]);
        var options = new TaggerOptions { WordColumn = 0, LabelColumn = 1, Templates = "word[-1..1] suffix(1..2)[-1..0] prefix(1..3) shape[1] suffix(1..3)[1] word&word[1] label[-1] label[-1]&word" + (first is null ? "" : " guess[1] word&guess[1]"), FirstTemplates = first };
        using var trainer = new TaggerTrainer(options, table);
        for (int pass = 0; pass < 3; pass++) trainer.Pass();
        using var tagger = trainer.ToTagger();
        var unseen = SentenceTableTests.Read(Text(2, 100), [0, 1]);
        var session = tagger.NewSession(unseen);
        int[][] summed = [.. Enumerable.Range(0, unseen.SentenceCount).Select(s => session.Label(s).ToArray())], plain = [.. Enumerable.Range(0, unseen.SentenceCount).Select(s => Plain(tagger, unseen, s))];
        Assert.Equal(plain, summed);
        Assert.True(summed.SelectMany(l => l).Distinct().Count() > 2);
        unseen.Clear(valuesToo: true);
        var batch = new Forage.Data.ColumnBatch();
        new Forage.Data.ConllParser().Parse(Encoding.UTF8.GetBytes(Text(3, 50)), batch);
        unseen.Append(batch);
        for (int s = 0; s < unseen.SentenceCount; s++) Assert.Equal(Plain(tagger, unseen, s), session.Label(s).ToArray());
    }

    private static int[] Plain(Tagger tagger, SentenceTable table, int sentence)
    {
        var x = new TokenSequence();
        Take(x, tagger.Templates);
        if (tagger.FirstTemplates is { } first) Take(x.First = new TokenSequence(), first);
        return new Forage.Search.Search(tagger.Model).Run(tagger.Task, x).ToArray();

        void Take(TokenSequence to, TokenTemplates templates)
        {
            var features = new TokenFeatures(templates, table);
            features.Begin(sentence);
            to.Set(features, default);
        }
    }

    // Labels that depend on the word's ending, its neighbour and the label before.
    private static string Text(ulong seed, int sentences)
    {
        var rng = new Rng(seed);
        var text = new StringBuilder();
        for (int s = 0; s < sentences; s++)
        {
            int last = 0;
            for (int t = 2 + rng.NextInt(10); t > 0; t--)
            {
                int stem = rng.NextInt(60), ending = rng.NextInt(4);
                last = (ending + (stem % 3 == 0 ? last : 0)) % 4;
                text.Append($"w{stem}e{ending} L{last}\n");
            }
            text.Append('\n');
        }
        return text.ToString();
    }
}
