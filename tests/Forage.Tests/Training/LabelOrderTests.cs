using Forage.Features;
using Forage.Training;

namespace Forage.Tests.Training;

public class LabelOrderTests
{
    private static LabelOrder Of(IEnumerable<float> labels)
    {
        var order = new LabelOrder();
        foreach (float label in labels) order.Add(label);
        return order;
    }

    [Fact]
    public void CountsRepeatsExactlyAndEstimatesChanceFromASample()
    {
        var rng = new Rng(1);
        float[] labels = [.. Enumerable.Range(0, 20_000).Select(_ => rng.NextDouble() < 0.7 ? -1f : rng.NextInt(3))];
        var order = Of(labels);
        Assert.Equal(labels.Zip(labels.Skip(1)).Count(p => p.First == p.Second) / 19_999.0, order.Repeated, 1e-12);
        Assert.Equal(0.7 * 0.7 + 3 * 0.1 * 0.1, order.Chance, 0.04);
        Assert.False(order.IsSorted);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(26)]
    public void LabelsInOrderOrInRunsAreSorted(int classes)
    {
        Assert.True(Of(Enumerable.Range(0, 5_000).Select(i => (float)(i * classes / 5_000))).IsSorted, "by class");
        Assert.True(Of(Enumerable.Range(0, 5_000).Select(i => (float)(i / 4 % classes))).IsSorted, "four of a class, over and over");
        Assert.False(Of(Enumerable.Range(0, 5_000).Select(i => (float)(i % classes))).IsSorted, "none after itself");
    }

    [Fact]
    public void OneClassOrFewExamplesTellNothing()
    {
        Assert.False(Of(Enumerable.Repeat(1f, 5_000)).IsSorted);
        Assert.False(Of(Enumerable.Range(0, 499).Select(i => i < 250 ? 0f : 1)).IsSorted);
        Assert.False(Of([]).IsSorted);
    }

    [Fact]
    public void RandomOrdersAreHardlyEverTakenForSorted()
    {
        int sorted = 0;
        for (ulong seed = 1; seed <= 2_000; seed++)
        {
            var rng = new Rng(seed);
            double rare = 0.001 + 0.5 * rng.NextDouble();
            int classes = 2 + rng.NextInt(50);
            if (Of(Enumerable.Range(0, 600).Select(_ => rng.NextDouble() < rare ? rng.NextInt(classes) : -1f)).IsSorted) sorted++;
        }
        Assert.True(sorted <= 20, $"{sorted} of 2,000 random orders were taken for sorted.");
    }
}
