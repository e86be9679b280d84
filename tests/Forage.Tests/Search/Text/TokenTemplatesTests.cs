using System.Text;
using Forage.Persistence;
using Forage.Search.Text;

namespace Forage.Tests.Search.Text;

public class TokenTemplatesTests
{
    [Fact]
    public void Template_files_of_crf_are_read_as_they_are()
    {
        var templates = TokenTemplates.ParseCrf("# Unigram\nU00:%x[-2,0]\nU05:%x[-1,0]/%x[0,1]\r\n\nU\n# Bigram\nB\nB01:%x[ +1 , 2]\n");
        Assert.Equal(5, templates.Items.Length);
        Assert.Equal([0, 1, 2], templates.Columns.ToArray());
        Assert.Equal(new TokenTerm(0, -2, new TokenView(TokenViewKind.Value)), Assert.Single(templates.Items[0].Terms));
        Assert.Equal([new TokenTerm(0, -1, default), new TokenTerm(1, 0, default)], templates.Items[1].Terms.ToArray());
        Assert.Empty(templates.Items[2].Terms);
        Assert.Equal([-1], templates.Items[3].Labels.ToArray());
        Assert.True(templates.ConditionsOnPrevious);
        Assert.Equal((1, 2), (templates.Items[4].Terms[0].Offset, templates.Items[4].Terms[0].Column));
        Assert.False(TokenTemplates.ParseCrf("U:%x[0,0]\nB:%x[0,0]").ConditionsOnPrevious);
    }

    [Theory]
    [InlineData("U00:%x[-2,0]\nX01", "Line 2 of the templates is 'X01'; expected a line beginning with U, B or #")]
    [InlineData("U00:%y[0,0]", "expected %x[row,column] behind a %")]
    [InlineData("U00:%x[0 0]", "expected %x[row,column] behind a %")]
    [InlineData("U00:%x[-9,0]", "expected rows between -8 and 8")]
    [InlineData("# nothing\n", "There is no template")]
    public void Bad_lines_of_crf_are_named(string text, string message)
        => Assert.Contains(message, Assert.Throws<ForageException>(() => TokenTemplates.ParseCrf(text)).Message);

    [Fact]
    public void Ranges_are_written_out()
    {
        var templates = TokenTemplates.Parse("word[-2..2] # neighbours\nsuffix(1..3)[-1..0] shape tag[1] & word[0] length(9)@4\nlabel[-2] & label[-1] label[-1]&word bias", 1, 3);
        Assert.Equal(5 + 6 + 1 + 1 + 1 + 1 + 1 + 1, templates.Items.Length);
        Assert.Equal(new TokenTerm(1, -2, default), templates.Items[0].Terms[0]);
        Assert.Equal(new TokenTerm(1, -1, new TokenView(TokenViewKind.Suffix, 3)), templates.Items[7].Terms[0]);
        Assert.Equal([new TokenTerm(3, 1, default), new TokenTerm(1, 0, default)], templates.Items[12].Terms.ToArray());
        Assert.Equal(new TokenTerm(4, 0, new TokenView(TokenViewKind.Length, 9)), templates.Items[13].Terms[0]);
        Assert.Equal([-2, -1], templates.Items[14].Labels.ToArray());
        Assert.Equal(2, templates.LabelsBack);
        Assert.False(templates.NeedsGuesses);
        var guessing = TokenTemplates.Parse("guess[-1..2] label[-1]&guess[1]&word");
        Assert.Equal([-1, 0, 1, 2, 1], guessing.Items.Select(i => i.Guesses.Single()));
        Assert.True(guessing.NeedsGuesses);
        Assert.Equal([1, 3, 4], templates.Columns.ToArray());
        Assert.True(templates.Items[^1].Terms.IsEmpty && templates.Items[^1].Labels.IsEmpty);
    }

    [Fact]
    public void Named_sets_are_understood()
    {
        var tags = TokenTemplates.Parse(TemplateSets.Tags, 1);
        var sketch = TokenTemplates.Parse(TemplateSets.TagsSketch, 1);
        var chunks = TokenTemplates.Parse(TemplateSets.Chunks, 0, 1);
        var entities = TokenTemplates.Parse(TemplateSets.Entities, 0, 1);
        Assert.True(tags.NeedsGuesses && !sketch.NeedsGuesses && !chunks.NeedsGuesses && !entities.NeedsGuesses);
        Assert.Equal([0, 1], chunks.Columns.ToArray());
        Assert.All(new[] { tags, sketch, chunks, entities }, t =>
        {
            Assert.True(t.ConditionsOnPrevious);
            Assert.Equal(2, t.LabelsBack);
            Assert.Equal(t.Items.Length, t.Items.Select(i => (i.Salt, string.Join(',', i.Terms))).Distinct().Count()); // none twice
        });
    }

