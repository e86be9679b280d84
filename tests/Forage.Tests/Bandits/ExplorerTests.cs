using Forage.Bandits;
using Forage.Bandits.Explorers;
using Forage.Bandits.Internals;
using Forage.Features;

namespace Forage.Tests.Bandits;

public class ExplorerTests
{
    private static readonly float[] s_scores = [0.2f, 0.9f, float.NegativeInfinity, 0.5f];

    [Fact]
    public void Epsilon_greedy_and_explore_first_by_hand()
    {
        double[] p = new double[4];
        new EpsilonGreedy(0.3).Explore(s_scores, 10, p);
        Expect([0.1, 0.8, 0, 0.1], p);
        Assert.Equal(0.5, new EpsilonGreedy(1, 1.0 / 3).At(8), 1e-12);
        new ExploreFirst(5).Explore(s_scores, 5, p);
        Expect([1 / 3.0, 1 / 3.0, 0, 1 / 3.0], p);
        new ExploreFirst(5).Explore(s_scores, 6, p);
        Expect([0, 1, 0, 0], p);
        new EpsilonGreedy(0).Explore([1, 1, 0], 1, p.AsSpan(0, 3));
        Expect([0.5, 0.5, 0], p[..3]);
    }

    [Fact]
    public void Inverse_gap_weighting_by_hand()
    {
        double[] p = new double[4];
        new InverseGapWeighting(10, 0).Explore(s_scores, 3, p);
        double first = 1 / (3 + 10 * (double)(0.9f - 0.2f)), last = 1 / (3 + 10 * (double)(0.9f - 0.5f));
        Expect([first, 1 - first - last, 0, last], p);
        Assert.Equal(20, new InverseGapWeighting(10).At(4));
    }

    [Fact]
    public void Softmax_does_not_overflow()
    {
        double[] p = new double[3];
        new SoftmaxExplorer(1e4).Explore([1000, 999, float.NegativeInfinity], 1, p);
        Expect([1, 0, 0], p);
        new SoftmaxExplorer(Math.Log(2)).Explore([1, 0, float.NegativeInfinity], 1, p);
        Expect([2 / 3.0, 1 / 3.0, 0], p);
    }

    [Fact]
    public void Epochs_explore_once_in_root_n_rounds()
    {
        // epoch n: one round explores, ⌈sqrt(n)⌉ do not
        var expected = new List<bool>();
        for (int n = 1; expected.Count < 5000; n++)
        {
            expected.Add(true);
            for (int i = 0; i < (int)Math.Ceiling(Math.Sqrt(n)); i++) expected.Add(false);
        }
        for (int t = 1; t <= 5000; t++) Assert.Equal(expected[t - 1], EpochGreedy.Explores(t));
    }

    [Fact]
    public void The_floor_holds_and_the_sum_stays_one_whatever_is_given()
    {
        var rng = new Rng(1);
        for (int i = 0; i < 2000; i++)
        {
            int n = 1 + rng.NextInt(9);
            double[] p = new double[n];
            for (int a = 0; a < n; a++) p[a] = rng.NextDouble() < 0.4 ? 0 : Math.Exp(4 * rng.NextGaussian());
            p[rng.NextInt(n)] += 0.1;
            double sum = p.Sum();
            for (int a = 0; a < n; a++) p[a] /= sum;
            double[] old = [.. p];
            double floor = rng.NextDouble() * 1.2 / n;
            MinimumProbability.Enforce(p, floor);
            Assert.Equal(1, p.Sum(), 1e-12);
            Assert.All(p, x => Assert.True(x >= Math.Min(floor, 1.0 / n) * (1 - 1e-12)));
            // what was not lifted keeps its proportions
            for (int a = 1; a < n; a++)
                if (p[a] > floor * 1.0001 && p[0] > floor * 1.0001) Assert.Equal(old[a] / old[0], p[a] / p[0], 1e-9 * old[a] / old[0]);
            double[] kept = [.. old];
            MinimumProbability.Enforce(kept, floor, default, liftZeros: false);
            for (int a = 0; a < n; a++) Assert.Equal(old[a] == 0, kept[a] == 0);
            Assert.Equal(1, kept.Sum(), 1e-12);
        }
    }

    [Fact]
    public void Largest_of_Gaussians_agrees_with_sampling()
    {
        var rng = new Rng(7);
        var largest = new LargestOfGaussians();
        for (int i = 0; i < 6; i++)
        {
            float[] m = [.. Enumerable.Range(0, 5).Select(_ => (float)rng.NextGaussian())], s = [.. Enumerable.Range(0, 5).Select(_ => (float)(0.2 + rng.NextDouble()))];
            m[4] = float.NegativeInfinity;
            double[] p = new double[5], q = new double[5];
            largest.Probabilities(m, s, p);
            const int draws = 40_000;
            for (int k = 0; k < draws; k++)
            {
                int best = 0;
                double top = double.NegativeInfinity;
                for (int a = 0; a < 4; a++)
                {
                    double z = m[a] + s[a] * rng.NextGaussian();
                    if (z > top) (top, best) = (z, a);
                }
                q[best] += 1.0 / draws;
            }
            Assert.Equal(0, p[4]);
            for (int a = 0; a < 4; a++) Assert.InRange(p[a] - q[a], -0.012, 0.012);
        }
        double[] two = new double[2];
        largest.Probabilities([1, 0], [0, 0], two);
        Expect([1, 0], two);
        largest.Probabilities([0, 0], [1e-3f, 5], two); // a narrow one is not missed
        Assert.Equal(0.5, two[0], 0.02);
    }

    [Fact]
    public void Sampling_refuses_what_is_no_distribution()
    {
        var rng = new Rng(1);
        Assert.Contains("sum to 0.5", Assert.Throws<ForageException>(() => Sampling.Draw([0.25, 0.25], ref rng)).Message);
    }

    private static void Expect(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int a = 0; a < expected.Length; a++) Assert.Equal(expected[a], actual[a], 1e-7);
    }
}
