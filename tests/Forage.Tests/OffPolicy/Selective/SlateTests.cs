using Forage.Features;
using Forage.OffPolicy.Learning.Objectives;
using Forage.OffPolicy;
using Forage.OffPolicy.Selective;

namespace Forage.Tests.OffPolicy.Selective;

/// <summary>Selected slates (Eqs. 5, 10, 11), with expectations over all slates there are.</summary>
public class SlateTests
{
    private const double Slack = 1e-9;

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void FullPrefixesAndInclusionProbabilitiesAreUnbiasedAndKeepTheBoundWhenTruncated(int length)
    {
        var rng = new Rng(11);
        for (int i = 0; i < 50; i++)
        {
            var world = TinyWorld.Random(ref rng, Irrelevant.Everywhere, most: 5, least: 4);
            double truth = world.Value(world.Target, length), kappa = world.Overlap(length).Kappa;
            foreach (var slates in (SlateWeighting[])[SlateWeighting.Prefix, SlateWeighting.Inclusion, SlateWeighting.WholeSlate])
            {
                Assert.Equal(truth, world.Exact(new() { Slates = slates }, length).Means.Sum(), Slack);
                double bias = world.Exact(new() { Slates = slates, Selector = world.Phi }, length).Means.Sum() - truth;
                Assert.InRange(bias, -world.Largest * kappa - Slack, Slack); // Eq. 8, position by position
                Assert.Equal(truth, world.Exact(new() { Slates = slates, Selector = world.Covering().Phi }, length).Means.Sum(), Slack);
            }
        }
    }

    [Fact]
    public void PrunedPrefixesBiasTheValueOfMostWorlds()
    {
        var rng = new Rng(12);
        int biased = 0;
        for (int i = 0; i < 200; i++)
        {
            var world = TinyWorld.Random(ref rng, Irrelevant.Everywhere, most: 5, least: 4);
            double truth = world.Value(world.Target, 3), pruned = world.Exact(new() { Slates = SlateWeighting.Pruned }, 3).Means.Sum();
            if (Math.Abs(pruned - truth) > 0.05 * truth) biased++;
        }
        Assert.True(biased > 50, $"{biased} of 200");
    }

    [Fact]
    public void RenormalisedPrunedWeightsAreEquation11()
    {
        var rng = new Rng(13);
        for (int i = 0; i < 200; i++)
        {
            var world = TinyWorld.Random(ref rng, Irrelevant.Everywhere, most: 6, least: 4);
            var weigher = new PolicyWeigher(new TabularPolicy(world.Target), new() { Slates = SlateWeighting.Pruned, Selector = world.Phi, Selection = SelectionWeight.Renormalized });
            var logs = new double[3];
            for (int x = 0; x < world.Contexts; x++)
                foreach (var (slate, _) in Enumeration.Slates(world.Logging[x], 3))
                {
                    var shown = world.Shown(x, slate);
                    var weights = weigher.Weigh(world.Context(x), shown).Weights;
                    float[] logits = [.. world.Selected[x].Select(a => (float)Math.Log(world.Target[x][a]))];
                    SlateSoftmax.Careful(logits, [.. slate.Select(a => Array.IndexOf(world.Selected[x], a))], logs);
                    for (int j = 0; j < 3; j++)
                    {
                        int[] left = [.. world.Selected[x].Except(slate[..j])]; // A_j: earlier actions outside Φ take nothing off
                        double q = left.Contains(slate[j]) ? world.Target[x][slate[j]] / left.Sum(a => world.Target[x][a]) : 0;
                        Assert.Equal(q / shown[j].Propensity, weights[j], 1e-9 * Math.Max(1, weights[j]));
                        Assert.Equal(q, Math.Exp(logs[j]), 1e-5);
                    }
                }
        }
    }

    [Fact]
    public void RenormalisedWeightsHaveMeanOneAtEveryPosition()
    {
        // Pruned: E[w_j] = P_ρ(A_j not empty); with p ≥ l that is 1.
        var rng = new Rng(14);
        for (int i = 0; i < 100; i++)
        {
            var world = TinyWorld.Random(ref rng, Irrelevant.Everywhere, most: 6, least: 5);
            var phi = new TopActions(new LoggingPolicy(), 3);
            foreach (var slates in (SlateWeighting[])[SlateWeighting.Pruned, SlateWeighting.Prefix])
            {
                var weigher = new PolicyWeigher(new TabularPolicy(world.Target), new() { Slates = slates, Selector = phi, Selection = SelectionWeight.Renormalized });
                for (int x = 0; x < world.Contexts; x++)
                {
                    var means = new double[3];
                    foreach (var (slate, probability) in Enumeration.Slates(world.Logging[x], 3))
                    {
                        var weights = weigher.Weigh(world.Context(x), world.Shown(x, slate)).Weights;
                        for (int j = 0; j < 3; j++) means[j] += probability * weights[j];
                    }
                    for (int j = 0; j < 3; j++) Assert.Equal(1, means[j], 1e-9);
                }
            }
        }
    }

