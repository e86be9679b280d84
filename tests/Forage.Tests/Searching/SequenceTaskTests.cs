using System.Text;
using Forage.Data;
using Forage.Search.Tasks;
using Forage.Search.Text;

namespace Forage.Tests.Searching;

using Forage.Search;

public class SequenceTaskTests
{
    private const string Text = "The D B-N\nold J I-N\nman N I-N\nsaw V O\nher P B-N\n. . O\n\nDogs N B-N\nbark V O\n\nOld J B-N\nmen N I-N\nsaw V O\nthe D B-N\ndog N I-N\nbark V O\n\n";

    private static (List<TokenSequence> Sequences, LabelSet Labels) Read(string text, string templates)
    {
        var t = TokenTemplates.Parse(templates, 0, 1);
        var table = new SentenceTable([.. t.Columns, 2]);
        new SentenceReader(ConllFormat.Columns).Read(ByteSource.FromBytes(Encoding.UTF8.GetBytes(text), "test"), table);
        var features = new TokenFeatures(t, table);
        var list = new List<TokenSequence>();
        for (int s = 0; s < table.SentenceCount; s++)
        {
            features.Begin(s);
            var x = new TokenSequence();
            x.Set(features, table.Column(2).Sentence(s));
            list.Add(x);
        }
        return (list, LabelSet.Of(table.Column(2)));
    }

    [Theory]
    [InlineData("word[-1..1] tag[0]")]
    [InlineData("word[0] tag[-1..1] label[-1]&tag[0] label[-2] label[-1]&label[-2]&word[0]")]
    public void SequencesAreLearntByHeart(string templates)
    {
        var (data, labels) = Read(Text, templates);
        foreach (var options in new[] { SearchOptions.DAgger, SearchOptions.Lols with { Check = 1 } })
        {
            using var learner = new SearchLearner<TokenSequence, ReadOnlyMemory<int>>(new SequenceTask(), [labels.Count], options);
            for (int p = 0; p < 40; p++)
                foreach (var x in data) learner.Learn(x);
            using var model = learner.ToModel();
            var search = new Search(model);
            foreach (var x in data) Assert.Equal(x.Labels.ToArray(), search.Run(new SequenceTask(), x).ToArray());
        }
    }

    [Fact]
    public void ASecondPassSeesGuessesAhead()
    {
        // The label of the first token is what the last one is: only guesses tell.
        string text = string.Concat(Enumerable.Range(0, 6).Select(i => $"a X {(i % 2 == 0 ? "P" : "Q")}\nb X O\n{(i % 2 == 0 ? "p" : "q")} X {(i % 2 == 0 ? "P" : "Q")}\n\n"));
        var (first, labels) = Read(text, "word[0]");
        var (data, _) = Read(text, "word[0] guess[2] guess[1]");
        for (int i = 0; i < data.Count; i++) data[i].First = first[i];
        foreach (var options in new[] { SearchOptions.DAgger, SearchOptions.Lols with { Check = 1 } })
        {
            using var learner = new SearchLearner<TokenSequence, ReadOnlyMemory<int>>(new TwoPassTask(), [labels.Count, labels.Count], options);
            for (int p = 0; p < 60; p++)
                foreach (var x in data) learner.Learn(x);
            using var model = learner.ToModel();
            var search = new Search(model);
            int wrong = data.Sum(x => search.Run(new TwoPassTask(), x).ToArray().Zip(x.Labels.ToArray()).Count(y => y.First != y.Second));
            // Without roll-outs guesses have references of their own; with them a guess learns only from what it does for the second pass, which here is slow.
            Assert.True(wrong == 0 || options.RollOut != RollOut.None, $"{wrong} labels wrong");
        }
    }

    [Fact]
    public void LabelsBeforeEnterFeaturesAsTemplatesSay()
    {
        var (data, labels) = Read(Text, "word[0] label[-1]&tag[0]");
        var seen = new HashSet<uint>();
        using var learner = new SearchLearner<TokenSequence, ReadOnlyMemory<int>>(new Look(seen), [labels.Count], SearchOptions.DAgger with { RollIn = RollIn.Reference });
        learner.Learn(data[0]);
        var x = data[0];
        // The feature of a token is what CRF++'s B lines make: the same as the extractor computes from the right labels.
        var t = TokenTemplates.Parse("word[0] label[-1]&tag[0]", 0, 1);
        var table = new SentenceTable([0, 1, 2]);
        new SentenceReader(ConllFormat.Columns).Read(ByteSource.FromBytes(Encoding.UTF8.GetBytes(Text), "test"), table);
        var features = new TokenFeatures(t, table);
        features.Begin(0);
        uint[] one = new uint[1];
        for (int p = 0; p < x.Length; p++)
        {
            Assert.Equal(1, features.Conditioned(p, x.Labels[..p], one));
            Assert.Contains(one[0], seen);
        }
    }

    [Theory]
    [InlineData(SpanEncoding.Iob1)]
    [InlineData(SpanEncoding.Iob2)]
    [InlineData(SpanEncoding.Bioes)]
    public void EntitiesAreAlwaysWellFormed(SpanEncoding encoding)
    {
        var labels = new LabelSet("O", "B-A", "I-A", "B-C", "I-C");
        if (encoding == SpanEncoding.Bioes) labels = new LabelSet("O", "B-A", "I-A", "E-A", "S-A");
        var (data, _) = Read(Text, "word[0]");
        var task = new EntityTask(labels, encoding);
        var transitions = new LabelTransitions(labels, encoding);
        for (ulong seed = 0; seed < 5; seed++)
        {
            // Learnt from arbitrary labels: scores are nonsense, and what comes out still reads as spans.
            using var learner = new SearchLearner<TokenSequence, ReadOnlyMemory<int>>(new SequenceTask(), [labels.Count], SearchOptions.DAgger with { Seed = seed, RollIn = RollIn.Learnt });
            foreach (var x in data) learner.Learn(x);
            using var model = learner.ToModel();
            var search = new Search(model);
            foreach (var x in data)
            {
                int[] y = search.Run(task, x).ToArray();
                for (int t = 0; t < y.Length; t++) Assert.Contains(y[t], transitions.After(t == 0 ? -1 : y[t - 1], t == y.Length - 1).ToArray());
            }
        }
    }

    private sealed class Look(HashSet<uint> seen) : ISearchTask<TokenSequence, ReadOnlyMemory<int>>
    {
        public ReadOnlyMemory<int> Run(Search search, TokenSequence x)
        {
            uint[] buffer = new uint[x.Most];
            for (int t = 0; t < x.Length; t++)
            {
                var features = x.Features(t, search, buffer);
                foreach (uint f in features.Indices[x[t].Length..]) seen.Add(f);
                search.Predict(features, x.Label(t));
                search.Loss(0);
            }
            return default;
        }
    }
}
