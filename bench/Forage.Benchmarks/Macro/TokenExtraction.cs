using System.Diagnostics;
using System.Globalization;
using Forage.Data;
using Forage.Search.Text;

namespace Forage.Benchmarks.Macro;

/// <summary>
/// Tokens a second from the bytes of a file in columns to hashed features, on one thread: cutting it into cells, numbering values, and the features of every
/// token. Files are decompressed before the clock starts.
/// </summary>
internal static class TokenExtraction
{
    public static int Run(string[] args)
    {
        int runs = Arguments.Int(args, "--runs", 9);
        string? columns = Arguments.Option(args, "--columns"), conllu = Arguments.Option(args, "--conllu");
        if (columns is null && conllu is null)
        {
            Console.Error.WriteLine("token-extraction [--columns FILE] [--conllu FILE] [--runs N]: words, tags and labels in columns (CoNLL-2000), or CoNLL-U; gzip or plain");
            return 2;
        }
        Console.WriteLine($"{"templates",-34} {"tokens",9} {"features",9} {"cells M/s",10} {"table M/s",10} {"all M/s",9} {"features ns",12}");
        if (columns is not null)
        {
            byte[] text = Text(columns);
            Measure("CRF++'s for chunks", text, ConllFormat.Columns, TokenTemplates.ParseCrf(TemplateSets.CrfChunks), runs);
            Measure("TemplateSets.Chunks", text, ConllFormat.Columns, TokenTemplates.Parse(TemplateSets.Chunks, 0, 1), runs);
            Measure("TemplateSets.TagsSketch", text, ConllFormat.Columns, TokenTemplates.Parse(TemplateSets.TagsSketch, 0), runs);
            Measure("TemplateSets.Entities", text, ConllFormat.Columns, TokenTemplates.Parse(TemplateSets.Entities, 0, 1), runs);
        }
        if (conllu is null) return 0;
        byte[] universal = Text(conllu);
        Measure("TemplateSets.Tags (CoNLL-U)", universal, ConllFormat.Universal, TokenTemplates.Parse(TemplateSets.Tags, 1), runs);
        Measure("TemplateSets.TagsSketch (CoNLL-U)", universal, ConllFormat.Universal, TokenTemplates.Parse(TemplateSets.TagsSketch, 1), runs);
        return 0;
    }

    private static void Measure(string name, byte[] text, ConllFormat format, TokenTemplates templates, int runs)
    {
        var options = new ReadOptions { Helpers = 0, Strict = true };
        double cells = double.PositiveInfinity, table = cells, all = cells;
        long features = 0;
        int tokens = 0;
        uint sum = 0;
        for (int run = 0; run < runs; run++)
        {
            long begun = Stopwatch.GetTimestamp();
            new RecordReader<ColumnBatch>(ByteSource.FromBytes(text, name), new ConllParser(format), options).Read(_ => { });
            cells = Math.Min(cells, Stopwatch.GetElapsedTime(begun).TotalSeconds);
            begun = Stopwatch.GetTimestamp();
            var sentences = new SentenceTable(templates.Columns);
            new SentenceReader(format, options).Read(ByteSource.FromBytes(text, name), sentences);
            table = Math.Min(table, Stopwatch.GetElapsedTime(begun).TotalSeconds);
            var extractor = new TokenFeatures(templates, sentences);
            features = 0;
            for (int s = 0; s < sentences.SentenceCount; s++)
            {
                extractor.Begin(s);
                for (int p = 0; p < extractor.Length; p++)
                {
                    var token = extractor[p];
                    features += token.Length;
                    sum ^= token[^1];
                }
            }
            all = Math.Min(all, Stopwatch.GetElapsedTime(begun).TotalSeconds);
            tokens = sentences.TokenCount;
        }
        GC.KeepAlive(sum);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-34} {tokens,9:N0} {(double)features / tokens,9:0.0} {tokens / cells / 1e6,10:0.00} {tokens / table / 1e6,10:0.00} {tokens / all / 1e6,9:0.00} {1e9 * (all - table) / tokens,12:0}"));
    }

    private static byte[] Text(string path)
    {
        using var file = File.OpenRead(path);
        using Stream stream = path.EndsWith(".gz", StringComparison.Ordinal) ? new System.IO.Compression.GZipStream(file, System.IO.Compression.CompressionMode.Decompress) : file;
        var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
