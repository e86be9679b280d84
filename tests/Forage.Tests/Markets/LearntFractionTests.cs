using Forage.Features;
using Forage.Markets;
using Forage.Markets.Learning;

namespace Forage.Tests.Markets;

public class LearntFractionTests
{
    [Theory]
    [InlineData(0.5, 0.9)]
    [InlineData(0.01, 0.9)]
    [InlineData(0.99, 0.3)]
    [InlineData(0.5, 0.1)]
    public void The_identities_hold_at_every_time(double first, double skill)
    {
        var rng = new Rng(11);
        var learnt = new LearntFraction(first);
        double own = 0, market = 0, acted = 0, fraction = first, ratio = 1;
        for (int t = 0; t < 400; t++)
        {
            double q = rng.NextOpenDouble(), truth = rng.NextOpenDouble(), p = skill * truth + (1 - skill) * rng.NextOpenDouble(); // who of the two knows more depends on skill
            q = (1 - skill) * truth + skill * q;
            Assert.Equal(fraction, learnt.Fraction, 1e-10);
            double belief = learnt.Belief(p, q);
            bool y = rng.NextDouble() < truth;
            if (!y) (p, q, belief) = (1 - p, 1 - q, 1 - belief);
            learnt.Observe(p, q);
            fraction = fraction * p / (fraction * p + (1 - fraction) * q);
            ratio *= p / q;
            (own, market, acted) = (own - Math.Log(p), market - Math.Log(q), acted - Math.Log(belief));
            Assert.Equal(Math.Log(first * ratio + 1 - first), learnt.LogWealth, 1e-9);
            Assert.Equal(market - acted, learnt.LogWealth, 1e-9);
            Assert.True(Math.Exp(learnt.LogWealth) >= 1 - first - 1e-12);
            Assert.True(acted <= own - Math.Log(first) + 1e-9);
            Assert.True(acted <= market - Math.Log(1 - first) + 1e-9);
        }
        Assert.True(skill > 0.5 ? fraction > first : fraction < first);
    }

    [Fact]
    public void An_adversary_takes_no_more_than_was_risked_and_forgets_nothing()
    {
        var learnt = new LearntFraction(0.5);
        for (int t = 0; t < 100_000; t++) learnt.Observe(0.1, 0.5);
        Assert.Equal(Math.Log(0.5), learnt.LogWealth, 1e-9);
        Assert.Equal(0, learnt.Fraction);
        for (int t = 0; t < 100_000; t++) learnt.Observe(0.5, 0.1);
        Assert.Equal(0.5, learnt.Fraction, 1e-6);
        Assert.Equal(0, learnt.LogWealth, 1e-6);
        learnt.Observe(0, 0.5);
        Assert.Equal(0, learnt.Fraction);
        Assert.Equal(Math.Log(0.5), learnt.LogWealth, 1e-6);
    }

    [Theory]
    [InlineData("mixed")]
    [InlineData("always against her")]
    [InlineData("always for her")]
    public void A_grid_of_fractions_does_nearly_as_well_as_its_best(string world)
    {
        var rng = new Rng(12);
        var mixture = FractionMixture.Grid(21);
        double[] constant = new double[21];
        double wealth = 0, acted = 0, market = 0;
        for (int t = 0; t < 500; t++)
        {
            double p = 0.02 + 0.96 * rng.NextDouble(), q = 0.02 + 0.96 * rng.NextDouble(), fraction = mixture.Fraction, belief = mixture.Belief(p, q);
            bool y = world == "mixed" ? rng.NextDouble() < 0.4 * p + 0.6 * q : world == "always for her" == p > q;
            if (!y) (p, q, belief) = (1 - p, 1 - q, 1 - belief);
            wealth += Math.Log(KellyBet.Factor(p, q, fraction));
            (acted, market) = (acted - Math.Log(belief), market - Math.Log(q));
            mixture.Observe(p, q);
            for (int g = 0; g < 21; g++) constant[g] += Math.Log(KellyBet.Factor(p, q, g / 20.0));
            Assert.Equal(wealth, mixture.LogWealth, 1e-9);
            Assert.Equal(market - acted, mixture.LogWealth, 1e-9);
            Assert.True(mixture.LogWealth >= constant.Max() - Math.Log(21) - 1e-9);
        }
        for (int g = 0; g < 21; g++) Assert.Equal(constant[g], mixture.LogWealthOf(g), 1e-9);
        int best = Array.IndexOf(constant, constant.Max());
        if (world == "mixed") Assert.InRange(best, 4, 12); // the truth is 0.4 her belief and 0.6 the price
        else Assert.Equal(world == "always for her" ? 20 : 0, best);
    }

    [Fact]
    public void Bad_input_is_named()
    {
        Assert.Contains("1.5", Assert.Throws<ForageException>(() => new LearntFraction(1.5)).Message);
        Assert.Contains("NaN", Assert.Throws<ForageException>(() => new LearntFraction(double.NaN)).Message);
        Assert.Contains("begin with less than 1", Assert.Throws<ForageException>(() => new LearntFraction(1).Observe(0, 0.5)).Message);
        Assert.Contains("price", Assert.Throws<ForageException>(() => new LearntFraction(0.5).Observe(0.5, 0)).Message);
        Assert.Contains("-0.5", Assert.Throws<ForageException>(() => new FractionMixture(0.5, -0.5)).Message);
        Assert.Contains("smaller fraction", Assert.Throws<ForageException>(() => new FractionMixture(1, 1).Observe(0, 0.5)).Message);
        Assert.Throws<ForageException>(() => FractionMixture.Grid(1));
        Assert.Throws<ForageException>(() => new FractionMixture());
    }
}
