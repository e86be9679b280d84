using System.IO.Compression;
using System.Text;
using Forage.Data;
using Forage.Features;

namespace Forage.Tests.Data;

public class ReadingTests
{
    [Theory]
    [InlineData(0, 100)]
    [InlineData(1, 100)]
    [InlineData(3, 100)]
    [InlineData(1, 1 << 19)]
    public void Pieces_and_threads_do_not_change_what_is_read(int helpers, int pieceBytes)
    {
        string text = Lines(2000, malformedEvery: 97);
        var reader = Text(text, new ReadOptions { Helpers = helpers, PieceBytes = pieceBytes });
        var seen = new List<string>();
        var summary = reader.Read(b => Collect(b, seen));
        Assert.Equal(2000 - 20, summary.Records);
        Assert.Equal(20, summary.Malformed);
        Assert.Equal(2000, summary.Lines);
        Assert.Equal(Enumerable.Range(1, 2000).Where(i => i % 97 != 0).Select(i => $"t{i} {i}"), seen);
        Assert.Equal(3, summary.FirstFaults.Count);
        Assert.StartsWith("log:97:", summary.FirstFaults[0]);
        Assert.StartsWith("log:291:", summary.FirstFaults[2]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void What_is_read_ahead_does_not_count_as_read(int helpers)
    {
        const int piece = 100;
        string text = Lines(2000, malformedEvery: 97);
        var reader = Text(text, new ReadOptions { Helpers = helpers, PieceBytes = piece });
        long lines = 0, before = 0;
        int[] ends = [0, .. text.Index().Where(c => c.Item == '\n').Select(c => c.Index + 1)];
        reader.Read(b =>
        {
            lines += b.Lines;
            Assert.InRange(reader.StoredBytesRead, ends[lines], ends[lines] + piece);
            Assert.InRange(reader.StoredBytesRead, before, text.Length);
            before = reader.StoredBytesRead;
            if (helpers > 0 && lines < 100) Thread.Sleep(5);
        });
        Assert.Equal(text.Length, reader.StoredBytesRead);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(1 << 19)]
    public void Strict_reading_stops_at_the_first_fault_and_keeps_what_was_before(int pieceBytes)
    {
        var reader = Text(Lines(500, malformedEvery: 97), new ReadOptions { Strict = true, PieceBytes = pieceBytes });
        var seen = new List<string>();
        var fault = Assert.Throws<ForageException>(() => reader.Read(b => Collect(b, seen)));
        Assert.StartsWith("log:97:", fault.Message);
        Assert.Equal(96, seen.Count);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(37)]
    [InlineData(1 << 19)]
    public void Records_of_several_lines_are_not_torn(int pieceBytes)
    {
        var text = new StringBuilder();
        for (int d = 0; d < 200; d++)
        {
            text.Append($"shared |s d{d}\n");
            for (int a = 0; a <= d % 4; a++) text.Append(a == 0 ? "0:-1:0.5 |a x\n" : "|a y\n");
            text.Append(d % 3 == 0 ? "\r\n" : "\n");
        }
        var reader = new RecordReader<DecisionBatch>(ByteSource.FromBytes(Encoding.UTF8.GetBytes(text.ToString()), "log"), new VwActionsParser(), new ReadOptions { PieceBytes = pieceBytes });
        var counts = new List<int>();
        var summary = reader.Read(b => { for (int i = 0; i < b.Count; i++) counts.Add(b[i].ActionCount); });
        Assert.Equal(Enumerable.Range(0, 200).Select(d => d % 4 + 1), counts);
        Assert.Equal(0, summary.Malformed);
    }

    [Fact]
    public void A_strict_reader_keeps_the_whole_decisions_before_a_fault()
    {
        var reader = new RecordReader<DecisionBatch>(ByteSource.FromBytes("shared |s a\n0:-1:0.5 |a x\n|a y\n\nshared |s b\n0:-1:2.5 |a x\n|a y\n\n"u8.ToArray(), "log"), new VwActionsParser(), new ReadOptions { Strict = true });
        int actions = 0;
        var fault = Assert.Throws<ForageException>(() => reader.Read(b => { for (int i = 0; i < b.Count; i++) actions += b[i].ActionCount; }));
        Assert.Equal(2, actions);
        Assert.StartsWith("log:6:", fault.Message);
        Assert.Contains("probability 2.5", fault.Message);
    }

    [Fact]
    public void A_truncated_gzip_file_gives_what_it_holds_and_then_one_error()
    {
        byte[] whole = Zip(Lines(20_000, malformedEvery: 0));
        var seen = new List<string>();
        var reader = new RecordReader<ExampleBatch>(ByteSource.FromBytes(whole[..(whole.Length / 2)], "log.gz"), new VwTextParser());
        var fault = Assert.Throws<ForageException>(() => reader.Read(b => Collect(b, seen)));
        Assert.Contains("log.gz: the compressed data is damaged or cut off", fault.Message);
        Assert.InRange(seen.Count, 5_000, 15_000);
        Assert.Equal(Enumerable.Range(1, seen.Count).Select(i => $"t{i} {i}"), seen);
    }

    [Fact]
    public void A_damaged_gzip_file_is_named_and_a_whole_one_is_read()
    {
        byte[] whole = Zip(Lines(5000, malformedEvery: 0));
        var seen = new List<string>();
        Assert.Equal(5000, new RecordReader<ExampleBatch>(ByteSource.FromBytes(whole, "log.gz"), new VwTextParser()).Read(b => Collect(b, seen)).Records);
        byte[] damaged = (byte[])whole.Clone();
        for (int i = whole.Length / 2; i < whole.Length / 2 + 20; i++) damaged[i] ^= 0x5A;
        Assert.Throws<ForageException>(() => new RecordReader<ExampleBatch>(ByteSource.FromBytes(damaged, "log.gz"), new VwTextParser()).Read(_ => { }));
    }

    [Fact]
    public void A_line_without_end_is_an_error_with_its_limit()
    {
        var reader = Text("1 |a x y |b z\n1 |a " + new string('y', 5000) + "\n", new ReadOptions { PieceBytes = 64, LongestRecord = 1000 });
        var seen = new List<string>();
        Assert.Contains("longer than 1000 bytes", Assert.Throws<ForageException>(() => reader.Read(b => Collect(b, seen))).Message);
        Assert.Single(seen);
    }

    [Fact]
    public void An_empty_source_has_no_records()
    {
        var summary = Text("", new ReadOptions()).Read(_ => Assert.Fail("no batch"));
        Assert.Equal((0, 0, 0), (summary.Records, summary.Malformed, summary.Lines));
    }

    [Fact]
    public void What_the_consumer_throws_comes_through_and_threads_end()
    {
        var reader = Text(Lines(5000, 0), new ReadOptions { PieceBytes = 100, Helpers = 2 });
        Assert.Throws<InvalidOperationException>(() => reader.Read(_ => throw new InvalidOperationException("mine")));
    }

    [Fact]
    public void Cancelling_stops_between_batches()
    {
        using var cancel = new CancellationTokenSource();
        var seen = new List<string>();
        Text(Lines(5000, 0), new ReadOptions { PieceBytes = 100 }).Read(b =>
        {
            Collect(b, seen);
            if (seen.Count > 100) cancel.Cancel();
        }, cancel.Token);
        Assert.InRange(seen.Count, 100, 300);
    }

    [Fact]
    public void A_cache_gives_the_same_batches_and_is_tied_to_its_recipe()
    {
        string path = Path.GetTempFileName();
        try
        {
            var direct = new List<string>();
            using (var writer = new CacheWriter<ExampleBatch>(File.Create(path), "recipe 1"))
            {
                Text(Lines(3000, 0), new ReadOptions { PieceBytes = 5000 }).Read(b =>
                {
                    Collect(b, direct);
                    writer.Add(b);
                });
                writer.Finish();
            }
            Assert.False(CacheReader<ExampleBatch>.TryOpen(path, "recipe 2", out _));
            Assert.False(CacheReader<MultilabelBatch>.TryOpen(path, "recipe 1", out _));
            Assert.True(CacheReader<ExampleBatch>.TryOpen(path, "recipe 1", out var cache));
            for (int pass = 0; pass < 2; pass++)
            {
                var cached = new List<string>();
                Assert.Equal(3000, cache!.Read(b =>
                {
                    Collect(b, cached);
                    BatchInvariants.Check(b);
                }).Records);
                Assert.Equal(direct, cached);
            }
            byte[] bytes = File.ReadAllBytes(path);
            File.WriteAllBytes(path, bytes[..^20]);
            Assert.False(CacheReader<ExampleBatch>.TryOpen(path, "recipe 1", out _));
            bytes[bytes.Length / 2] ^= 1;
            File.WriteAllBytes(path, bytes);
            Assert.True(CacheReader<ExampleBatch>.TryOpen(path, "recipe 1", out var damaged));
            Assert.Contains("is damaged", Assert.Throws<ForageException>(() => damaged!.Read(_ => { })).Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Decisions_survive_a_cache()
    {
        const string log = "shared 'e1|s a:2\n0:-1:0.5 |a x\n|a y\n\nshared |s b\n|a z\n|a x\n1:0.25:0.125 |a q:7\n\n";
        string path = Path.GetTempFileName();
        try
        {
            var direct = new List<string>();
            using (var writer = new CacheWriter<DecisionBatch>(File.Create(path), "r"))
            {
                new RecordReader<DecisionBatch>(ByteSource.FromBytes(Encoding.UTF8.GetBytes(log), "log"), new VwActionsParser()).Read(b =>
                {
                    direct.AddRange(Describe(b));
                    writer.Add(b);
                });
                writer.Finish();
            }
            Assert.True(CacheReader<DecisionBatch>.TryOpen(path, "r", out var cache));
            var cached = new List<string>();
            cache!.Read(b => cached.AddRange(Describe(b)));
            Assert.Equal(direct, cached);
            Assert.Equal(2, direct.Count);
        }
        finally
        {
            File.Delete(path);
        }

        static IEnumerable<string> Describe(DecisionBatch b)
        {
            for (int i = 0; i < b.Count; i++)
            {
                var d = b.ToLogged(i);
                yield return $"{d.EventId} {d.ActionCount} {string.Join(',', d.Slate)} {d.Rows.RowCount} {d.Rows[0].Count} {d.Rows[d.Rows.RowCount - 1].Count}";
            }
        }
    }

    [Fact]
    public void Nothing_is_allocated_per_record()
    {
        byte[] text = Encoding.UTF8.GetBytes(Lines(500, 0));
        var batch = new ExampleBatch();
        var parser = new VwTextParser();
        for (int warm = 0; warm < 3; warm++)
        {
            batch.Clear();
            parser.Parse(text, batch);
        }
        Allocation.AssertNone(() =>
        {
            batch.Clear();
            parser.Parse(text, batch);
        });
        Assert.Equal(500, batch.Count);
    }

    private static RecordReader<ExampleBatch> Text(string text, ReadOptions options) =>
        new(ByteSource.FromBytes(Encoding.UTF8.GetBytes(text), "log"), new VwTextParser(), options);

    private static string Lines(int count, int malformedEvery)
    {
        var text = new StringBuilder();
        for (int i = 1; i <= count; i++)
            text.Append(malformedEvery > 0 && i % malformedEvery == 0 ? "oops |a x\n" : $"1 't{i}|a x:{i} y |b z{i % 7}:0.5\n");
        return text.ToString();
    }

    private static void Collect(ExampleBatch batch, List<string> seen)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            FeatureRow row = batch.Rows[i];
            Assert.Equal(3, row.Count);
            seen.Add($"{Encoding.UTF8.GetString(batch.Tag(i))} {row.Values[row.Group(0).Start]}");
        }
    }

    private static byte[] Zip(string text)
    {
        var stream = new MemoryStream();
        using (var zip = new GZipStream(stream, CompressionLevel.Fastest)) zip.Write(Encoding.UTF8.GetBytes(text));
        return stream.ToArray();
    }
}
