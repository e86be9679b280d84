using Forage.Features;
using Forage.Markets;
using Forage.Markets.Internals;

namespace Forage.Tests.Markets;

public class TraderMarketTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(6, 0)]
    [InlineData(0, 1)]
    [InlineData(0, 6)]
    [InlineData(1, 1)]
    [InlineData(5, 7)]
    public void Every_order_is_matched(int kelly, int cara)
    {
        var rng = new Rng((ulong)(10 * kelly + cara));
        for (int run = 0; run < 40; run++)
        {
            int n = kelly + cara, m = 2 + rng.NextInt(6);
            double unit = Math.Pow(10, rng.NextInt(9) - 4); // little and much constant risk aversion
            var traders = Enumerable.Range(0, n).Select(i => i < kelly ? new KellyTrader(rng.NextOpenDouble(), rng.NextOpenDouble()) : (Trader)new CaraTrader(rng.NextGaussian(), unit * rng.NextOpenDouble())).ToArray();
            double[] p = RandomMarket.Rows(n, m, ref rng, 1 + rng.NextInt(4)), q = new double[m], x = new double[m], sum = new double[m];
            var market = new TraderMarket(traders, m);
            market.Open(p, q);
            Assert.Equal(1, q.Sum(), 1e-13);
            double size = traders.Sum(t => Math.Abs(t.Wealth)) + cara * unit;
            for (int i = 0; i < n; i++)
            {
                market.Orders(i, x);
                double cost = 0;
                for (int k = 0; k < m; k++)
                {
                    cost += q[k] * x[k];
                    sum[k] += x[k] * q[k]; // in money: a share of an unlikely outcome is cheap
                }
                Assert.Equal(0, cost, 1e-11 * size);
            }
            Assert.All(sum, s => Assert.Equal(0, s, 1e-10 * size));
            double before = Enumerable.Range(0, n).Sum(market.Wealth);
            int y = Enumerable.Range(0, m).MaxBy(k => q[k]);
            Assert.Equal(-Math.Log(q[y]), market.Settle(y));
            Assert.Equal(before, Enumerable.Range(0, n).Sum(market.Wealth), 1e-9 * size);
        }
    }

    [Fact]
    public void Pure_markets_have_their_closed_forms()
    {
        var rng = new Rng(21);
        for (int run = 0; run < 50; run++)
        {
            int n = 1 + rng.NextInt(8), m = 2 + rng.NextInt(5);
            double[] p = RandomMarket.Rows(n, m, ref rng, 2), w = RandomMarket.Uniform(n, ref rng), f = RandomMarket.Uniform(n, ref rng), q = new double[m], closed = new double[m];
            new TraderMarket([.. w.Select((v, i) => new KellyTrader(v, f[i]))], m).Open(p, q);
            KellyPrice.Closed(p, w, f, closed);
            for (int k = 0; k < m; k++) Assert.Equal(closed[k], q[k], 1e-12);

            new TraderMarket([.. w.Select(v => new CaraTrader(1, v))], m).Open(p, q);
            for (int k = 0; k < m; k++) closed[k] = Math.Exp(Enumerable.Range(0, n).Sum(i => w[i] / w.Sum() * Math.Log(p[i * m + k])));
            for (int k = 0; k < m; k++) Assert.Equal(closed[k] / closed.Sum(), q[k], 1e-12);
        }
    }

    [Fact]
    public void A_trader_of_constant_risk_aversion_chooses_what_is_best_for_her()
    {
        var rng = new Rng(22);
        double[] p = RandomMarket.Rows(1, 4, ref rng), q = RandomMarket.Rows(1, 4, ref rng), x = new double[4];
        var trader = new CaraTrader(2, 0.7);
        trader.Choose(p, q, 2, x);
        double Utility(double[] v) => -Enumerable.Range(0, 4).Sum(k => p[k] * Math.Exp(-v[k] / 0.7));
        for (int run = 0; run < 200; run++)
        {
            double[] other = [.. x.Select(v => v + 0.3 * rng.NextGaussian())];
            double excess = other.Zip(q, (a, b) => a * b).Sum() - 2;
            for (int k = 0; k < 4; k++) other[k] -= excess; // Σ q = 1: costs 2 again
            Assert.True(Utility(other) < Utility(x));
        }
    }

    [Fact]
    public void Kelly_traders_share_by_Bayes_among_themselves_whoever_else_trades()
    {
        var rng = new Rng(23);
        var market = new TraderMarket([new KellyTrader(1), new KellyTrader(2), new CaraTrader(1, 0.5), new CaraTrader(1, 2)], 3);
        double odds = 0.5;
        double[] q = new double[3];
        for (int t = 0; t < 60; t++)
        {
            double[] p = RandomMarket.Rows(4, 3, ref rng);
            market.Open(p, q);
            int y = rng.NextInt(3);
            market.Settle(y);
            odds *= p[y] / p[3 + y];
            Assert.Equal(odds, market.Wealth(0) / market.Wealth(1), 1e-9 * odds);
        }
    }

    [Fact]
    public void Lambert()
    {
        foreach (double y in new[] { -700, -30, -1, 0, 0.5, 1, 1.1, 3, 50, 1e4, 1e12 })
        {
            double z = Equilibrium.LambertOfExp(y);
            Assert.Equal(y, z + Math.Log(z), 1e-13 * (1 + Math.Abs(y)));
        }
        Assert.Equal(0, Equilibrium.LambertOfExp(-1e4));
    }

    [Fact]
    public void Bad_input_is_named()
    {
        double[] q = new double[2];
        Assert.Contains("would sell it without limit", Assert.Throws<ForageException>(() => new TraderMarket([new CaraTrader(1, 1)], 2).Open([1, 0], q)).Message);
        Assert.Contains("risk tolerance 0", Assert.Throws<ForageException>(() => new TraderMarket([new CaraTrader(1, 0)], 2)).Message);
        Assert.Contains("wealth -1", Assert.Throws<ForageException>(() => new TraderMarket([new KellyTrader(-1)], 2)).Message);
        Assert.Contains("No trader that has wealth bets", Assert.Throws<ForageException>(() => new TraderMarket([new KellyTrader(0), new KellyTrader(1, 0)], 2).Open([0.5, 0.5, 0.5, 0.5], q)).Message);
        Assert.Contains("no open market", Assert.Throws<ForageException>(() => new TraderMarket([new KellyTrader(1)], 2).Settle(0)).Message);
        var certain = new TraderMarket([new KellyTrader(1)], 2);
        certain.Open([1, 0], q);
        Assert.Contains("every trader with wealth", Assert.Throws<ForageException>(() => certain.Settle(1)).Message);
    }
}