    [Fact]
    public void ASingleActionLeftHasWeightOneOverItsPropensityAndNoneLeftHasWeightZero()
    {
        var world = new TinyWorld { Logging = [[.4, .3, .2, .1]], Target = [[1e-9, .5, .25, .25]], Means = [[1, 1, 1, 1]], Squares = [[1, 1, 1, 1]], Relevant = [[0]], Selected = [[0, 1]] };
        var weigher = new PolicyWeigher(new TabularPolicy(world.Target), new() { Slates = SlateWeighting.Pruned, Selector = world.Phi, Selection = SelectionWeight.Renormalized });
        var shown = world.Shown(0, [1, 0, 3]);
        var weights = weigher.Weigh(world.Context(0), shown).Weights.ToArray();
        Assert.Equal(1 / shown[1].Propensity, weights[1], 1e-12); // A_2 = {0}, however small π(0)
        Assert.Equal(0, weights[2]); // A_3 = {}
        shown = world.Shown(0, [2, 1, 0]);
        weights = weigher.Weigh(world.Context(0), shown).Weights.ToArray();
        Assert.Equal(0, weights[0]);
        Assert.Equal(.5 / (.5 + 1e-9) / shown[1].Propensity, weights[1], 1e-12);
        Assert.Equal(1 / shown[2].Propensity, weights[2], 1e-12);
    }

    [Fact]
    public void LogitsMayBeAnySize()
    {
        var logs = new double[3];
        SlateSoftmax.Careful([900f, -900f, -901f], [0, 2, -1], logs);
        Assert.Equal(0, logs[0]);
        Assert.Equal(-1 - Math.Log(1 + Math.Exp(-1)), logs[1], 1e-12); // a difference of sums would have nothing left here
        Assert.Equal(double.NegativeInfinity, logs[2]);
    }

    [Fact]
    public void ASelectionSmallerThanTheSlateIsRefused()
    {
        var world = new TinyWorld { Logging = [[.4, .3, .3]], Target = [[.3, .3, .4]], Means = [[1, 1, 1]], Squares = [[1, 1, 1]], Relevant = [[0]], Selected = [[0]] };
        foreach (var weight in (SelectionWeight[])[SelectionWeight.Truncated, SelectionWeight.Renormalized])
        {
            var weigher = new PolicyWeigher(new UniformPolicy(), new() { Selector = new TopActions(new LoggingPolicy(), 1), Selection = weight });
            var error = Assert.Throws<ForageException>(() => weigher.Weigh(world.Context(0), world.Shown(0, [1, 2])).Weights.Length);
            Assert.Contains("shows 2 actions, but only the top 1 are selected", error.Message);
        }
        Assert.Throws<ForageException>(() => new TopActions(new UniformPolicy(), 0));
    }

    [Fact]
    public void RankingsAreRestrictedByLeavingOutWhatIsOutside()
    {
        var world = new TinyWorld { Logging = [[.2, .2, .2, .2, .2]], Target = [[.4, .3, .15, .1, .05]], Means = [[1, 1, 1, 1, 1]], Squares = [[1, 1, 1, 1, 1]], Relevant = [[0]], Selected = [[4, 1, 3]] };
        var greedy = new GreedyPolicy(new TabularPolicy(world.Target)); // 0 1 2 3 4; in Φ: 1 3 4
        PolicyWeigher Weigher(SelectionWeight weight, SlateWeighting slates) => new(greedy, new() { Selector = world.Phi, Selection = weight, Slates = slates });
        var renormalised = Weigher(SelectionWeight.Renormalized, SlateWeighting.Prefix);
        Assert.Equal([5, 20], renormalised.Weigh(world.Context(0), world.Shown(0, [1, 3])).Weights.ToArray().Select(w => Math.Round(w, 9)));
        Assert.Equal([0, 0], renormalised.Weigh(world.Context(0), world.Shown(0, [0, 1])).Weights.ToArray());
        var truncated = Weigher(SelectionWeight.Truncated, SlateWeighting.Inclusion);
        Assert.Equal([0, 2.5], truncated.Weigh(world.Context(0), world.Shown(0, [0, 1])).Weights.ToArray().Select(w => Math.Round(w, 9)));
    }

    [Theory]
    [InlineData(1, SlateWeighting.Prefix)]
    [InlineData(3, SlateWeighting.Prefix)]
    [InlineData(3, SlateWeighting.Inclusion)]
    public void TruncatedDoublyRobustScoresLeaveTheOutsideToTheModel(int length, SlateWeighting slates)
    {
        // With the right model the score is unbiased whatever Φ leaves out; with none of Φ covered wrongly, the model's error outside is all that is left.
        var rng = new Rng(15);
        for (int i = 0; i < 20; i++)
        {
            var world = TinyWorld.Random(ref rng, Irrelevant.Everywhere, most: 5, least: 4);
            foreach (double factor in (double[])[1, 0.4])
            {
                var weigher = new PolicyWeigher(new TabularPolicy(world.Target), new() { Slates = slates, Selector = world.Phi }, new TabularModel(world.Means, factor));
                double score = 0, truth = world.Value(world.Target, length);
                for (int x = 0; x < world.Contexts; x++)
                    foreach (var (slate, probability) in Enumeration.Slates(world.Logging[x], length))
                    {
                        LoggedAction[] shown = [.. world.Shown(x, slate).Select(a => a with { Reward = world.Means[x][a.Action] })];
                        score += probability / world.Contexts * weigher.Weigh(world.Context(x), shown).DoublyRobust;
                    }
                double inside = world.Exact(new() { Slates = slates, Selector = world.Phi }, length).Means.Sum();
                Assert.Equal(inside + factor * (truth - inside), score, Slack);
            }
        }
    }
}