    [Theory]
    [InlineData("wrd[0]", "one of word, tag")]
    [InlineData("word[9]", "places from -8 to 8")]
    [InlineData("word[1..-1]", "-1..1 in this order")]
    [InlineData("suffix[0]", "suffix with a size")]
    [InlineData("word(2)", "word without a size")]
    [InlineData("prefix(0)", "sizes from 1 to 32")]
    [InlineData("guess(2)[1]", "guess with a place and nothing else")]
    [InlineData("label[0]", "places from -8 to -1")]
    [InlineData("tag[0]", "no column of tags")]
    [InlineData("word[0]&", "name(size)@column[place]")]
    [InlineData("word[-8..8]&word[-8..8]&word[-8..8]", "at most 4096")]
    [InlineData(" # word\n", "There is no template")]
    public void Bad_templates_are_named(string text, string message)
        => Assert.Contains(message, Assert.Throws<ForageException>(() => TokenTemplates.Parse(text)).Message);

    [Fact]
    public void Either_language_is_told_by_its_lines()
    {
        Assert.Equal(-1, TokenTemplates.ParseEither("# x\nU00:%x[0,0]\nB\n").WordColumn);
        Assert.Equal(2, TokenTemplates.ParseEither("# x\nword[0] label[-1]", 2).WordColumn);
    }

    [Theory]
    [InlineData("U00:%x[-1,0]\nB\n", -1, -1)]
    [InlineData("word[-1..1] tag", 1, 4)]
    public void Saved_templates_come_back(string text, int word, int tag)
    {
        var templates = word < 0 ? TokenTemplates.ParseCrf(text) : TokenTemplates.Parse(text, word, tag);
        var stream = new MemoryStream();
        using (var writer = new ModelWriter(stream))
        {
            templates.Save(writer);
            new LabelSet("O", "B-x", "é").Save(writer);
            writer.Finish();
        }
        stream.Position = 0;
        var reader = new ModelReader(stream, "m");
        var back = TokenTemplates.Load(reader);
        Assert.Equal(["O", "B-x", "é"], LabelSet.Load(reader).Names);
        Assert.Equal((word, tag), (back.WordColumn, back.TagColumn));
        Assert.Equal(templates.Items.Select(i => i.Salt), back.Items.Select(i => i.Salt));
        Assert.Equal(templates.Items.SelectMany(i => i.Terms), back.Items.SelectMany(i => i.Terms));
    }

    [Theory]
    [InlineData(TokenViewKind.Shape, 0, "Hawker's", "Bo'x", true)]
    [InlineData(TokenViewKind.Shape, 0, "1,200", "3,4", true)]
    [InlineData(TokenViewKind.Shape, 0, "1,200", "3.4", false)]
    [InlineData(TokenViewKind.LongShape, 0, "Bob", "Joe", true)]
    [InlineData(TokenViewKind.LongShape, 0, "Bob", "Joey", false)]
    [InlineData(TokenViewKind.Lower, 0, "ÉTÉ", "été", true)]
    [InlineData(TokenViewKind.Digitless, 0, "1990s", "1850s", true)]
    [InlineData(TokenViewKind.Prefix, 2, "être", "êtes", true)]
    [InlineData(TokenViewKind.Prefix, 1, "être", "è", false)] // characters, not bytes
    [InlineData(TokenViewKind.Suffix, 3, "running", "sing", true)]
    [InlineData(TokenViewKind.Suffix, 2, "né", "xné", true)]
    [InlineData(TokenViewKind.Length, 5, "abcdef", "abcdefgh", true)]
    [InlineData(TokenViewKind.Length, 5, "abcde", "abcdef", false)]
    [InlineData(TokenViewKind.Signs, 0, "iPod-2", "eBay-9", true)]
    [InlineData(TokenViewKind.Signs, 0, "IPod", "iPod", false)]
    public void Views_see_what_they_should(TokenViewKind kind, int size, string a, string b, bool same)
    {
        var view = new TokenView(kind, size);
        uint x = view.Hash(Encoding.UTF8.GetBytes(a)), y = view.Hash(Encoding.UTF8.GetBytes(b));
        Assert.NotEqual(0u, x);
        Assert.Equal(same, x == y);
    }

    [Fact]
    public void Affixes_longer_than_the_value_are_absent_and_views_differ()
    {
        foreach (var kind in new[] { TokenViewKind.Prefix, TokenViewKind.Suffix })
        {
            Assert.Equal(0u, new TokenView(kind, 4).Hash("été"u8));
            Assert.NotEqual(0u, new TokenView(kind, 3).Hash("été"u8));
        }
        uint[] hashes = [.. Enum.GetValues<TokenViewKind>().Select(k => new TokenView(k, k is TokenViewKind.Prefix or TokenViewKind.Suffix or TokenViewKind.Length ? 3 : 0).Hash("xxx"u8))];
        Assert.Equal(hashes.Length, hashes.Distinct().Count());
    }

    [Fact]
    public void Bytes_that_are_no_characters_are_looked_at_all_the_same()
    {
        byte[] broken = [0x80, 0xFF, (byte)'a', 0xC3];
        foreach (var kind in Enum.GetValues<TokenViewKind>())
            for (int size = 1; size < 6; size++) _ = new TokenView(kind, size).Hash(broken);
        Assert.NotEqual(0u, new TokenView(TokenViewKind.Lower).Hash(broken));
    }
}
