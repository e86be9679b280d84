using Forage.Data;
using Forage.Features;
using Forage.Simulation;

namespace Forage.Tests.Simulation;

public class TruthFileTests
{
    [Fact]
    public void WhatIsWrittenIsReadBack()
    {
        var batch = new MultilabelBatch();
        var writer = new RowWriter(batch.Rows);
        foreach (int[] labels in new int[][] { [2, 5], [], [0] })
        {
            writer.BeginRow();
            writer.EndRow();
            batch.Add(labels);
        }
        var set = new SupervisedSet();
        set.Add(batch);
        var text = new StringWriter();
        TruthFile.Write(text, set, [2, 0, 1]);
        Assert.Equal("id\tactions\n3\t0\n1\t2,5\n2\t\n", text.ToString());
        var truth = TruthFile.Read(new StringReader(text.ToString()), "t");
        Assert.Equal([2, 5], truth["1"]);
        Assert.Empty(truth["2"]);
        Assert.Equal(3, truth.Count);
    }

    [Theory]
    [InlineData("", "does not begin")]
    [InlineData("id\tactions\nx 1", "no tab")]
    [InlineData("id\tactions\nx\t1,y", "'y' is not an action")]
    [InlineData("id\tactions\nx\t1\nx\t2", "'x' occurs a second time")]
    public void MistakesAreNamed(string text, string message) => Assert.Contains(message, Assert.Throws<ForageException>(() => TruthFile.Read(new StringReader(text), "t")).Message);
}
