using Forage.Features;
using Forage.Search.Text;

namespace Forage.Tests.Search.Text;

public class ChunkScorerTests
{
    [Fact]
    public void Counts_of_a_crafted_file()
    {
        // NP: 3 true, 3 predicted, 1 correct; VP: 1, 2, 1; PP: 1 true, none predicted.
        var scores = Score(("B-NP I-NP O B-NP B-VP", "B-NP I-NP I-NP B-NP B-VP"), ("B-PP B-NP I-NP", "O B-NP B-VP"), ("O", "O"));
        Assert.Equal((9L, 6L), (scores.Tokens, scores.CorrectTokens));
        Assert.Equal(new ChunkCounts(5, 5, 2), scores.All);
        Assert.Equal(new ChunkCounts(3, 3, 1), scores.ByType["NP"]);
        Assert.Equal(new ChunkCounts(1, 2, 1), scores.ByType["VP"]);
        Assert.Equal(new ChunkCounts(1, 0, 0), scores.ByType["PP"]);
        Assert.Equal(0.4, scores.F1, 12);
        Assert.Equal((1.0 / 3 + 2.0 / 3 + 0) / 3, scores.MacroF1, 12);
        Assert.Equal(6.0 / 9, scores.Accuracy, 12);
    }

    [Theory]
    // Wrongly placed insides begin spans; a change of type ends one and begins another.
    [InlineData("O I-A I-A", "O B-A I-A", 1, 1, 1)]
    [InlineData("B-A I-B I-B", "B-A B-B I-B", 2, 2, 2)]
    [InlineData("I-A I-A", "B-A B-A", 1, 2, 0)]
    [InlineData("I-A B-A", "B-A B-A", 2, 2, 2)]
    [InlineData("B-A I-A I-A", "B-A I-A O", 1, 1, 0)]
    [InlineData("B-A I-A O", "B-A I-A I-A", 1, 1, 0)]
    [InlineData("B-A O B-A", "I-A O I-A", 2, 2, 2)]
    [InlineData("B-A I-A", "B-A I-B", 1, 2, 0)]
    // Ends: E-A E-A are two spans, I-A E-A is one, and one behind an end begins.
    [InlineData("E-A E-A", "B-A B-A", 2, 2, 2)]
    [InlineData("I-A E-A I-A", "B-A I-A B-A", 2, 2, 2)]
    [InlineData("E-A O E-A", "B-A O B-A", 2, 2, 2)]
    [InlineData("S-A S-A B-A E-A", "B-A B-A B-A I-A", 3, 3, 3)]
    [InlineData("O O", "O O", 0, 0, 0)]
    public void Odd_sequences(string truth, string predicted, int all, int found, int correct)
    {
        Assert.Equal(new ChunkCounts(all, found, correct), Score((truth, predicted)).All);
        Assert.Equal(new ChunkCounts(found, all, correct), Score((predicted, truth)).All);
    }

    [Fact]
    public void A_span_ends_with_its_sentence()
    {
        Assert.Equal(new ChunkCounts(2, 2, 2), Score(("B-A", "B-A"), ("I-A", "I-A")).All);
        Assert.Equal(new ChunkCounts(1, 1, 1), Score(("B-A I-A", "B-A I-A")).All);
    }

    [Fact]
    public void Report_is_that_of_the_script()
    {
        string expected = """
            processed 9 tokens with 5 phrases; found: 5 phrases; correct: 2.
            accuracy:  66.67%; precision:  40.00%; recall:  40.00%; FB1:  40.00
                           NP: precision:  33.33%; recall:  33.33%; FB1:  33.33  3
                           PP: precision:   0.00%; recall:   0.00%; FB1:   0.00  0
                           VP: precision:  50.00%; recall: 100.00%; FB1:  66.67  2

            """;
        Assert.Equal(expected.ReplaceLineEndings("\n"), Score(("B-NP I-NP O B-NP B-VP", "B-NP I-NP I-NP B-NP B-VP"), ("B-PP B-NP I-NP", "O B-NP B-VP"), ("O", "O")).Report());
    }

