using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Tests.OffPolicy;

public class InclusionProbabilityTests
{
    public static TheoryData<string, double[]> Distributions => new()
    {
        { "flat", [.. Enumerable.Repeat(1.0 / 8, 8)] },
        { "geometric", Normalised([1, .5, .25, .125, .0625, .03, .015, .0078]) },
        { "one rules", Normalised([1, 1e-3, 1e-3, 5e-4, 1e-4, 1e-4, 1e-5, 1e-6]) },
        { "rare", Normalised([.5, .5, 1e-3, 1e-6, 1e-9, 1e-9, 1e-12, 1e-7]) },
        { "sparse", Normalised([0, .5, 0, .3, .1, .1, 0, 1e-8]) },
    };

    [Theory]
    [MemberData(nameof(Distributions))]
    public void Equals_enumeration_to_1e10(string name, double[] p)
    {
        var solver = new InclusionProbabilities();
        int[] actions = [0, 1, 3, 7];
        var some = new double[4];
        var all = new double[8];
        for (int l = 1; l <= 4; l++)
        {
            solver.Of(new ActionDistribution(default, p), l, actions, some);
            solver.All(new ActionDistribution(default, p), l, all);
            for (int a = 0; a < 8; a++)
            {
                double exact = Enumeration.Inclusion(p, l, a);
                Assert.True(Math.Abs(all[a] - exact) <= 1e-10 * Math.Max(exact, 1e-6), $"{name}, l = {l}, action {a}: {all[a]:R} but {exact:R}");
                int k = Array.IndexOf(actions, a);
                if (k >= 0) Assert.True(Math.Abs(some[k] - exact) <= 1e-10 * Math.Max(exact, 1e-6), $"{name}, l = {l}, action {a}: {some[k]:R} but {exact:R}");
            }
        }
    }

    [Theory]
    [InlineData(1000, 5, 1.0)]
    [InlineData(1000, 5, 4.0)]
    [InlineData(983, 10, 2.0)]
    [InlineData(300, 40, 2.0)]
    public void Sums_to_the_slate_length_and_agrees_with_itself_on_large_sets(int n, int length, double sharpness)
    {
        var rng = new Rng(7);
        double[] p = Normalised([.. Enumerable.Range(0, n).Select(_ => Math.Exp(sharpness * rng.NextGaussian()))]);
        var solver = new InclusionProbabilities();
        var all = new double[n];
        solver.All(new ActionDistribution(default, p), length, all);
        Assert.Equal(length, all.Sum(), 1e-9 * length);
        int[] some = [0, n / 2, n - 1, Array.IndexOf(p, p.Max()), Array.IndexOf(p, p.Min())];
        some = [.. some.Distinct()];
        var of = new double[some.Length];
        solver.Of(new ActionDistribution(default, p), length, some, of);
        for (int k = 0; k < some.Length; k++) Assert.Equal(all[some[k]], of[k], 1e-10 * all[some[k]]);
    }

    [Fact]
    public void Agrees_with_drawing()
    {
        var rng = new Rng(11);
        double[] p = Normalised([.. Enumerable.Range(0, 60).Select(_ => Math.Exp(2 * rng.NextGaussian()))]);
        var all = new double[60];
        new InclusionProbabilities().All(new ActionDistribution(default, p), 6, all);
        var counts = new int[60];
        const int runs = 20_000;
        int[] slate = new int[6];
        double[] logs = new double[6];
        for (int i = 0; i < runs; i++)
        {
            Assert.Equal(6, PlackettLuce.Draw(new ActionDistribution(default, p), ref rng, slate, logs));
            foreach (int a in slate) counts[a]++;
        }
        for (int a = 0; a < 60; a++) Assert.True(Math.Abs(counts[a] - runs * all[a]) <= 4.5 * Math.Sqrt(runs * all[a] * (1 - all[a])) + 1, $"action {a}");
    }

    [Fact]
    public void A_support_no_larger_than_the_slate_is_shown_whole()
    {
        var result = new double[3];
        new InclusionProbabilities().Of(new ActionDistribution([4, 9], [.3, .7]), 2, [4, 9, 1], result);
        Assert.Equal([1, 1, 0], result);
    }

    internal static double[] Normalised(double[] p)
    {
        double sum = p.Sum();
        return [.. p.Select(q => q / sum)];
    }
}
