using Forage.Features;
using Forage.Markets;

namespace Forage.Tests.Markets;

public class KellyMarketTests
{
    [Fact]
    public void Wealth_is_the_posterior_and_the_price_the_predictive_probability()
    {
        var rng = new Rng(1);
        const int n = 6, m = 4;
        double[] prior = RandomMarket.Uniform(n, ref rng), posterior = [.. prior.Select(w => w / prior.Sum())], q = new double[m];
        var market = new KellyMarket(n, m, new KellyMarketOptions { Wealth = prior });
        for (int t = 0; t < 60; t++)
        {
            double[] p = RandomMarket.Rows(n, m, ref rng);
            market.Open(p, q);
            int y = rng.NextInt(m);
            for (int k = 0; k < m; k++) Assert.Equal(Enumerable.Range(0, n).Sum(i => posterior[i] * p[i * m + k]), q[k], 1e-12);
            Assert.Equal(-Math.Log(q[y]), market.Settle(y));
            for (int i = 0; i < n; i++) posterior[i] *= p[i * m + y];
            double sum = posterior.Sum();
            for (int i = 0; i < n; i++) Assert.Equal(posterior[i] /= sum, market.Wealth(i), 1e-12);
        }
    }

    /// <summary>Theorem 3, the loss of a trader counted from the beliefs she acted on, not from her wealth.</summary>
    [Theory]
    [InlineData("random")]
    [InlineData("least likely")]
    [InlineData("against the richest")]
    [InlineData("against the best so far")]
    [InlineData("for the poorest")]
    public void Log_regret_is_never_above_the_bound(string world)
    {
        for (ulong seed = 0; seed < 12; seed++)
        {
            var rng = new Rng(seed).Fork((ulong)world.Length);
            int n = 2 + rng.NextInt(12), m = 2 + rng.NextInt(4);
            bool fractional = seed % 2 == 1;
            double[] wealth = RandomMarket.Uniform(n, ref rng), fractions = fractional ? RandomMarket.Uniform(n, ref rng) : [.. Enumerable.Repeat(1.0, n)], losses = new double[n], own = new double[n], q = new double[m];
            var market = new KellyMarket(n, m, new KellyMarketOptions { Wealth = wealth, Fractions = fractions });
            double loss = 0;
            for (int t = 0; t < 300; t++)
            {
                double[] p = RandomMarket.Rows(n, m, ref rng, 1 + rng.NextInt(4));
                market.Open(p, q);
                int richest = Enumerable.Range(0, n).MaxBy(market.Wealth), poorest = Enumerable.Range(0, n).MinBy(market.LogWealth), best = Enumerable.Range(0, n).MinBy(i => losses[i]);
                int y = world switch
                {
                    "least likely" => Enumerable.Range(0, m).MinBy(k => q[k]),
                    "against the richest" => Enumerable.Range(0, m).MinBy(k => p[richest * m + k]),
                    "against the best so far" => Enumerable.Range(0, m).MinBy(k => p[best * m + k] / q[k]),
                    "for the poorest" => Enumerable.Range(0, m).MaxBy(k => p[poorest * m + k] / q[k]),
                    _ => rng.NextInt(m),
                };
                loss += market.Settle(y);
                for (int i = 0; i < n; i++)
                {
                    losses[i] -= Math.Log(fractions[i] * p[i * m + y] + (1 - fractions[i]) * q[y]);
                    own[i] -= Math.Log(p[i * m + y]);
                }
                for (int i = 0; i < n; i++) Assert.True(loss <= losses[i] + Math.Log(wealth.Sum() / wealth[i]) + 1e-9);
            }
            Assert.Equal(loss, market.LogLoss, 1e-9);
            Assert.Equal(1, Enumerable.Range(0, n).Sum(market.Wealth), 1e-11);
            for (int i = 0; i < n; i++)
            {
                Assert.Equal(losses[i], market.TraderLogLoss(i), 1e-8);
                Assert.Equal(Math.Log(wealth.Sum() / wealth[i]), market.Handicap(i), 1e-12);
                if (!fractional) Assert.Equal(own[i], losses[i], 1e-8);
            }
        }
    }

