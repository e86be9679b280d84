using System.Buffers;
using System.Text;
using Forage.Data;
using Forage.Features;

namespace Forage.Tests.Data;

public class SparseRowFormatTests
{
    [Fact]
    public void Svmlight_reads_labels_groups_indices_and_comments()
    {
        var batch = Examples("+1 3:0.5 10:-2 # a comment 4:4\r\n\n# only a comment\n-1 qid:17 0:1\n2.5\n0 4294967295:1e-3 7:0");
        Assert.Empty(batch.Faults);
        Assert.Equal([1f, -1f, 2.5f, 0f], batch.Labels.ToArray().Select(l => l.Value));
        Assert.Equal(6, batch.Lines);
        Assert.Equal("qid:17", Encoding.UTF8.GetString(batch.Tag(1)));
        Assert.Equal([3u, 10u], Indices(batch.Rows[0]));
        Assert.Equal([0.5f, -2f], Values(batch.Rows[0]));
        Assert.Equal(0, batch.Rows[2].Count);
        Assert.Equal([uint.MaxValue], Indices(batch.Rows[3])); // a feature of value 0 is no feature
    }

    [Fact]
    public void Indices_equal_numeric_names_of_the_default_namespace()
    {
        var batch = Examples("1 123:1");
        Assert.Equal(FeatureHasher.Feature("123"u8, FeatureHasher.Namespace(""u8)), Indices(batch.Rows[0])[0]);
        Assert.Equal(FeatureGroup.Default, batch.Rows[0].Group(0).Namespace);
    }

    [Theory]
    [InlineData("x 1:2", 1, "'x' is not a number")]
    [InlineData("nan 1:2", 1, "not finite")]
    [InlineData("1 2:inf", 5, "not finite")]
    [InlineData("1 2:", 5, "nothing where a number")]
    [InlineData("1 2", 3, "not a feature")]
    [InlineData("1 a:2", 3, "not a feature")]
    [InlineData("1 -2:2", 3, "not a feature")]
    [InlineData("1 4294967296:2", 3, "not a feature")]
    [InlineData("1 3:1e39", 5, "too large")]
    [InlineData("1 3:1x", 5, "not a number")]
    [InlineData("1 qid:x 3:1", 3, "query id")]
    [InlineData("1 2:1 3", 7, "not a feature")]
    public void Svmlight_faults_name_place_and_expectation_and_lose_nothing_else(string line, int column, string message)
    {
        var batch = Examples($"1 1:1 2:2\n{line}\n-1 5:5\n");
        var fault = Assert.Single(batch.Faults);
        Assert.Equal((2, column), (fault.Line, fault.Column));
        Assert.Contains(message, fault.Message);
        Assert.Equal([1f, -1f], batch.Labels.ToArray().Select(l => l.Value));
        Assert.Equal([5u], Indices(batch.Rows[1]));
        Assert.Equal(3, batch.Rows.FeatureCount);
    }

    [Theory]
    [InlineData("3,1,2 5:1", new[] { 1, 2, 3 })]
    [InlineData(" 5:1", new int[0])]
    [InlineData("5:1", new int[0])]
    [InlineData("7", new[] { 7 })]
    public void Multilabel_sets_are_sorted_and_may_be_empty(string line, int[] labels)
    {
        var batch = Multilabel(line);
        Assert.Empty(batch.Faults);
        Assert.Equal(labels, batch.Labels(0).ToArray());
    }

    [Theory]
    [InlineData("1,1 2:1", "twice")]
    [InlineData("2,1,2 2:1", "twice")]
    [InlineData("1, 2:1", "not a label")]
    [InlineData("a,b 2:1", "not a label")]
    [InlineData("-1 2:1", "not a label")]
    [InlineData("2147483648 2:1", "too large")]
    [InlineData("1;2 2:1", "expected a comma")]
    public void Multilabel_faults(string line, string message)
    {
        var batch = Multilabel($"4 1:1\n{line}\n5 1:1");
        Assert.Contains(message, Assert.Single(batch.Faults).Message);
        Assert.Equal(2, batch.Count);
        BatchInvariants.Check(batch);
    }

