using System.Text;
using System.Text.RegularExpressions;
using Forage.Features;
using Forage.Search.Text;

namespace Forage.Tests.Search.Text;

public class TokenFeaturesTests
{
    private const string Own = "word[-2..2] tag[-1..1] prefix(1..4)[-1..1] suffix(1..4)[0] shape[0] signs[1] length(6)[0] lower[-3] "
        + "word[-1]&word[0] tag[-1]&tag[0]&tag[1] suffix(3)[-1]&suffix(3)[0] prefix(5)[8]&tag[0] label[-1] label[-2]&label[-1] label[-1]&suffix(2)[0] label[-1]&word[0]&tag[-8] guess[-1..2] guess[1]&label[-1]&suffix(2)[0] bias";

    private const string Crf = "U00:%x[-2,0]\nU01:%x[-1,0]\nU02:%x[0,0]\nU03:%x[1,0]\nU05:%x[-1,0]/%x[0,0]\nU:%x[-1,1]\nU:%x[1,1]\nU12:%x[0,1]\nU15:%x[-8,1]/%x[8,1]\n"
        + "U20:%x[-2,1]/%x[-1,1]/%x[0,1]\nU99\nB\nB1:%x[0,1]\n";

    [Theory]
    [InlineData(Own)]
    [InlineData(Crf)]
    public void Features_are_those_of_a_plain_reading_of_the_templates(string text)
    {
        var table = Sentences(seed: 1, 200);
        var templates = TokenTemplates.ParseEither(text, 0, 1);
        var features = new TokenFeatures(templates, table);
        var rng = new Rng(7);
        uint[] some = new uint[templates.Items.Length];
        var conditioned = templates.Items.Where(i => i.IsConditioned);
        for (int s = 0; s < table.SentenceCount; s++)
        {
            features.Begin(s);
            Assert.Equal(table.Length(s), features.Length);
            int[] labels = [.. Enumerable.Range(0, features.Length).Select(_ => rng.NextInt(20))], guesses = [.. labels.Select(_ => rng.NextInt(20))];
            for (int p = 0; p < features.Length; p++)
            {
                var expected = templates.Items.Where(i => !i.IsConditioned).Select(i => Plain(i, table, s, p, labels, guesses)).Where(i => i.HasValue).Select(i => i!.Value);
                Assert.Equal(expected.Order(), features[p].ToArray().Order());
                Assert.True(features[p].Length <= features.Most);
                int n = features.Conditioned(p, labels.AsSpan(0, p), some);
                Assert.True(n <= features.ConditionedCount);
                Assert.Equal(Present(conditioned.Where(i => i.Guesses.IsEmpty)), some[..n]); // a first pass has no guesses yet
                n = features.Conditioned(p, labels.AsSpan(0, p), some, guesses);
                Assert.True(n <= features.ConditionedCount);
                Assert.Equal(Present(conditioned), some[..n]);

                IEnumerable<uint> Present(IEnumerable<TokenTemplate> of) => of.Select(i => Plain(i, table, s, p, labels, guesses)).Where(i => i.HasValue).Select(i => i!.Value);
            }
        }
    }

    /// <summary>CRF++'s own definition: a template's string with the macros replaced, _B-1 and _B+1 outside; features are the same where strings are.</summary>
    [Fact]
    public void Features_of_crf_are_one_to_one_with_its_strings()
    {
        var table = Sentences(seed: 2, 300);
        var templates = TokenTemplates.ParseCrf(Crf);
        var features = new TokenFeatures(templates, table);
        string[] lines = [.. Crf.Split('\n').Where(l => l.StartsWith('U'))];
        var byString = new Dictionary<string, uint>();
        var byIndex = new Dictionary<uint, string>();
        for (int s = 0; s < table.SentenceCount; s++)
        {
            features.Begin(s);
            for (int p = 0; p < features.Length; p++)
            {
                string[] strings = [.. lines.Select(l => Regex.Replace(l, @"%x\[(-?\d+),(\d+)\]", m => Cell(table, s, p + int.Parse(m.Groups[1].Value), int.Parse(m.Groups[2].Value))))];
                uint[] indices = [.. templates.Items.Where(i => !i.IsConditioned).Select(i => Plain(i, table, s, p, [], [])!.Value)];
                Assert.Equal(indices.Order(), features[p].ToArray().Order());
                for (int i = 0; i < strings.Length; i++)
                {
                    byString.TryAdd(strings[i], indices[i]);
                    byIndex.TryAdd(indices[i], strings[i]);
                    Assert.Equal(byString[strings[i]], indices[i]);
                    Assert.Equal(byIndex[indices[i]], strings[i]);
                }
            }
        }
        Assert.True(byString.Count > 3000);
    }

