using System.Text;
using Forage.Data;
using Forage.Features;

namespace Forage.Tests.Data;

public class ConllParserTests
{
    [Theory]
    [InlineData("He PRP B-NP\nsaid VBD B-VP\n# # O\n\n\nYes UH O\n")]
    [InlineData("He\tPRP\tB-NP\r\nsaid\tVBD\tB-VP\r\n#\t#\tO\r\n\r\n\r\nYes\tUH\tO")]
    [InlineData("\n  He   PRP B-NP \nsaid\t VBD\t B-VP\n# # O\n \t\nYes UH O\n\n")]
    public void Sentences_are_separated_by_blank_lines(string text)
    {
        var batch = Parse(text, new ConllParser());
        Assert.Empty(batch.Faults);
        Assert.Equal((2, 4), (batch.Count, batch.TokenCount));
        Assert.Equal((3, 1), (batch.Tokens(0), batch.Tokens(1)));
        Assert.Equal("PRP", Cell(batch, 0, 0, 1));
        Assert.Equal("B-VP", Cell(batch, 0, 1, 2).Trim());
        Assert.Equal("#", Cell(batch, 0, 2, 0)); // a token may be a number sign
        Assert.Equal("Yes", Cell(batch, 1, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => batch[0, 3, 0].Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => batch[0, 0, 3].Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => batch[2, 0, 0].Length);
    }

    [Fact]
    public void Conllu_comments_ranges_and_empty_nodes_are_passed_over()
    {
        string rest = string.Join('\t', Enumerable.Repeat("_", 8));
        var batch = Parse($"# newdoc\n# text = vámonos al mar\n1-2\tvámonos\t{rest}\n1\tvamos\t{rest}\n2\tnos\t{rest}\n2.1\tx\t{rest}\n3\ta l\t{rest}\n\n# only comments\n\n1\tmar\t{rest}\n", new ConllParser(ConllFormat.Universal));
        Assert.Empty(batch.Faults);
        Assert.Equal((2, 3, 1), (batch.Count, batch.Tokens(0), batch.Tokens(1)));
        Assert.Equal(["vamos", "nos", "a l"], Enumerable.Range(0, 3).Select(t => Cell(batch, 0, t, 1)));
        Assert.Equal(10, batch.Columns(0, 0));
    }

    [Theory]
    [InlineData("a b\nc", 2, 1, "1 columns; expected 2")]
    [InlineData("a\tb\nc\t\td", 2, 3, "an empty cell")]
    [InlineData("a\tb\nc\t", 2, 3, "an empty cell")]
    public void A_bad_line_takes_its_sentence_and_no_other(string bad, int line, int column, string message)
    {
        var batch = Parse($"x y z\n\n{bad}\nd e f\n\nu v\nw q\n", new ConllParser());
        var fault = Assert.Single(batch.Faults);
        Assert.Equal((line + 2, column), (fault.Line, fault.Column));
        Assert.Contains(message, fault.Message);
        Assert.Equal((2, 3), (batch.Count, batch.TokenCount));
        Assert.Equal("q", Cell(batch, 1, 1, 1));
    }

    [Theory]
    [InlineData("2\ta", "the id is '2'; expected 1")]
    [InlineData("1-\ta", "the id is '1-'")]
    [InlineData("one\ta", "the id is 'one'")]
    public void Ids_of_conllu_count(string start, string message)
    {
        string rest = string.Concat(Enumerable.Repeat("\t_", 8));
        Assert.Contains(message, Assert.Single(Parse(start + rest, new ConllParser(ConllFormat.Universal)).Faults).Message);
        Assert.Contains("3 columns; expected 10", Assert.Single(Parse("1\ta\tb", new ConllParser(ConllFormat.Universal)).Faults).Message);
    }

    [Fact]
    public void Random_sentences_come_back_whole_or_in_pieces()
    {
        var rng = new Rng(9);
        var text = new StringBuilder();
        var sentences = new List<string[][]>();
        for (int s = 0; s < 300; s++)
        {
            var tokens = new string[1 + rng.NextInt(9)][];
            int columns = 1 + rng.NextInt(5);
            for (int t = 0; t < tokens.Length; t++)
            {
                tokens[t] = new string[columns];
                for (int c = 0; c < columns; c++) tokens[t][c] = "é" + rng.NextInt(1_000_000);
                text.Append(string.Join(s % 2 == 0 ? "\t" : " ", tokens[t])).Append('\n');
            }
            text.Append('\n');
            sentences.Add(tokens);
        }
        int seen = 0;
        var source = ByteSource.FromBytes(Encoding.UTF8.GetBytes(text.ToString()), "s");
        var summary = new RecordReader<ColumnBatch>(source, new ConllParser(), new ReadOptions { PieceBytes = 512 }).Read(batch =>
        {
            for (int s = 0; s < batch.Count; s++, seen++)
            {
                Assert.Equal(sentences[seen].Length, batch.Tokens(s));
                for (int t = 0; t < batch.Tokens(s); t++)
                {
                    Assert.Equal(sentences[seen][t].Length, batch.Columns(s, t));
                    for (int c = 0; c < batch.Columns(s, t); c++) Assert.Equal(sentences[seen][t][c], Cell(batch, s, t, c));
                }
            }
        });
        Assert.Equal((300, 0), (seen, summary.Malformed));
    }

    private static string Cell(ColumnBatch batch, int sentence, int token, int column) => Encoding.UTF8.GetString(batch[sentence, token, column]);

    private static ColumnBatch Parse(string text, ConllParser parser)
    {
        var batch = new ColumnBatch();
        parser.Parse(Encoding.UTF8.GetBytes(text), batch);
        BatchInvariants.Check(batch);
        return batch;
    }
}
