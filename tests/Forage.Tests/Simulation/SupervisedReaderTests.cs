using System.Text;
using Forage.Data;
using Forage.Simulation;

namespace Forage.Tests.Simulation;

public class SupervisedReaderTests
{
    [Theory]
    [InlineData(SupervisedFormat.Xmc, "3 10 7\n0,6 1:1 2:1\n 3:1\n2 4:0.5\n", 7, "0,6||2")]
    [InlineData(SupervisedFormat.Multilabel, "1,3 1:1\n0 2:1\n", 4, "1,3|0")]
    [InlineData(SupervisedFormat.Svmlight, "2 1:1\n1 2:1\n3 2:1\n", 3, "1|0|2")] // classes from 1
    [InlineData(SupervisedFormat.Svmlight, "2 1:1\n0 2:1\n", 3, "2|0")] // classes from 0
    [InlineData(SupervisedFormat.Vw, "2 |x a b\n1 |x c\n", 2, "1|0")]
    [InlineData(SupervisedFormat.Csv, "x,y\n1,red\n2,blue\n3,red\n", 2, "1|0|1")]
    public void EveryFormatBecomesLabels(SupervisedFormat format, string text, int labels, string expected)
    {
        var (set, summary) = SupervisedReader.Read(ByteSource.FromBytes(Encoding.UTF8.GetBytes(text), "data"), format);
        Assert.Equal(0, summary.Malformed);
        Assert.Equal(labels, set.LabelCount);
        Assert.Equal(expected, string.Join('|', Enumerable.Range(0, set.Count).Select(i => string.Join(',', set.Labels(i).ToArray()))));
        Assert.Equal(set.Count, set.Rows.RowCount);
        if (format == SupervisedFormat.Csv) Assert.Equal(["blue", "red"], set.LabelNames!);
    }

    [Fact]
    public void ATargetColumnCanBeNamed()
    {
        var (set, _) = SupervisedReader.Read(ByteSource.FromBytes("kind,x\na,1\nb,2\n"u8.ToArray(), "data"), SupervisedFormat.Csv, target: "kind");
        Assert.Equal(["a", "b"], set.LabelNames!);
        Assert.Equal([1], set.Labels(1).ToArray());
    }

    [Fact]
    public void NothingReadIsAnError()
    {
        var e = Assert.Throws<ForageException>(() => SupervisedReader.Read(ByteSource.FromBytes("x y z\n"u8.ToArray(), "data"), SupervisedFormat.Svmlight));
        Assert.Contains("holds no examples", e.Message);
    }
}
