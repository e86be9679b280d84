using System.Text;
using Forage.Data;
using Forage.Tests.Architecture;

namespace Forage.Tests.Data;

/// <summary>The examples of docs/formats.md are read as it says.</summary>
public class FormatsDocTests
{
    [Theory]
    [InlineData("vw", 3)]
    [InlineData("vw-decisions", 2)]
    [InlineData("vw-actions", 1)]
    [InlineData("dsjson", 2)]
    [InlineData("json-examples", 2)]
    [InlineData("decisions", 4)]
    [InlineData("svmlight", 2)]
    [InlineData("svmlight-multilabel", 2)]
    [InlineData("xmc", 2)]
    [InlineData("csv", 2)]
    [InlineData("open-bandit", 1)]
    [InlineData("conll", 2)]
    public void Examples_are_read(string format, int records)
    {
        string doc = File.ReadAllText(Path.Combine(SourceTree.Root, "docs/formats.md")), fence = $"```{format}\n";
        int start = doc.IndexOf(fence, StringComparison.Ordinal) + fence.Length;
        var source = ByteSource.FromBytes(Encoding.UTF8.GetBytes(doc[start..doc.IndexOf("```", start, StringComparison.Ordinal)]), format);
        var summary = format switch
        {
            "vw" => Read<ExampleBatch>(source, new VwTextParser()),
            "vw-decisions" => Read<DecisionBatch>(source, new VwDecisionParser(3)),
            "vw-actions" => Read<DecisionBatch>(source, new VwActionsParser()),
            "dsjson" => Read<DecisionBatch>(source, new DsjsonParser()),
            "json-examples" => Read<ExampleBatch>(source, new JsonExampleParser()),
            "decisions" => Read<DecisionBatch>(source, new DecisionJsonParser()),
            "svmlight" => Read<ExampleBatch>(source, new SvmlightParser()),
            "svmlight-multilabel" => Read<MultilabelBatch>(source, new SvmlightMultilabelParser()),
            "xmc" => Read<MultilabelBatch>(source, new XmcParser(XmcHeader.Parse(source.ReadFirstLine()))),
            "csv" => Read<ExampleBatch>(source, new CsvParser(CsvSchema.Scan(source))),
            "open-bandit" => Read<DecisionBatch>(source, OpenBanditParser.Open(source, 2)),
            _ => Read<ColumnBatch>(source, new ConllParser()),
        };
        Assert.Empty(summary.FirstFaults);
        Assert.Equal(records, summary.Records);
        Assert.Equal(format == "dsjson" ? 1 : 0, summary.Skipped);
    }

    [Fact]
    public void The_example_of_dense_vectors_is_read()
    {
        string doc = File.ReadAllText(Path.Combine(SourceTree.Root, "docs/formats.md")), fence = "```dense\n";
        int start = doc.IndexOf(fence, StringComparison.Ordinal) + fence.Length;
        var rows = Forage.Extreme.Embedding.DenseRows.Read(new MemoryStream(Encoding.UTF8.GetBytes(doc[start..doc.IndexOf("```", start, StringComparison.Ordinal)])), "example", out int dimension);
        Assert.Equal((2, 3), (rows.RowCount, dimension));
        Assert.Equal([0.4f, -2e-3f], rows[1].Values[rows[1].Group(0).Start..rows[1].Group(0).End].ToArray());
    }

    private static ReadSummary Read<TBatch>(ByteSource source, IRecordParser<TBatch> parser) where TBatch : RecordBatch, new()
        => new RecordReader<TBatch>(source, parser, new ReadOptions { Helpers = 0 }).Read(BatchInvariants.Check);
}
