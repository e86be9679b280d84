using System.Text;
using Forage.Data;
using Forage.Features;
using Forage.Search;
using Forage.Search.Internals;
using Forage.Search.Models;
using Forage.Search.Tasks;
using Forage.Search.Text;
using Forage.Tests.Search.Text;

namespace Forage.Tests.Searching;

public class SequenceDecoderTests
{
    private const string Words = "word[-1..1] suffix(1..2)[-1..0] prefix(1..3) shape[1] suffix(1..3)[1] word&word[1] word&suffix(1)";

    public static TheoryData<string, string?, int?, SpanEncoding?, bool, int> Cases() => new()
    {
        { Words + " label[-1] label[-1]&word", null, null, null, false, -1 },
        { Words + " label[-1] label[-1]&word guess[1] word&guess[1] guess[-1]&guess[2] label[-1]&guess[1]&word[1]", "word[-1..1] suffix(2) label[-1]", null, null, false, -1 },
        { Words + " bias", null, null, null, false, -1 }, // a history of two labels
        { Words, null, 1, null, true, -1 },
        { "label[-2]&label[-1] label[-3]&label[-2]&label[-1] bias", null, null, null, false, -1 }, // no words at all
        { Words + " tag[-2..2] tag&word tag[-1]&tag&tag[1] label[-1]&tag", null, null, SpanEncoding.Iob2, true, 1 },
        { Words + " tag&word tag[-8]&tag[8] guess[1]&tag", "tag[-1..1] label[-1]", null, SpanEncoding.Iob2, true, 1 },
        { Words + " label[-4]&label[-1]&word guess[-2..3] word&guess[-1]", "word suffix(1)[1]", 2, null, true, -1 },
        { "U00:%x[0,0]\nU01:%x[-1,0]/%x[0,0]\nB\n", null, null, null, false, -1 },
    };

    /// <summary>Labels are those of the program run over all features one by one, also after values were forgotten, and however sentences are grouped.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Labels_are_those_of_the_program(string templates, string? first, int? history, SpanEncoding? encoding, bool fromRight, int tag)
    {
        var options = Options(templates, first, history, encoding, fromRight, tag);
        using var tagger = Learnt(options, 300);
        Assert.NotNull(tagger.Plan);
        var unseen = SentenceTableTests.Read(Text(2, 200, encoding is not null), [0, 1, 2]);
        var session = tagger.NewSession(unseen);
        int[][] plain = [.. Enumerable.Range(0, unseen.SentenceCount).Select(s => Plain(tagger, unseen, s))];
        Assert.Equal(plain.SelectMany(l => l), session.LabelAll().ToArray());
        Assert.Equal(plain, Enumerable.Range(0, unseen.SentenceCount).Select(s => session.Label(s).ToArray()));
        Assert.True(plain.SelectMany(l => l).Distinct().Count() > 2);
        unseen.Clear(valuesToo: true);
        var batch = new ColumnBatch();
        new ConllParser().Parse(Encoding.UTF8.GetBytes(Text(3, 50, encoding is not null)), batch);
        unseen.Append(batch);
        Assert.Equal(Enumerable.Range(0, unseen.SentenceCount).SelectMany(s => Plain(tagger, unseen, s)), session.LabelAll().ToArray());
    }

    /// <summary>A word whose features add up to more than 16 bits hold is scored right, too.</summary>
    [Fact]
    public void Sums_beyond_16_bits_are_exact()
    {
        string same = string.Join(' ', Enumerable.Repeat("word", 12)); // 12 times the greatest weight
        var options = Options(same + " label[-1]", null, null, null, false, -1);
        using var tagger = Learnt(options with { Learning = options.Learning with { Rate = 0.02f } }, 100);
        var table = SentenceTableTests.Read(Text(2, 50, false), [0, 1, 2]);
        var block = new TokenBlock(tagger.Plan!, table);
        block.Fill(0, 10, 200);
        var words = new WordRows(tagger.Plan!, block);
        words.Begin();
        Assert.True(words.HasWide);
        var session = tagger.NewSession(table);
        for (int s = 0; s < table.SentenceCount; s++) Assert.Equal(Plain(tagger, table, s), session.Label(s).ToArray());
    }