    /// <summary>Random label sequences, wild ones included, scored as the script's loop does (Tjong Kim Sang's conlleval, rule by rule), and by sets of spans.</summary>
    [Theory]
    [InlineData("O B-A I-A B-B I-B")]
    [InlineData("O E-A I-A E-B I-B")]
    [InlineData("O B-A I-A I-B B-é-x .")]
    public void Random_sequences_score_as_in_the_script(string alphabet)
    {
        string[] names = alphabet.Split(' ');
        var rng = new Rng(8);
        for (int trial = 0; trial < 300; trial++)
        {
            var sentences = new (string Truth, string Predicted)[1 + rng.NextInt(4)];
            for (int s = 0; s < sentences.Length; s++)
            {
                string[] truth = [.. Enumerable.Range(0, 1 + rng.NextInt(12)).Select(_ => names[rng.NextInt(names.Length)])];
                string[] predicted = [.. truth.Select(t => rng.NextInt(4) == 0 ? names[rng.NextInt(names.Length)] : t)];
                sentences[s] = (string.Join(' ', truth), string.Join(' ', predicted));
            }
            var scores = Score(sentences);
            Assert.Equal(Script(sentences), (scores.All.True, scores.All.Predicted, scores.All.Correct, scores.CorrectTokens));
            Assert.Equal(scores.All.Correct, BySets(sentences));
            Assert.Equal(scores.All, new ChunkCounts(scores.ByType.Values.Sum(c => c.True), scores.ByType.Values.Sum(c => c.Predicted), scores.ByType.Values.Sum(c => c.Correct)));
        }
    }

    private static ChunkScores Score(params (string Truth, string Predicted)[] sentences)
    {
        var labels = new LabelSet();
        var scorer = new ChunkScorer(labels);
        foreach (var (truth, predicted) in sentences) scorer.Add(Ids(labels, truth), Ids(labels, predicted));
        return scorer.Result();
    }

    private static int[] Ids(LabelSet labels, string text) => [.. text.Split(' ').Select(labels.Add)];

    private static long BySets((string Truth, string Predicted)[] sentences)
    {
        var labels = new LabelSet();
        var spans = new SpanLabels(labels);
        long correct = 0;
        foreach (var (truth, predicted) in sentences)
        {
            List<LabelledSpan> a = [], b = [];
            spans.Decode(Ids(labels, truth), a);
            spans.Decode(Ids(labels, predicted), b);
            correct += a.Intersect(b).Count();
        }
        return correct;
    }

    private static (long True, long Predicted, long Correct, long Tokens) Script((string Truth, string Predicted)[] sentences)
    {
        var lines = sentences.SelectMany(s => s.Truth.Split(' ').Zip(s.Predicted.Split(' ')).Select(p => (C: Split(p.First), G: Split(p.Second), Real: true)).Append((Split("O"), Split("O"), false)));
        long foundCorrect = 0, foundGuessed = 0, correctChunk = 0, correctTags = 0;
        bool inCorrect = false;
        (string Tag, string Type) lastC = ("O", ""), lastG = ("O", "");
        foreach (var (c, g, real) in lines)
        {
            if (inCorrect)
            {
                bool endC = EndOfChunk(lastC, c), endG = EndOfChunk(lastG, g);
                if (endC && endG && lastG.Type == lastC.Type)
                {
                    inCorrect = false;
                    correctChunk++;
                }
                else if (endC != endG || g.Type != c.Type) inCorrect = false;
            }
            bool startC = StartOfChunk(lastC, c), startG = StartOfChunk(lastG, g);
            if (startC && startG && g.Type == c.Type) inCorrect = true;
            if (startC) foundCorrect++;
            if (startG) foundGuessed++;
            if (real && c == g) correctTags++;
            (lastC, lastG) = (c, g);
        }
        return (foundCorrect, foundGuessed, correctChunk + (inCorrect ? 1 : 0), correctTags);

        static (string Tag, string Type) Split(string label)
        {
            int dash = label.IndexOf('-');
            return dash < 0 ? (label, "") : (label[..dash], label[(dash + 1)..]);
        }
    }

    private static bool EndOfChunk((string Tag, string Type) last, (string Tag, string Type) now)
        => (last.Tag, now.Tag) is ("B", "B") or ("B", "O") or ("I", "B") or ("I", "O") or ("E", "E") or ("E", "I") or ("E", "O")
            || (last.Tag is not ("O" or ".") && last.Type != now.Type);

    private static bool StartOfChunk((string Tag, string Type) last, (string Tag, string Type) now)
        => (last.Tag, now.Tag) is ("B", "B") or ("I", "B") or ("O", "B") or ("O", "I") or ("E", "E") or ("E", "I") or ("O", "E")
            || (now.Tag is not ("O" or ".") && last.Type != now.Type);
}
