using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Tests.OffPolicy;

public class PositionProbabilityTests
{
    [Theory]
    [MemberData(nameof(InclusionProbabilityTests.Distributions), MemberType = typeof(InclusionProbabilityTests))]
    public void Equals_enumeration_to_1e10(string name, double[] p)
    {
        var solver = new PositionProbabilities();
        int[] actions = [0, 1, 3, 7, 5];
        var result = new double[actions.Length * 4];
        solver.Of(new ActionDistribution(default, p), 4, actions, result);
        for (int k = 0; k < actions.Length; k++)
        {
            for (int j = 0; j < 4; j++)
            {
                double exact = Enumerated(p, [], j, actions[k]);
                Assert.True(Math.Abs(result[k * 4 + j] - exact) <= 1e-10 * Math.Max(exact, 1e-6), $"{name}, action {actions[k]} at {j}: {result[k * 4 + j]:R} but {exact:R}");
            }
        }
    }

    [Fact]
    public void Sums_over_positions_are_inclusion_probabilities()
    {
        var rng = new Rng(5);
        double[] p = [.. Enumerable.Range(0, 983).Select(_ => Math.Exp(2.5 * rng.NextGaussian()))];
        double sum = p.Sum();
        for (int i = 0; i < p.Length; i++) p[i] /= sum;
        int[] actions = [.. Enumerable.Range(0, 40).Select(i => i * 24)];
        var positions = new double[40 * 5];
        new PositionProbabilities().Of(new ActionDistribution(default, p), 5, actions, positions);
        var included = new double[40];
        for (int l = 1; l <= 5; l++)
        {
            new InclusionProbabilities().Of(new ActionDistribution(default, p), l, actions, included);
            for (int k = 0; k < 40; k++) Assert.Equal(included[k], positions.AsSpan(k * 5, l).ToArray().Sum(), 1e-11);
        }
    }

    [Fact]
    public void A_small_support_leaves_positions_empty()
    {
        int[] support = [4, 9, 2];
        double[] p = [0.5, 0.3, 0.2];
        var result = new double[4 * 5];
        new PositionProbabilities().Of(new ActionDistribution(support, p), 5, [2, 4, 9, 1], result);
        for (int j = 0; j < 5; j++) Assert.Equal(j < 3 ? 1 : 0, result[j] + result[5 + j] + result[10 + j], 1e-11);
        Assert.Equal(0.2, result[0], 1e-12);
        Assert.All(result[15..], q => Assert.Equal(0, q));
    }

    [Fact]
    public void Probabilities_beyond_the_range_of_powers_are_no_trouble()
    {
        // Sharpened policies: later positions are decided among actions of 1e-100 and less, at times of 1e100 and more.
        double[] p = [1, 1e-100, 3e-100, 1e-180, 1e-250, 1e-300];
        var positions = new double[6 * 4];
        new PositionProbabilities().Of(new ActionDistribution(default, p), 4, [0, 1, 2, 3, 4, 5], positions);
        Assert.Equal(1, positions[0], 1e-11);
        Assert.Equal(0.25, positions[1 * 4 + 1], 1e-11);
        Assert.Equal(0.75, positions[2 * 4 + 1], 1e-11);
        Assert.Equal(0.75, positions[1 * 4 + 2], 1e-11);
        Assert.Equal(1, positions[3 * 4 + 3], 1e-11);
        var included = new double[6];
        new InclusionProbabilities().All(new ActionDistribution(default, p), 4, included);
        for (int a = 0; a < 6; a++) Assert.Equal(a < 4 ? 1 : 0, included[a], 1e-10);
    }

    // P(the slate has `action` at position j), over all prefixes.
    private static double Enumerated(double[] p, int[] placed, int j, int action)
    {
        if (j == 0) return placed.Contains(action) ? 0 : Exactly(p, placed, action);
        double sum = 0;
        for (int a = 0; a < p.Length; a++)
            if (p[a] > 0 && !placed.Contains(a)) sum += Exactly(p, placed, a) * Enumerated(p, [.. placed, a], j - 1, action);
        return sum;
    }

    private static double Exactly(double[] p, int[] placed, int action)
    {
        double mass = 0;
        for (int a = 0; a < p.Length; a++)
            if (!placed.Contains(a)) mass += p[a];
        return p[action] / mass;
    }
}