    /// <summary>Weights that are not rounded are left to the program.</summary>
    [Fact]
    public void Weights_as_they_are_need_the_program()
    {
        var options = Options(Words + " label[-1]", null, null, null, false, -1);
        using var tagger = Learnt(options with { Learning = options.Learning with { Round = false } }, 50);
        Assert.Null(tagger.Plan);
        var table = SentenceTableTests.Read(Text(2, 20, false), [0, 1, 2]);
        Assert.Equal(Enumerable.Range(0, table.SentenceCount).SelectMany(s => Plain(tagger, table, s)), tagger.NewSession(table).LabelAll().ToArray());
    }

    /// <summary>Once all words have been met, labelling allocates nothing.</summary>
    [Fact]
    public void Nothing_is_allocated_for_a_token()
    {
        using var tagger = Learnt(Options(Words + " label[-1]&word guess[1]", "word label[-1]", null, null, false, -1), 100);
        var table = SentenceTableTests.Read(Text(2, 300, false), [0, 1, 2]);
        var session = tagger.NewSession(table);
        session.LabelAll();
        Allocation.AssertNone(() => session.LabelAll());
    }

    private static TaggerOptions Options(string templates, string? first, int? history, SpanEncoding? encoding, bool fromRight, int tag) => new()
    {
        WordColumn = 0,
        TagColumn = tag,
        LabelColumn = 2,
        Templates = templates,
        FirstTemplates = first,
        History = history,
        Encoding = encoding,
        FromRight = fromRight,
        Passes = 3,
    };

    private static Tagger Learnt(TaggerOptions options, int sentences)
    {
        using var trainer = new TaggerTrainer(options, SentenceTableTests.Read(Text(1, sentences, options.Encoding is not null), [0, 1, 2]));
        for (int pass = 0; pass < options.Passes; pass++) trainer.Pass();
        return trainer.ToTagger();
    }

    private static int[] Plain(Tagger tagger, SentenceTable table, int sentence)
    {
        var x = new TokenSequence();
        Take(x, tagger.Templates);
        if (tagger.FirstTemplates is { } first) Take(x.First = new TokenSequence(), first);
        int[] labels = new Forage.Search.Search(tagger.Model).Run(tagger.Task, x).ToArray();
        if (tagger.Options is { FromRight: true, Encoding: { } encoding }) new SpanLabels(new LabelSet(tagger.Labels.Names)).Reverse(labels, encoding);
        else if (tagger.Options.FromRight) labels.AsSpan().Reverse();
        return labels;

        void Take(TokenSequence to, TokenTemplates templates)
        {
            var features = new TokenFeatures(templates, table, tagger.Options.FromRight);
            features.Begin(sentence);
            to.Set(features, default);
        }
    }

    // Labels that depend on the word's ending, its tag and the label before.
    private static string Text(ulong seed, int sentences, bool spans)
    {
        var rng = new Rng(seed);
        var text = new StringBuilder();
        for (int s = 0; s < sentences; s++)
        {
            int last = 0;
            for (int t = 1 + rng.NextInt(14); t > 0; t--)
            {
                int stem = rng.NextInt(60), ending = rng.NextInt(4), before = last;
                last = (ending + (stem % 3 == 0 ? last : 0)) % 4;
                string label = !spans ? $"L{last}" : last == 0 ? "O" : (last == before ? "I-" : "B-") + (char)('A' + last);
                text.Append($"w{stem}e{ending} T{stem % 5} {label}\n");
            }
            text.Append('\n');
        }
        return text.ToString();
    }
}
