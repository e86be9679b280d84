using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Tests.OffPolicy.Selective;

/// <summary>Theorem 1 of the selective importance sampling paper (Eqs. 6, 8, 9), with exact expectations over thousands of random worlds.</summary>
public class TheoremTests
{
    private const int Worlds = 1500;
    private const double Slack = 1e-9;

    public static TheoryData<Irrelevant> Kinds => [Irrelevant.Silent, Irrelevant.Noisy, Irrelevant.Everywhere, Irrelevant.None];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TruncatedWeightsKeepBothBounds(Irrelevant kind)
    {
        var rng = new Rng(100 + (ulong)kind);
        int biased = 0, gains = 0;
        for (int i = 0; i < Worlds; i++)
        {
            var world = TinyWorld.Random(ref rng, kind);
            double truth = world.Value(world.Target), kappa = world.Overlap().Kappa, largest = world.Largest;
            var truncated = Options(world, SelectionWeight.Truncated);
            var (inside, everything) = (world.Exact(truncated), world.Exact(new()));
            double bias = inside.Means[0] - truth;
            Assert.InRange(bias, -largest * kappa - Slack, Slack); // Eq. 8, and it is from below
            if (bias < -1e-6) biased++;
            foreach (int n in (int[])[1, 2, 7, 100])
            {
                double selective = TinyWorld.MeanSquaredError(inside, truth, n), plain = TinyWorld.MeanSquaredError(everything, truth, n), gain = Gain(world, inSupport: true) / n;
                Assert.True(selective <= plain + 2 * largest * largest * kappa - gain + Slack, $"world {i}, n = {n}: {selective} > {plain} + {2 * largest * largest * kappa} - {gain}"); // Eq. 9
                if (gain > 1e-6) gains++;
            }
        }
        Assert.True(biased > Worlds / 5, $"only {biased} worlds with a bias to bound");
        Assert.True(kind == Irrelevant.Silent || gains > Worlds, $"only {gains} gains to bound with"); // where irrelevant actions give 0, σ² = 0
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TruncatedWeightsAreUnbiasedAndNoWorseWhereSelectionCoversWhatIsRelevant(Irrelevant kind)
    {
        var rng = new Rng(200 + (ulong)kind);
        for (int i = 0; i < Worlds; i++)
        {
            var world = TinyWorld.Random(ref rng, kind).Covering();
            Assert.Equal(0, world.Overlap().Kappa, Slack);
            var truncated = Options(world, SelectionWeight.Truncated);
            Assert.Equal(world.Value(world.Target), world.Exact(truncated).Means[0], Slack);
            Assert.True(world.MeanSquaredError(truncated, 5) <= world.MeanSquaredError(new(), 5) + Slack);
        }
    }

    [Fact]
    public void TheValueIsThatInsideWhatIsRelevant()
    {
        // Eq. 6: V = E_x[π(Ψ|x) E_π[δ | y ∈ Ψ]].
        var rng = new Rng(3);
        for (int i = 0; i < Worlds; i++)
        {
            var world = TinyWorld.Random(ref rng, Irrelevant.Noisy);
            double inside = Enumerable.Range(0, world.Contexts).Average(x =>
            {
                double mass = world.Relevant[x].Sum(a => world.Target[x][a]);
                return mass == 0 ? 0 : mass * world.Relevant[x].Sum(a => world.Target[x][a] / mass * world.Means[x][a]);
            });
            Assert.Equal(world.Value(world.Target), inside, Slack);
        }
    }

    [Fact]
    public void RenormalisedWeightsBreakTheBoundsInManyWorlds()
    {
        var (bias, error) = RenormalisedViolations;
        Assert.InRange(bias, 0.2, 0.6);
        Assert.InRange(error, 0.1, 0.6);
    }

    /// <summary>Shares of random worlds in which renormalised weights exceed Eq. 8's bound of the bias, and Eq. 9's of the mean squared error at n = 10 (σ² = 0).</summary>
    internal static (double Bias, double Error) RenormalisedViolations { get; } = CountViolations();

    private static (double Bias, double Error) CountViolations()
    {
        var rng = new Rng(4);
        int bias = 0, error = 0;
        for (int i = 0; i < Worlds; i++)
        {
            var world = TinyWorld.Random(ref rng, Irrelevant.Silent);
            double kappa = world.Overlap().Kappa, largest = world.Largest;
            var renormalised = Options(world, SelectionWeight.Renormalized);
            if (Math.Abs(world.Exact(renormalised).Means[0] - world.Value(world.Target)) > largest * kappa + Slack) bias++;
            if (world.MeanSquaredError(renormalised, 10) > world.MeanSquaredError(new(), 10) + 2 * largest * largest * kappa + Slack) error++;
        }
        return ((double)bias / Worlds, (double)error / Worlds);
    }

    [Fact]
    public void RenormalisedWeightsAreThoseOfTheRestrictedPolicy()
    {
        var rng = new Rng(5);
        for (int i = 0; i < Worlds; i++)
        {
            var world = TinyWorld.Random(ref rng, Irrelevant.Silent);
            double[][] restricted = [.. Enumerable.Range(0, world.Contexts).Select(x =>
            {
                double mass = world.Selected[x].Sum(a => world.Target[x][a]);
                return Enumerable.Range(0, world.Target[x].Length).Select(a => world.Selected[x].Contains(a) ? world.Target[x][a] / mass : 0).ToArray();
            })];
            Assert.Equal(world.Value(restricted), world.Exact(Options(world, SelectionWeight.Renormalized)).Means[0], Slack);
        }
    }

    [Fact]
    public void TheThirdTermCountsOnlyWhatTheLogShows()
    {
        // π spends half on action 2, which the log never shows: nothing is gained there by leaving it out. As printed, π²(Φ⁰)/ρ(Φ⁰) = 0.5 says otherwise.
        var world = new TinyWorld
        {
            Logging = [[.5, .5, 0]],
            Target = [[.5, 0, .5]],
            Means = [[1, 0, 0]],
            Squares = [[1, 1, 1]],
            Relevant = [[0]],
            Selected = [[0]],
        };
        double selective = world.MeanSquaredError(Options(world, SelectionWeight.Truncated), 1), plain = world.MeanSquaredError(new(), 1);
        Assert.Equal(0, world.Overlap().Kappa);
        Assert.Equal(plain, selective, Slack);
        Assert.Equal(0.5, Gain(world, inSupport: false));
        Assert.Equal(0, Gain(world, inSupport: true));
    }

    [Fact]
    public void TheErrorOfTheMeanIsThatOfEveryPairOfDecisions()
    {
        // MeanSquaredError's formula against the plain sum over all logs of two decisions.
        var rng = new Rng(6);
        for (int i = 0; i < 50; i++)
        {
            var world = TinyWorld.Random(ref rng, Irrelevant.None, most: 3);
            var options = Options(world, i % 2 == 0 ? SelectionWeight.Truncated : SelectionWeight.Renormalized);
            var weigher = new PolicyWeigher(new TabularPolicy(world.Target), options);
            List<(double Probability, double Gain)> outcomes = [];
            for (int x = 0; x < world.Contexts; x++)
                for (int a = 0; a < world.Logging[x].Length; a++)
                {
                    double w = weigher.Weigh(world.Context(x), world.Shown(x, [a])).Weights[0], mean = world.Means[x][a], spread = Math.Sqrt(Math.Max(0, world.Squares[x][a] - mean * mean));
                    double p = world.Logging[x][a] / world.Contexts / 2;
                    outcomes.Add((p, w * (mean - spread)));
                    outcomes.Add((p, w * (mean + spread)));
                }
            double truth = world.Value(world.Target), sum = 0;
            foreach (var (p, g) in outcomes)
                foreach (var (q, h) in outcomes) sum += p * q * Math.Pow((g + h) / 2 - truth, 2);
            Assert.Equal(sum, world.MeanSquaredError(options, 2), 1e-9 * Math.Max(1, sum));
        }
    }

    private static PolicyWeigherOptions Options(TinyWorld world, SelectionWeight weight) => new() { Selector = world.Phi, Selection = weight };

    /// <summary>σ² E_x π²(Φ⁰)/ρ(Φ⁰), with π's mass where the log has some or, as printed, everywhere.</summary>
    private static double Gain(TinyWorld world, bool inSupport)
    {
        double smallest = world.Squares.Min(row => row.Min());
        return smallest * Enumerable.Range(0, world.Contexts).Average(x =>
        {
            int[] outside = [.. Enumerable.Range(0, world.Target[x].Length).Except(world.Selected[x])];
            double rho = outside.Sum(a => world.Logging[x][a]), pi = outside.Where(a => !inSupport || world.Logging[x][a] > 0).Sum(a => world.Target[x][a]);
            return rho > 0 ? pi * pi / rho : 0;
        });
    }
}
