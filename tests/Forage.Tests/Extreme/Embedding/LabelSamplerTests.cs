using Forage.Extreme.Embedding;
using Forage.Features;

namespace Forage.Tests.Extreme.Embedding;

public class LabelSamplerTests
{
    [Theory]
    [InlineData(6)]
    [InlineData(60)]
    public void Others_are_drawn_uniformly_and_once(int count)
    {
        const int Labels = 100, Draws = 20_000;
        var sampler = new LabelSampler(Labels);
        var rng = new Rng(5);
        int[] keep = [7, 93, 7], labels = new int[Labels], times = new int[Labels];
        for (int d = 0; d < Draws; d++)
        {
            int n = sampler.Draw(keep, count, ref rng, labels);
            Assert.Equal(2 + count, n);
            Assert.Equal([7, 93], labels[..2]);
            Assert.Equal(n, labels[..n].Distinct().Count());
            foreach (int label in labels[2..n]) times[label]++;
        }
        double p = count / 98.0, deviation = Math.Sqrt(Draws * p * (1 - p));
        for (int y = 0; y < Labels; y++)
            if (y is not (7 or 93)) Assert.InRange(times[y], Draws * p - 5 * deviation, Draws * p + 5 * deviation);
    }

    [Fact]
    public void There_may_be_fewer_labels_than_asked_for()
    {
        var sampler = new LabelSampler(5);
        var rng = new Rng(5);
        int[] labels = new int[9];
        Assert.Equal(5, sampler.Draw([3], 8, ref rng, labels));
        Assert.Equal([0, 1, 2, 3, 4], labels[..5].Order());
        Assert.Equal(1, sampler.Draw([3], 0, ref rng, labels));
    }
}
