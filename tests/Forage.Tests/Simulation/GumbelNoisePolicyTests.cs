using Forage.Features;
using Forage.OffPolicy;
using Forage.Simulation;

namespace Forage.Tests.Simulation;

public class GumbelNoisePolicyTests
{
    [Fact]
    public void WithoutNoiseOnlyTheTemperatureActs()
    {
        var p = Asked(new GumbelNoisePolicy(new Fixed([0.6, 0.3, 0.1, 0]), 0, 0.5), 1);
        double sum = 0.36 + 0.09 + 0.01;
        Assert.Equal([0.36 / sum, 0.09 / sum, 0.01 / sum, 0], p.Select(x => Math.Round(x, 14)).Zip([0.36 / sum, 0.09 / sum, 0.01 / sum, 0], (a, b) => Math.Abs(a - b) < 1e-12 ? b : a));
    }

    [Fact]
    public void NoiseIsFrozenPerContextAndAction()
    {
        var policy = new GumbelNoisePolicy(new Fixed([0.4, 0.3, 0.2, 0.1]), 1, 1, 7);
        double[] first = Asked(policy, 1);
        Assert.Equal(first, Asked(policy, 1));
        Assert.Equal(first, Asked(new GumbelNoisePolicy(new Fixed([0.4, 0.3, 0.2, 0.1]), 1, 1, 7), 1));
        Assert.NotEqual(first, Asked(policy, 2));
        Assert.NotEqual(first, Asked(new GumbelNoisePolicy(new Fixed([0.4, 0.3, 0.2, 0.1]), 1, 1, 8), 1));
        Assert.Equal(1, first.Sum(), 1e-12);
        // A sparse policy gives its actions the same noise as a dense one.
        var sparse = new PolicyScratch();
        var q = new GumbelNoisePolicy(new Sparse([3, 1], [0.1, 0.3]), 1, 1, 7).Distribution(Context(1), sparse);
        Assert.Equal(first[3] / first[1], q.Probabilities[0] / q.Probabilities[1], 1e-12);
    }

    [Fact]
    public void AtScaleAndTemperatureOneTheBestActionIsDrawnFromTheInnerPolicy()
    {
        // Gumbel-max: arg max of ln p + G has distribution p.
        double[] p = [0.5, 0.3, 0.15, 0.05];
        var policy = new GumbelNoisePolicy(new Fixed(p), 1, 1, 3);
        var counts = new int[4];
        const int contexts = 4000;
        for (int x = 0; x < contexts; x++)
        {
            double[] q = Asked(policy, (uint)x);
            counts[Array.IndexOf(q, q.Max())]++;
        }
        double chi = Enumerable.Range(0, 4).Sum(a => Math.Pow(counts[a] - contexts * p[a], 2) / (contexts * p[a]));
        Assert.True(chi < 16.3, $"chi-square {chi} with 3 degrees of freedom"); // 0.1 % point
    }

    [Theory]
    [InlineData(-1, 1, "-1")]
    [InlineData(1, 0, "temperature")]
    public void MistakesAreNamed(double scale, double temperature, string message) =>
        Assert.Contains(message, Assert.Throws<ForageException>(() => new GumbelNoisePolicy(new UniformPolicy(), scale, temperature)).Message);

    private static double[] Asked(IPolicy policy, uint feature) => policy.Distribution(Context(feature), new PolicyScratch()).Probabilities.ToArray();

    private static DecisionContext Context(uint feature)
    {
        var rows = new FeatureBlock();
        var writer = new RowWriter(rows);
        writer.BeginRow();
        writer.BeginGroup(FeatureGroup.Default);
        writer.Add(feature, 1);
        writer.EndGroup();
        writer.EndRow();
        return new DecisionContext(rows, 0, false, 4);
    }

    private sealed class Fixed(double[] p) : IPolicy
    {
        public ActionDistribution Distribution(scoped in DecisionContext context, PolicyScratch scratch) => new(default, p);
    }

    private sealed class Sparse(int[] actions, double[] p) : IPolicy
    {
        public ActionDistribution Distribution(scoped in DecisionContext context, PolicyScratch scratch) => new(actions, p);
    }
}
