using System.IO.Compression;
using System.Text;
using Forage.Data;
using Forage.Features;
using Forage.Search.Text;

namespace Forage.Tests.Search.Text;

public class SentenceTableTests
{
    [Fact]
    public void Columns_are_numbered_values()
    {
        var table = Read("He PRP B-NP\nsaid VBD B-VP\nHe PRP B-NP\n\nYes UH O\n", [0, 2]);
        Assert.Equal((2, 4), (table.SentenceCount, table.TokenCount));
        Assert.Equal((3, 1, 0, 3, 4), (table.Length(0), table.Length(1), table.FirstToken(0), table.FirstToken(1), table.FirstToken(2)));
        Assert.Equal([0, 1, 0], table.Column(0).Sentence(0).ToArray());
        Assert.Equal(["He", "said", "Yes"], Enumerable.Range(0, 3).Select(table.Column(0).Values.Text));
        Assert.Equal("O", Encoding.UTF8.GetString(table.Column(2)[3]));
        Assert.Contains("Column 1 of the sentences was not kept; expected one of 0, 2", Assert.Throws<ForageException>(() => table.Column(1)).Message);
    }

    [Fact]
    public void A_token_without_a_column_that_is_kept_is_named()
    {
        var fault = Assert.Throws<ForageException>(() => Read("a b\n\nc\n", [0, 1]));
        Assert.Contains("The line of 'c' has 1 columns; expected at least 2", fault.Message);
    }

    [Fact]
    public void Integers_are_read_off_values()
    {
        var table = Read("a 2\nb 0\n\nc x\n", [1]);
        Assert.Equal(2, table.Column(1).Values.Integer(0));
        Assert.Contains("'x' is not an integer", Assert.Throws<ForageException>(() => table.Column(1).Values.Integer(2)).Message);
    }

    [Theory]
    [InlineData("a X\nb Y\n\n\nc Z\n", "a 0\nb 1\n\n\nc 2\n", 1)]
    [InlineData("a X\nb  Y \n\nc Z", "a X 0\nb  Y  1\n\nc Z 2\n", -1)]
    [InlineData("a\tX\r\nb\tY\r\n\r\nc\tZ\r\n", "0\tX\r\n1\tY\r\n\r\n2\tZ\r\n", 0)]
    public void Text_is_written_as_it_was_read(string text, string expected, int column)
        => Assert.Equal(expected, Rewrite(text, ConllFormat.Columns, column, t => t));

    [Fact]
    public void Conllu_keeps_comments_ranges_empty_nodes_and_spare_lines()
    {
        string rest = "\t_\t_\t_\t_\t_\t_\t_\t_";
        string text = $"# newdoc\n# text = vámonos\n1-2\tvámonos{rest}\n1\tvamos{rest}\n2\tnos{rest}\n2.1\tx{rest}\n\n# alone\n\n1\tmar{rest}\n\n# end\n";
        string expected = text.Replace("vamos\t_\t_", "vamos\t_\t0").Replace("nos\t_\t_\t_\t_\t_\t_\t_\t_\n2.1", "nos\t_\t1\t_\t_\t_\t_\t_\t_\n2.1").Replace("mar\t_\t_", "mar\t_\t2");
        Assert.Equal(expected, Rewrite(text, ConllFormat.Universal, 3, t => t));
        Assert.NotEqual(text, expected);
    }

    [Fact]
    public void Random_files_come_back_in_pieces_and_compressed()
    {
        var rng = new Rng(4);
        var text = new StringBuilder();
        for (int s = 0; s < 400; s++)
        {
            for (int t = 1 + rng.NextInt(12); t > 0; t--) text.Append("w" + rng.NextInt(200)).Append(' ').Append("t" + rng.NextInt(9)).Append('\n');
            text.Append('\n', 1 + rng.NextInt(2));
        }
        byte[] bytes = Encoding.UTF8.GetBytes(text.ToString());
        var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) zip.Write(bytes);
        var whole = Read(text.ToString(), [0, 1]);
        var table = new SentenceTable([1, 0, 0], keepText: true);
        var written = new MemoryStream();
        using var writer = new SentenceWriter(written);
        var labels = new LabelSet();
        int sentences = 0, calls = 0;
        new SentenceReader(options: new ReadOptions { PieceBytes = 700 }).Stream(
            ByteSource.FromBytes(packed.ToArray(), "z"),
            table,
            piece =>
            {
                calls++;
                for (int s = 0; s < piece.SentenceCount; s++, sentences++)
                {
                    int[] tags = [.. piece.Column(1).Sentence(s).ToArray().Select(id => labels.Add(piece.Column(1).Values.Text(id)))];
                    writer.Write(piece, s, 1, labels, tags);
                    for (int t = 0; t < piece.Length(s); t++) Assert.Equal(whole.Column(0)[whole.FirstToken(sentences) + t], piece.Column(0)[piece.FirstToken(s) + t]);
                }
            },
            mostValues: 50);
        writer.Flush();
        Assert.True(calls > 5);
        Assert.Equal(400, sentences);
        Assert.Equal(text.ToString(), Encoding.UTF8.GetString(written.ToArray()));
        Assert.True(table.Column(0).Values.Count <= 200);
    }

    [Fact]
    public void Values_are_found_by_their_bytes()
    {
        var rng = new Rng(3);
        var values = new Vocabulary();
        var known = new Dictionary<string, int>();
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 5000; i++)
            {
                string value = new string((char)('a' + rng.NextInt(3)), rng.NextInt(20)) + (rng.NextInt(2) == 0 ? "é" : "") + rng.NextInt(40);
                byte[] bytes = Encoding.UTF8.GetBytes(value);
                Assert.Equal(known.GetValueOrDefault(value, -1), values.Find(bytes));
                known.TryAdd(value, known.Count);
                Assert.Equal(known[value], values.FindOrAdd(bytes));
            }
            Assert.Equal(known.Count, values.Count);
            foreach (var (value, id) in known) Assert.Equal(value, values.Text(id));
            values.Clear();
            known.Clear();
            Assert.Equal(-1, values.Find("a0"u8));
        }
    }

    internal static SentenceTable Read(string text, int[] columns, ConllFormat format = ConllFormat.Columns, bool keepText = false)
    {
        var table = new SentenceTable(columns, keepText);
        new SentenceReader(format).Read(ByteSource.FromBytes(Encoding.UTF8.GetBytes(text), "t"), table);
        return table;
    }

    private static string Rewrite(string text, ConllFormat format, int column, Func<int, int> label)
    {
        var table = Read(text, [0], format, keepText: true);
        var labels = new LabelSet(Enumerable.Range(0, table.TokenCount).Select(i => i.ToString()));
        var stream = new MemoryStream();
        using (var writer = new SentenceWriter(stream))
            for (int s = 0; s < table.SentenceCount; s++) writer.Write(table, s, column, labels, [.. Enumerable.Range(table.FirstToken(s), table.Length(s)).Select(label)]);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