    [Fact]
    public void A_word_has_the_same_features_in_another_table_and_after_values_were_forgotten()
    {
        var templates = TokenTemplates.Parse(Own, 0, 1);
        const string Sentence = "the DT\ncat NN\nsat VBD\n";
        var first = SentenceTableTests.Read(Sentence, [0, 1]);
        var second = SentenceTableTests.Read("on IN\nthe DT\nmat NN\n\n" + Sentence, [0, 1, 1]);
        uint[][] expected = All(new TokenFeatures(templates, first), 0);
        var features = new TokenFeatures(templates, second);
        Assert.Equal(expected, All(features, 1));
        second.Clear(valuesToo: true);
        second.Append(Batch("zz Z\n\n" + Sentence));
        Assert.Equal(expected, All(features, 1));
        second.Clear();
        second.Append(Batch(Sentence));
        Assert.Equal(expected, All(features, 0));
    }

    /// <summary>Features that depend on no label are a token's whichever end is read first; those that do see the labels before in reading order.</summary>
    [Fact]
    public void Read_from_the_right_a_token_has_the_same_features()
    {
        var table = Sentences(seed: 6, 60);
        var templates = TokenTemplates.Parse(Own, 0, 1);
        TokenFeatures left = new(templates, table), right = new(templates, table, fromRight: true);
        var rng = new Rng(5);
        uint[] some = new uint[templates.Items.Length];
        for (int s = 0; s < table.SentenceCount; s++)
        {
            left.Begin(s);
            right.Begin(s);
            int n = left.Length;
            int[] labels = [.. Enumerable.Range(0, n).Select(_ => rng.NextInt(20))], guesses = [.. labels.Select(_ => rng.NextInt(20))], guessesAsRead = [.. guesses.Reverse()];
            for (int p = 0; p < n; p++)
            {
                Assert.Equal(left[n - 1 - p].ToArray(), right[p].ToArray());
                int count = right.Conditioned(p, labels.AsSpan(0, p), some, guessesAsRead);
                // A plain reading with the labels before put to the right: place -1 of reading order is token + 1.
                var expected = templates.Items.Where(i => i.IsConditioned).Select(i =>
                {
                    uint? h = Plain(i with { Labels = [], Guesses = [] }, table, s, n - 1 - p, [], []);
                    if (i.Terms.IsEmpty) h = i.Salt;
                    if (h is null) return null;
                    foreach (int back in i.Labels) h = FeatureMix.Mix(h.Value ^ FeatureMix.Label(p + back >= 0 ? labels[p + back] : -1));
                    foreach (int place in i.Guesses) h = FeatureMix.Mix(h.Value ^ FeatureMix.Label(n - 1 - p + place is var t && t >= 0 && t < n ? guesses[t] : -1));
                    return h;
                });
                Assert.Equal(expected.Where(h => h.HasValue).Select(h => h!.Value), some[..count]);
            }
        }
    }

    [Fact]
    public void Rows_take_the_features_with_value_one()
    {
        var table = Sentences(seed: 3, 5);
        var features = new TokenFeatures(TokenTemplates.Parse(Own, 0, 1), table);
        features.Begin(2);
        var block = new FeatureBlock();
        var writer = new RowWriter(block);
        writer.BeginRow();
        writer.BeginGroup((byte)'t');
        features.AppendTo(writer, 0);
        writer.EndGroup();
        writer.EndRow();
        Assert.Equal(features[0].ToArray(), block[0].Indices.ToArray());
        Assert.All(block[0].Values.ToArray(), v => Assert.Equal(1, v));
    }

    [Fact]
    public void Nothing_is_allocated_for_a_token()
    {
        var table = Sentences(seed: 5, 100);
        var features = new TokenFeatures(TokenTemplates.Parse(Own, 0, 1), table);
        uint[] some = new uint[64], sum = new uint[1];
        int[] labels = new int[100];
        void All()
        {
            for (int s = 0; s < table.SentenceCount; s++)
            {
                features.Begin(s);
                for (int p = 0; p < features.Length; p++) sum[0] += features[p][0] + (uint)features.Conditioned(p, labels.AsSpan(0, p), some);
            }
        }
        All();
        Allocation.AssertNone(All);
    }

