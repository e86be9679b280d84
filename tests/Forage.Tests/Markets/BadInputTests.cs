using Forage.Markets;

namespace Forage.Tests.Markets;

public class BadInputTests
{
    [Theory]
    [InlineData(new[] { 0.5, 0.6 }, "add up to 1.1")]
    [InlineData(new[] { 0.0, 0.0 }, "add up to 0")]
    [InlineData(new[] { -0.5, 1.5 }, "-0.5")]
    [InlineData(new[] { double.NaN, 1 }, "NaN")]
    [InlineData(new[] { 0.2, 0.3, 0.5 }, "has 3 numbers: expected 2")]
    public void Beliefs(double[] row, string expected)
    {
        var market = new KellyMarket(1, 2);
        var e = Assert.Throws<ForageException>(() => market.Open(row, new double[2]));
        Assert.Contains(expected, e.Message);
        Assert.Contains("no open market", Assert.Throws<ForageException>(() => market.Settle(0)).Message);
    }

    [Fact]
    public void Sums_within_rounding_are_divided_by()
    {
        double[] q = new double[3];
        new KellyMarket(1, 3).Open([0.3333333, 0.3333333, 0.3333333], q);
        Assert.All(q, v => Assert.Equal(1.0 / 3, v, 1e-15));
    }

    [Fact]
    public void Options()
    {
        static string Message(KellyMarketOptions options, int n = 2) => Assert.Throws<ForageException>(() => new KellyMarket(n, 2, options)).Message;
        Assert.Contains("wealth -1", Message(new() { Wealth = [1, -1] }));
        Assert.Contains("wealth Infinity", Message(new() { Wealth = [1, double.PositiveInfinity] }));
        Assert.Contains("No trader has any wealth", Message(new() { Wealth = [0, 0] }));
        Assert.Contains("has 1 numbers: expected 2", Message(new() { Wealth = [1] }));
        Assert.Contains("fraction 1.1", Message(new() { Fractions = [1, 1.1] }));
        Assert.Contains("Clip is 0.5", Message(new() { Clip = 0.5 }));
        Assert.Contains("number of traders is 0", Message(new(), 0));
        Assert.Contains("number of outcomes is 1", Assert.Throws<ForageException>(() => new KellyMarket(1, 1)).Message);
        Assert.Contains("No trader has any wealth", Assert.Throws<ForageException>(() => new FixedBeliefMarket([0.5], new() { Wealth = [0] })).Message);
        Assert.Contains("probability 1.5", Assert.Throws<ForageException>(() => new FixedBeliefMarket([1.5])).Message);
        Assert.Contains("number of threads is 0", Assert.Throws<ForageException>(() => new FixedBeliefMarket([0.5]).Run(1, (_, _) => true, default, 0)).Message);
    }

    [Fact]
    public void Without_wealth_one_does_not_matter()
    {
        double[] q = new double[2];
        var market = new KellyMarket(2, 2, new() { Wealth = [0, 3] });
        market.Open([0.9, 0.1, 0.4, 0.6], q);
        Assert.Equal(0.4, q[0], 1e-15);
        market.Settle(0);
        Assert.Equal((0.0, double.NaN), (market.Wealth(0), market.TraderLogLoss(0)));
        Assert.Equal(1, market.Wealth(1));
        market = new KellyMarket(2, 2, new() { Wealth = [1, 0], Fractions = [0, 1] });
        Assert.Contains("No trader that has wealth bets", Assert.Throws<ForageException>(() => market.Open([0.9, 0.1, 0.4, 0.6], q)).Message);
        Assert.Contains("No trader that has wealth bets", Assert.Throws<ForageException>(() => new FixedBeliefMarket([0.9, 0.4], new() { Wealth = [1, 0], Fractions = [0, 1] })).Message);
    }

    [Fact]
    public void Prices()
    {
        Assert.Contains("price is 0", Assert.Throws<ForageException>(() => KellyBet.Shares(0.5, 0, 1)).Message);
        Assert.Contains("belief is 1.5", Assert.Throws<ForageException>(() => KellyBet.Fraction(1.5, 0.5)).Message);
        Assert.Contains("wealth -1", Assert.Throws<ForageException>(() => KellyPrice.Closed([0.5], [-1])).Message);
        Assert.Contains("No trader that has wealth bets", Assert.Throws<ForageException>(() => KellyPrice.Clear([0.5], [0])).Message);
        Assert.Contains("add up to 0.9", Assert.Throws<ForageException>(() => KellyPrice.Closed([0.5, 0.4], [1], [], new double[2])).Message);
        Assert.Contains("Outcome 2 is not one of 0..1", Assert.Throws<ForageException>(() =>
        {
            var market = new KellyMarket(1, 2);
            market.Open([0.5, 0.5], new double[2]);
            market.Settle(2);
        }).Message);
    }
}