    [Fact]
    public void A_fortune_is_not_forgotten_in_a_million_rounds()
    {
        // Trader 1 loses e^-549306 in the first half of the rounds and gains it back in the second.
        const int rounds = 1_000_000;
        var market = new KellyMarket(2, 2);
        double[] p = [0.25, 0.75, 0.75, 0.25], q = new double[2];
        for (int t = 0; t < rounds; t++)
        {
            market.Open(p, q);
            market.Settle(t < rounds / 2 ? 1 : 0);
            if (t == rounds / 2 - 1) Assert.Equal(-rounds / 2 * Math.Log(3), market.LogWealth(1), 1e-7);
        }
        Assert.Equal(0.5, market.Wealth(0), 1e-7);
        Assert.Equal(0.5, market.Wealth(1), 1e-7);
        Assert.Equal(-rounds / 2 * (Math.Log(0.25) + Math.Log(0.75)), market.LogLoss, 1e-6); // each trader's loss, as their wealth is what it was
    }

    [Fact]
    public void Who_abstains_keeps_her_wealth()
    {
        var rng = new Rng(9);
        double[] q = new double[3], alone = new double[3];
        var market = new KellyMarket(3, 3, new KellyMarketOptions { Wealth = [1, 2, 3] });
        for (int t = 0; t < 50; t++)
        {
            double[] p = RandomMarket.Rows(3, 3, ref rng);
            double[] marked = [.. p];
            marked.AsSpan(3, 3).Fill(double.NaN);
            double before = market.LogWealth(1), loss = market.TraderLogLoss(1);
            market.Open(marked, [false, true, false], q);
            KellyPrice.Closed([.. p[..3], .. p[6..]], [market.Wealth(0), market.Wealth(2)], [], alone);
            Assert.Equal(alone[t % 3], q[t % 3], 1e-12);
            double paid = market.Settle(t % 3);
            Assert.Equal(before, market.LogWealth(1));
            Assert.Equal(loss + paid, market.TraderLogLoss(1), 1e-10);
            market.Open(p, q);
            market.Settle(rng.NextInt(3));
        }
        Assert.Equal(1, Enumerable.Range(0, 3).Sum(market.Wealth), 1e-12);
    }

    [Fact]
    public void Those_who_bet_make_the_price_however_poor_they_are()
    {
        var market = new KellyMarket(2, 2);
        double[] q = new double[2];
        for (int t = 0; t < 2000; t++)
        {
            market.Open([0.5, 0.5, 0.99, 0.01], q);
            market.Settle(1);
        }
        Assert.Equal(0, market.Wealth(1)); // e^-7824
        market.Open([0.5, 0.5, 0.99, 0.01], [true, false], q);
        Assert.Equal(0.99, q[0], 1e-12);
    }

    [Fact]
    public void Certain_and_wrong_is_bankrupt_for_ever_and_clipping_prevents_it()
    {
        double[] q = new double[2], p = [1, 0, 0.5, 0.5];
        var market = new KellyMarket(2, 2);
        market.Open(p, q);
        market.Settle(1);
        Assert.Equal((0.0, double.NegativeInfinity, double.PositiveInfinity), (market.Wealth(0), market.LogWealth(0), market.TraderLogLoss(0)));
        market.Open(p, q);
        Assert.Equal(0.5, q[0]);
        for (int t = 0; t < 100; t++)
        {
            market.Settle(0);
            market.Open(p, q);
        }
        Assert.Equal(0, market.Wealth(0));
        Assert.Equal(1, market.Wealth(1));

        var clipped = new KellyMarket(2, 2, new KellyMarketOptions { Clip = 0.01 });
        clipped.Open(p, q);
        Assert.Equal((0.99 + 0.5) / 2, q[0], 1e-15);
        clipped.Settle(1);
        Assert.Equal(0.01 / 0.51, clipped.Wealth(0), 1e-15);
    }

    [Fact]
    public void If_all_would_be_bankrupt_it_says_so_and_nothing_moves()
    {
        double[] q = new double[2];
        var market = new KellyMarket(2, 2);
        market.Open([1, 0, 1, 0], q);
        var e = Assert.Throws<ForageException>(() => market.Settle(1));
        Assert.Contains("Outcome 1 came true in round 1", e.Message);
        Assert.Equal((0, 0.5), (market.Rounds, market.Wealth(0)));
        market.Settle(0);
        Assert.Equal((1, 0.5), (market.Rounds, market.Wealth(1)));
    }
}