    [Fact]
    public void Mixing_by_eights_is_mixing_one_by_one()
    {
        var rng = new Rng(11);
        for (int n = 0; n <= 40; n++)
        {
            uint[] row = new uint[n + 8], fast = new uint[n + 8], slow = new uint[n];
            for (int i = 0; i < row.Length; i++) row[i] = i % 7 == 0 ? uint.MaxValue - (uint)i : (uint)rng.NextInt(int.MaxValue);
            uint salt = (uint)rng.NextInt(int.MaxValue);
            FeatureMix.Row(ref row[0], n, salt, ref fast[0]);
            FeatureMix.RowScalar(row.AsSpan(0, n), salt, slow);
            Assert.Equal(slow, fast[..n]);
        }
    }

    [Fact]
    public void Low_bits_of_features_are_spread()
    {
        // 40,000 words under 16 salts into 2^20 places: as many distinct places as random indices would have, within 1 %.
        var seen = new HashSet<uint>();
        for (uint salt = 0; salt < 16; salt++)
            for (int w = 0; w < 40_000; w++) seen.Add(FeatureMix.Of(salt, new TokenView(TokenViewKind.Value).Hash(Encoding.UTF8.GetBytes("w" + w))) & 0xFFFFF);
        double places = 1 << 20, expected = places * (1 - Math.Exp(-640_000 / places));
        Assert.InRange(seen.Count, 0.99 * expected, 1.01 * expected);
    }

    private static uint[][] All(TokenFeatures features, int sentence)
    {
        features.Begin(sentence);
        return [.. Enumerable.Range(0, features.Length).Select(p => features[p].ToArray())];
    }

    private static uint? Plain(TokenTemplate template, SentenceTable table, int sentence, int position, int[] labels, int[] guesses)
    {
        uint h = template.Salt;
        foreach (var term in template.Terms)
        {
            int at = position + term.Offset, n = table.Length(sentence);
            uint seen = at < 0 ? term.View.BoundaryHash(before: true, -at) : at >= n ? term.View.BoundaryHash(before: false, at - n + 1) : term.View.Hash(table.Column(term.Column)[table.FirstToken(sentence) + at]);
            if (seen == 0) return null;
            h = FeatureMix.Mix(h ^ seen);
        }
        if (template.Terms.IsEmpty && !template.IsConditioned) h = FeatureMix.Mix(h);
        foreach (int back in template.Labels) h = FeatureMix.Mix(h ^ FeatureMix.Label(position + back >= 0 ? labels[position + back] : -1));
        foreach (int place in template.Guesses) h = FeatureMix.Mix(h ^ FeatureMix.Label(position + place >= 0 && position + place < guesses.Length ? guesses[position + place] : -1));
        return h;
    }

    private static string Cell(SentenceTable table, int sentence, int at, int column)
    {
        int n = table.Length(sentence);
        return at < 0 ? $"_B{at}" : at >= n ? $"_B+{at - n + 1}" : Encoding.UTF8.GetString(table.Column(column)[table.FirstToken(sentence) + at]);
    }

    private static Forage.Data.ColumnBatch Batch(string text)
    {
        var batch = new Forage.Data.ColumnBatch();
        new Forage.Data.ConllParser().Parse(Encoding.UTF8.GetBytes(text), batch);
        return batch;
    }

    private static SentenceTable Sentences(ulong seed, int count)
    {
        var rng = new Rng(seed);
        var text = new StringBuilder();
        string[] endings = ["", "ing", "ed", "é", "-9", "'s", "TION"];
        for (int s = 0; s < count; s++)
        {
            for (int t = 1 + rng.NextInt(s % 10 == 0 ? 60 : 15); t > 0; t--)
                text.Append(rng.NextInt(3) == 0 ? "É" : "").Append((char)('a' + rng.NextInt(26))).Append(rng.NextInt(90) is var k && k < 30 ? "" : k).Append(endings[rng.NextInt(endings.Length)])
                    .Append(" T").Append(rng.NextInt(12)).Append('\n');
            text.Append('\n');
        }
        return SentenceTableTests.Read(text.ToString(), [0, 1]);
    }
}
