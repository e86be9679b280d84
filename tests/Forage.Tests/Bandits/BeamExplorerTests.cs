using Forage.Bandits.Large;
using Forage.Features;

namespace Forage.Tests.Bandits;

public class BeamExplorerTests
{
    private sealed class FixedBeam(int actions, int[] found, float[] scores) : IActionBeam
    {
        public int Actions => actions;

        public int Search(in FeatureRow context, Span<int> into, Span<float> values)
        {
            int n = Math.Min(found.Length, into.Length);
            found.AsSpan(0, n).CopyTo(into);
            scores.AsSpan(0, n).CopyTo(values);
            return n;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.2)]
    public void Frequencies_of_slates_are_the_product_of_their_propensities(double outside)
    {
        var explorer = new BeamExplorer(new FixedBeam(6, [4, 2, 0, 5], [0.9f, 0.8f, 0.5f, 0.1f]), 4, gamma: 5, explored: 2, outside);
        const int draws = 60_000;
        var counts = new Dictionary<(int, int, int), int>();
        var propensities = new Dictionary<(int, int, int), double>();
        var rng = new Rng(1);
        Span<BeamDraw> slate = stackalloc BeamDraw[3];
        for (int i = 0; i < draws; i++)
        {
            Assert.Equal(3, explorer.Decide(default, ref rng, slate));
            Assert.Equal(new BeamDraw(4, 1), slate[0]); // the first slot is the best, for certain
            var key = (slate[0].Action, slate[1].Action, slate[2].Action);
            Assert.Equal(3, new HashSet<int> { key.Item1, key.Item2, key.Item3 }.Count);
            double p = slate[1].Probability * slate[2].Probability;
            if (!propensities.TryAdd(key, p)) Assert.Equal(propensities[key], p, 1e-12);
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }
        Assert.Equal(outside > 0 ? 20 : 6, propensities.Count);
        Assert.Equal(1, propensities.Values.Sum(), 1e-9); // every possible slate was met, and all of the mass is there
        double chi = propensities.Sum(s => Math.Pow(counts[s.Key] - draws * s.Value, 2) / (draws * s.Value));
        Assert.True(chi < (outside > 0 ? 55 : 28), $"chi-square {chi}"); // P < 5e-5 with 19 and 5 degrees of freedom
    }

    [Fact]
    public void One_slot_is_inverse_gap_weighting()
    {
        var explorer = new BeamExplorer(new FixedBeam(100, [7, 3], [0.5f, 0.25f]), 10, gamma: 8);
        var rng = new Rng(1);
        Span<BeamDraw> slate = stackalloc BeamDraw[1];
        for (int i = 0; i < 50; i++)
        {
            explorer.Decide(default, ref rng, slate);
            Assert.Equal(slate[0].Action == 3 ? 1 / (2 + 8 * 0.25) : 1 - 1 / (2 + 8 * 0.25), slate[0].Probability, 1e-12);
        }
        Assert.Contains("width of the beam is 0", Assert.Throws<ForageException>(() => new BeamExplorer(new FixedBeam(1, [0], [1]), 0, 1)).Message);
        Assert.Contains("at large is 1", Assert.Throws<ForageException>(() => new BeamExplorer(new FixedBeam(1, [0], [1]), 1, 1, 1, 1)).Message);
    }
}
