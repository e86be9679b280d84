using Forage.Features;
using Forage.Search.Text;

namespace Forage.Tests.Search.Text;

public class SpanLabelsTests
{
    [Theory]
    [InlineData(SpanEncoding.Iob1, "I-A B-A I-A O I-B I-A B-A O B-A")] // the last B is in a wrong place and begins a span all the same
    [InlineData(SpanEncoding.Iob2, "B-A B-A I-A O B-B B-A B-A O B-A")]
    [InlineData(SpanEncoding.Ioe1, "E-A I-A I-A O I-B E-A I-A O I-A")]
    [InlineData(SpanEncoding.Ioe2, "E-A I-A E-A O E-B E-A E-A O E-A")]
    [InlineData(SpanEncoding.Bioes, "S-A B-A E-A O S-B S-A S-A O S-A")]
    public void Encodings_write_the_same_spans(SpanEncoding encoding, string text)
    {
        var labels = new LabelSet();
        var spans = new SpanLabels(labels);
        var found = new List<LabelledSpan>();
        spans.Decode(Ids(labels, text), found);
        int a = spans.Types.Find("A"), b = spans.Types.Find("B");
        LabelledSpan[] expected = [new(0, 1, a), new(1, 3, a), new(4, 5, b), new(5, 6, a), new(6, 7, a), new(8, 9, a)];
        Assert.Equal(expected, found);
        int[] back = new int[9];
        spans.Encode(found, encoding, back);
        string written = string.Join(' ', back.Select(l => labels[l]));
        Assert.Equal(encoding == SpanEncoding.Iob1 ? "I-A B-A I-A O I-B I-A B-A O I-A" : text, written);
    }

    [Fact]
    public void Random_spans_survive_every_encoding_and_their_labels_obey_its_rules()
    {
        var rng = new Rng(5);
        for (int trial = 0; trial < 400; trial++)
        {
            int n = 1 + rng.NextInt(14);
            var labels = new LabelSet();
            var spans = new SpanLabels(labels);
            int[] types = [spans.Types.Add("NP"), spans.Types.Add("X-Y"), spans.Types.Add("é")];
            var expected = new List<LabelledSpan>();
            for (int at = rng.NextInt(3); at < n; at += rng.NextInt(3))
            {
                int end = Math.Min(n, at + 1 + rng.NextInt(3));
                expected.Add(new LabelledSpan(at, end, types[rng.NextInt(3)]));
                at = end;
            }
            foreach (var encoding in Enum.GetValues<SpanEncoding>())
            {
                int[] sentence = new int[n];
                spans.Encode(expected, encoding, sentence);
                var found = new List<LabelledSpan>();
                spans.Decode(sentence, found);
                Assert.Equal(expected, found);
                var rules = new LabelTransitions(All(encoding), encoding);
                int[] ids = [.. sentence.Select(l => All(encoding).Find(labels[l]))];
                for (int i = 0; i < n; i++) Assert.True(rules.After(i == 0 ? -1 : ids[i - 1], i == n - 1).Contains(ids[i]), $"{encoding}: {labels[sentence[i]]} at {i}");
            }
        }
    }

    /// <summary>The rules are no wider than the encoding: what they allow is what encoding its own spans writes.</summary>
    [Theory]
    [InlineData(SpanEncoding.Iob1)]
    [InlineData(SpanEncoding.Iob2)]
    [InlineData(SpanEncoding.Ioe1)]
    [InlineData(SpanEncoding.Ioe2)]
    [InlineData(SpanEncoding.Bioes)]
    public void Whatever_the_rules_allow_is_well_formed(SpanEncoding encoding)
    {
        var rng = new Rng(6);
        var labels = All(encoding);
        var spans = new SpanLabels(labels);
        var rules = new LabelTransitions(labels, encoding);
        for (int trial = 0; trial < 500; trial++)
        {
            int[] sentence = new int[1 + rng.NextInt(10)];
            for (int i = 0; i < sentence.Length; i++)
            {
                var may = rules.After(i == 0 ? -1 : sentence[i - 1], i == sentence.Length - 1);
                sentence[i] = may[rng.NextInt(may.Length)];
            }
            var found = new List<LabelledSpan>();
            spans.Decode(sentence, found);
            int[] back = new int[sentence.Length];
            spans.Encode(found, encoding, back);
            Assert.Equal(sentence.Select(l => labels[l]), back.Select(l => labels[l]));
        }
    }

    [Theory]
    [InlineData(SpanEncoding.Iob2, "B-A I-A B-A O B-B", "B-B O B-A B-A I-A")]
    [InlineData(SpanEncoding.Iob1, "I-A I-A B-A O I-B", "I-B O I-A B-A I-A")]
    [InlineData(SpanEncoding.Bioes, "B-A E-A S-A O S-B", "S-B O S-A B-A E-A")]
    public void Sentences_are_turned_round(SpanEncoding encoding, string text, string reversed)
    {
        var labels = new LabelSet();
        var spans = new SpanLabels(labels);
        int[] sentence = Ids(labels, text);
        spans.Reverse(sentence, encoding);
        Assert.Equal(reversed, string.Join(' ', sentence.Select(l => labels[l])));
        spans.Reverse(sentence, encoding);
        Assert.Equal(text, string.Join(' ', sentence.Select(l => labels[l])));
        Allocation.AssertNone(() => spans.Reverse(sentence, encoding));
    }

    [Fact]
    public void Rules_without_the_labels_they_need_leave_all()
    {
        var rules = new LabelTransitions(new LabelSet("B-A", "S-A"), SpanEncoding.Bioes);
        Assert.Equal([0, 1], rules.After(0).ToArray());
        Assert.Equal([1], rules.After(-1, last: true).ToArray());
    }

    [Theory]
    [InlineData("O I-LOC I-LOC", "O B-LOC I-LOC", 1)]
    [InlineData("I-A I-B I-B B-A I-B", "B-A B-B I-B B-A B-B", 3)]
    [InlineData("B-A I-A O B-A", "B-A I-A O B-A", 0)]
    public void Inside_in_a_wrong_place_becomes_a_beginning(string text, string repaired, int count)
    {
        var labels = new LabelSet();
        var spans = new SpanLabels(labels);
        int[] sentence = Ids(labels, text);
        List<LabelledSpan> before = [], after = [];
        spans.Decode(sentence, before);
        Assert.Equal(count, spans.Repair(sentence));
        Assert.Equal(repaired, string.Join(' ', sentence.Select(l => labels[l])));
        spans.Decode(sentence, after);
        Assert.Equal(before, after); // the scorer reads it so in any case
    }

    private static LabelSet All(SpanEncoding encoding)
        => new(["O", .. new[] { "NP", "X-Y", "é" }.SelectMany(t => Prefixes(encoding).Select(p => $"{p}-{t}"))]);

    private static string Prefixes(SpanEncoding encoding) => encoding switch { SpanEncoding.Iob1 or SpanEncoding.Iob2 => "BI", SpanEncoding.Bioes => "BIES", _ => "IE" };

    private static int[] Ids(LabelSet labels, string text) => [.. text.Split(' ').Select(labels.Add)];
}