    [Fact]
    public void Xmc_checks_against_its_header()
    {
        var header = XmcHeader.Parse("3 10 5\r\n"u8);
        Assert.Equal(new XmcHeader(3, 10, 5), header);
        var batch = new MultilabelBatch();
        new XmcParser(header).Parse("0,4 9:1 3:0.5\n 1:1\n \n\n5 1:1\n1 10:1\n"u8, batch);
        Assert.Equal(3, batch.Count);
        Assert.Equal([0, 4], batch.Labels(0).ToArray());
        Assert.Empty(batch.Labels(1).ToArray());
        Assert.Contains("label 5 is too large; expected one below 5", batch.Faults[0].Message);
        Assert.Contains("feature index 10 is too large; expected one below 10", batch.Faults[1].Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_header_is_read_before_the_rows_also_from_a_stream(bool compressed)
    {
        byte[] text = Encoding.UTF8.GetBytes("2001 10 5\n" + string.Join('\n', Enumerable.Range(0, 2000).Select(i => $"{i % 5} {i % 10}:1")) + "\n9 1:1\n");
        var stream = new MemoryStream();
        if (compressed)
        {
            using var gzip = new System.IO.Compression.GZipStream(stream, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true);
            gzip.Write(text);
        }
        else stream.Write(text);
        stream.Position = 0;
        var source = ByteSource.FromStream(stream, "s");
        var header = XmcHeader.Parse(source.ReadFirstLine());
        Assert.Equal(header, XmcHeader.Parse(source.ReadFirstLine()));
        var summary = new RecordReader<MultilabelBatch>(source, new XmcParser(header), new ReadOptions { PieceBytes = 1000 }).Read(_ => { });
        Assert.Equal((2000, 1, 2002), (summary.Records, summary.Malformed, summary.Lines));
        Assert.StartsWith("s:2002:1: label 9", summary.FirstFaults[0]);
    }

    [Fact]
    public void A_number_of_rows_that_the_header_does_not_announce_is_reported_at_the_end()
    {
        byte[] text = Encoding.UTF8.GetBytes("3 10 5\n0 1:1\n1 2:1\n");
        var parser = new XmcParser(XmcHeader.Parse(text.AsSpan(0, 7)));
        int rows = 0;
        var summary = new RecordReader<MultilabelBatch>(ByteSource.FromBytes(text, "short"), parser).Read(b => rows += b.Count);
        Assert.Equal((2, 1L, "short: the header announces 3 records but 2 came"), (rows, summary.Malformed, summary.FirstFaults[0]));
        rows = 0;
        var strict = Assert.Throws<ForageException>(() => new RecordReader<MultilabelBatch>(ByteSource.FromBytes(text, "short"), parser, new ReadOptions { Strict = true }).Read(b => rows += b.Count));
        Assert.Contains("announces 3 records but 2 came", strict.Message);
        Assert.Equal(2, rows);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1 2")]
    [InlineData("1 2 3 4")]
    [InlineData("a b c")]
    [InlineData("-1 2 3")]
    [InlineData("1 2 99999999999")]
    [InlineData("1 99999999999999999999999 2")]
    public void A_header_that_is_none_is_a_users_fault(string line)
        => Assert.Contains("header", Assert.Throws<ForageException>(() => XmcHeader.Parse(Encoding.UTF8.GetBytes(line))).Message);

    [Fact]
    public void Random_examples_come_back_exactly()
    {
        var rng = new Rng(5);
        var to = new ArrayBufferWriter<byte>();
        var block = new FeatureBlock();
        var labels = new List<float>();
        for (int i = 0; i < 500; i++)
        {
            RandomRow(ref rng, block, rng.NextInt(700));
            labels.Add(RandomFloat(ref rng));
            SvmlightWriter.Write(to, new SimpleLabel(labels[i]), block[i], i % 3 == 0 ? "qid:4"u8 : default);
        }
        var batch = new ExampleBatch();
        for (int round = 0; round < 2; round++) // a cleared batch is as good as a new one
        {
            batch.Clear();
            new SvmlightParser().Parse(to.WrittenSpan, batch);
            Assert.Empty(batch.Faults);
            Assert.Equal(labels, batch.Labels.ToArray().Select(l => l.Value));
            for (int i = 0; i < 500; i++)
            {
                Assert.Equal(Indices(block[i]), Indices(batch.Rows[i]));
                Assert.Equal(Values(block[i]), Values(batch.Rows[i]));
                Assert.Equal(i % 3 == 0 ? 5 : 0, batch.Tag(i).Length);
            }
            BatchInvariants.Check(batch);
        }
    }

    [Fact]
    public void Random_label_sets_come_back_exactly()
    {
        var rng = new Rng(6);
        var to = new ArrayBufferWriter<byte>();
        var block = new FeatureBlock();
        var sets = new List<int[]>();
        for (int i = 0; i < 500; i++)
        {
            RandomRow(ref rng, block, rng.NextInt(5));
            var set = new SortedSet<int>();
            for (int k = rng.NextInt(6); k > 0; k--) set.Add(rng.NextInt(1000));
            sets.Add([.. set]);
            SvmlightWriter.Write(to, sets[i], block[i]);
        }
        var batch = new MultilabelBatch();
        new XmcParser(new XmcHeader(500, 1L << 32, 1000)).Parse(to.WrittenSpan, batch);
        Assert.Empty(batch.Faults);
        Assert.Equal(500, batch.Count);
        for (int i = 0; i < 500; i++)
        {
            Assert.Equal(sets[i], batch.Labels(i).ToArray());
            Assert.Equal(Indices(block[i]), Indices(batch.Rows[i]));
            Assert.Equal(Values(block[i]), Values(batch.Rows[i]));
        }
    }

    [Fact]
    public void Nothing_gives_nothing()
    {
        var batch = Examples("");
        Assert.Equal((0, 0L, 0), (batch.Count, batch.Lines, batch.Faults.Count));
        Assert.Equal(0, Examples("\n\n\r\n").Count);
        Assert.Equal(1, Examples("\uFEFF1 2:3").Count);
    }

    internal static uint[] Indices(FeatureRow row)
    {
        var all = new List<uint>();
        for (int g = 0; g < row.GroupCount; g++) all.AddRange(row.Indices[row.Group(g).Start..row.Group(g).End]);
        return [.. all];
    }

    internal static float[] Values(FeatureRow row)
    {
        var all = new List<float>();
        for (int g = 0; g < row.GroupCount; g++) all.AddRange(row.Values[row.Group(g).Start..row.Group(g).End]);
        return [.. all];
    }

    internal static float RandomFloat(ref Rng rng)
    {
        while (true)
        {
            float x = rng.NextInt(2) == 0 ? (float)rng.NextGaussian() : BitConverter.UInt32BitsToSingle((uint)rng.NextUInt64());
            if (float.IsFinite(x) && x != 0) return x;
        }
    }

    private static void RandomRow(ref Rng rng, FeatureBlock block, int count)
    {
        var writer = new RowWriter(block);
        writer.BeginRow();
        writer.BeginGroup(FeatureGroup.Default);
        for (int k = 0; k < count; k++) writer.Add((uint)rng.NextUInt64(), RandomFloat(ref rng));
        writer.EndGroup();
        writer.EndRow();
    }

    private static ExampleBatch Examples(string text)
    {
        var batch = new ExampleBatch();
        new SvmlightParser().Parse(Encoding.UTF8.GetBytes(text), batch);
        BatchInvariants.Check(batch);
        return batch;
    }

    private static MultilabelBatch Multilabel(string text)
    {
        var batch = new MultilabelBatch();
        new SvmlightMultilabelParser().Parse(Encoding.UTF8.GetBytes(text), batch);
        return batch;
    }
}
