using Forage.Simulation;

namespace Forage.Tests.Simulation;

public class TermWeightingTests
{
    [Fact]
    public void WeighsByFrequencyAndRarity()
    {
        var set = new SupervisedSet();
        set.Add([0], [1, 2], [1, 4]);
        set.Add([1], [1, 3], [2, 1]);
        set.Add([], [1, 2, 3], [1, 1, 0]); // a count of 0 is no occurrence
        set.Add([2], [1], [5]);
        var weighting = new TermWeighting(set.Rows);
        Assert.Equal(0, weighting.InverseFrequency(1)); // every row has it
        Assert.Equal(Math.Log(2), weighting.InverseFrequency(2), 6);
        Assert.Equal(Math.Log(4), weighting.InverseFrequency(3), 6);
        var weighted = weighting.Apply(set);
        Assert.Equal(4, weighted.Count);
        Assert.Equal(3, weighted.LabelCount);
        Assert.Equal([1], weighted.Labels(1).ToArray());
        Assert.Equal([2u], Row(weighted, 0).Indices);
        Assert.Equal([1f], Row(weighted, 0).Values);
        Assert.Equal(0, weighted.Rows[3].Count);

        var other = new SupervisedSet();
        other.Add([0], [2, 3, 9], [4, 1, 7]); // 9 was never seen in training
        double a = (1 + Math.Log(4)) * Math.Log(2), b = Math.Log(4), norm = Math.Sqrt(a * a + b * b);
        var (indices, values) = Row(weighting.Apply(other), 0);
        Assert.Equal([2u, 3u], indices);
        Assert.Equal(a / norm, values[0], 1e-6);
        Assert.Equal(b / norm, values[1], 1e-6);
    }

    private static (uint[] Indices, float[] Values) Row(SupervisedSet set, int i)
    {
        var row = set.Rows[i];
        var group = row.Group(0);
        return (row.Indices[group.Start..group.End].ToArray(), row.Values[group.Start..group.End].ToArray());
    }
}
