using Forage.Features;
using Forage.Markets;
using Forage.Markets.Learning;

namespace Forage.Tests.Markets;

/// <summary>§8: Figures 1 to 3.</summary>
public class StationaryMarketTests
{
    private static double[] Even(int n) => [.. Enumerable.Range(0, n).Select(i => (i + 0.5) / n)];

    [Fact]
    public void Wealth_of_uniform_beliefs_is_the_Beta_posterior()
    {
        const int n = 20_000;
        var market = new FixedBeliefMarket(Even(n));
        for (int t = 0; t < 15; t++)
        {
            Assert.Equal(new BetaPosterior(market.Successes, t - market.Successes).Mean, market.Price, 1e-7);
            market.Settle(t % 3 != 1); // 10 of 15, in some order
        }
        var posterior = new BetaPosterior(10, 5);
        for (int i = 0; i < n; i += 97) Assert.Equal(posterior.Density(market.Belief(i)), n * market.Wealth(i), 1e-6);
        Assert.Equal(11.0 / 17, posterior.Mean, 1e-15);
        Assert.Equal((0, 0), (posterior.Density(0), posterior.Density(1)));
        Assert.Equal(1, new BetaPosterior(0, 0).Density(0), 1e-14);
    }

    [Fact]
    public void With_random_beliefs_the_price_follows_the_frequency()
    {
        double worst = 0;
        for (ulong seed = 0; seed < 20; seed++)
        {
            var rng = new Rng(seed);
            var market = new FixedBeliefMarket(RandomMarket.Uniform(1000, ref rng));
            for (int t = 0; t < 150; t++) market.Settle(rng.NextDouble() < 0.5);
            worst = Math.Max(worst, Math.Abs(market.Price - new BetaPosterior(market.Successes, 150 - market.Successes).Mean));
        }
        Assert.InRange(worst, 0, 0.012); // the posterior's sd is 0.04 and some 100 of the beliefs lie within one of it: 3 of 0.04/√100
    }

    [Fact]
    public void With_fractions_prices_follow_a_discounted_frequency_and_wealth_stays_dispersed()
    {
        double fits = 0, discount = 0;
        for (ulong seed = 0; seed < 20; seed++)
        {
            var rng = new Rng(seed);
            double[] beliefs = RandomMarket.Uniform(100, ref rng);
            var market = new FixedBeliefMarket(beliefs, new KellyMarketOptions { Fractions = [.. Enumerable.Repeat(0.2, 100)] });
            double[] after = new double[150];
            bool[] y = new bool[150];
            for (int t = 0; t < 150; t++)
            {
                market.Settle(y[t] = rng.NextDouble() < 0.5);
                after[t] = market.Price;
            }
            var (fitted, distance) = DiscountedFrequency.Fit(after, y, 20);
            double[] plain = DiscountedFrequency.Of(y, 1);
            fits += distance / Math.Sqrt(Enumerable.Range(20, 130).Average(t => Math.Pow(after[t] - plain[t], 2)));
            discount += fitted;
            var posterior = new BetaPosterior(market.Successes, 150 - market.Successes);
            Assert.True(Spread(i => market.Wealth(i)) > 1.5 * Spread(i => posterior.Density(beliefs[i])));
            double Spread(Func<int, double> weight)
            {
                double sum = Enumerable.Range(0, 100).Sum(weight), mean = Enumerable.Range(0, 100).Sum(i => weight(i) * beliefs[i]) / sum;
                return Math.Sqrt(Enumerable.Range(0, 100).Sum(i => weight(i) * Math.Pow(beliefs[i] - mean, 2)) / sum);
            }
        }
        Assert.InRange(discount / 20, 0.93, 0.985); // the paper: 0.96 by hand
        Assert.InRange(fits / 20, 0, 0.7);
    }

    [Fact]
    public void The_discount_is_found_again()
    {
        var rng = new Rng(4);
        bool[] y = new bool[400];
        for (int t = 0; t < y.Length; t++) y[t] = rng.NextDouble() < 0.5;
        foreach (double discount in new[] { 0.3, 0.873, 0.96, 1 })
        {
            var (found, distance) = DiscountedFrequency.Fit(DiscountedFrequency.Of(y, discount), y);
            Assert.Equal(discount, found, 1e-6);
            Assert.InRange(distance, 0, 1e-7);
        }
        double[] d = DiscountedFrequency.Of([true, false, true], 0.5);
        Assert.Equal([1, 0.5 / 1.5, 1.25 / 1.75], d);
        Assert.Throws<ForageException>(() => DiscountedFrequency.Of([true], 0));
        Assert.Throws<ForageException>(() => DiscountedFrequency.Fit([0.5], [true], 1));
        Assert.Throws<ForageException>(() => DiscountedFrequency.Fit([0.5, 0.5], [true]));
    }
}
