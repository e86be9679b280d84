using Forage.Features;
using Forage.Markets;

namespace Forage.Tests.Markets;

public class KellyPriceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(300)]
    public void Closed_form_and_clearing_agree(int traders)
    {
        var rng = new Rng((ulong)traders);
        for (int run = 0; run < 30; run++)
        {
            double[] p = RandomMarket.Uniform(traders, ref rng), w = RandomMarket.Uniform(traders, ref rng, 0, 100), f = RandomMarket.Uniform(traders, ref rng);
            for (int i = 0; i < traders; i++)
                if (run % 3 == 1) p[i] = Math.Pow(p[i], 20); // unlikely events
                else if (run % 3 == 2) w[i] = Math.Exp(40 * w[i] / 100 - 40); // most of them poor
            Assert.Equal(KellyPrice.Closed(p, w, f), KellyPrice.Clear(p, w, f), 1e-12);
            Assert.Equal(KellyPrice.Closed(p, w), KellyPrice.Clear(p, w), 1e-12);
        }
    }

    [Fact]
    public void Orders_of_many_outcomes_are_matched_and_pay_out_all_wealth()
    {
        var rng = new Rng(3);
        for (int run = 0; run < 50; run++)
        {
            int n = 1 + rng.NextInt(20), m = 2 + rng.NextInt(9);
            double[] p = RandomMarket.Rows(n, m, ref rng, 3), w = RandomMarket.Uniform(n, ref rng, 0, 5), f = RandomMarket.Uniform(n, ref rng), q = new double[m], x = new double[m], total = new double[m];
            KellyPrice.Closed(p, w, f, q);
            Assert.Equal(1, q.Sum(), 1e-14);
            for (int i = 0; i < n; i++)
            {
                KellyBet.Payoffs(p.AsSpan(i * m, m), q, w[i], f[i], x);
                Assert.Equal(w[i], x.Zip(q, (a, b) => a * b).Sum(), 1e-12);
                for (int k = 0; k < m; k++) total[k] += x[k];
            }
            Assert.All(total, t => Assert.Equal(w.Sum(), t, 1e-10));
        }
    }

    [Fact]
    public void Two_outcomes_are_the_case_of_many()
    {
        var rng = new Rng(4);
        double[] p = RandomMarket.Uniform(9, ref rng), w = RandomMarket.Uniform(9, ref rng), q = new double[2];
        KellyPrice.Closed([.. p.SelectMany(b => new[] { 1 - b, b })], w, [], q);
        Assert.Equal(KellyPrice.Closed(p, w), q[1], 1e-14);
    }

    [Fact]
    public void The_order_maximises_expected_log_wealth()
    {
        var rng = new Rng(5);
        for (int run = 0; run < 100; run++)
        {
            double p = rng.NextOpenDouble(), q = rng.NextOpenDouble(), w = 10 * rng.NextOpenDouble(), best = KellyBet.Shares(p, q, w);
            double Utility(double s) => p * Math.Log((1 - q) * s + w) + (1 - p) * Math.Log(-q * s + w);
            foreach (double other in new[] { 0.97 * best, 1.03 * best, 0.0 })
                if (double.IsFinite(Utility(other)) && Math.Abs(other - best) > 1e-3 * w) Assert.True(Utility(other) < Utility(best));
            double bet = KellyBet.Fraction(p, q) * w; // the same order in money
            Assert.Equal(best, bet >= 0 ? bet / q : bet / (1 - q), 1e-9 * (1 + Math.Abs(best)));
        }
    }

    [Fact]
    public void A_fraction_is_full_Kelly_with_a_belief_nearer_to_the_price()
    {
        var rng = new Rng(6);
        for (int run = 0; run < 100; run++)
        {
            double p = rng.NextDouble(), q = rng.NextOpenDouble(), f = rng.NextDouble(), mixed = f * p + (1 - f) * q;
            Assert.Equal(KellyBet.Shares(mixed, q, 3), KellyBet.Shares(p, q, 3, f), 1e-9 * (1 + Math.Abs(KellyBet.Shares(mixed, q, 3))));
            Assert.Equal(KellyBet.Factor(mixed, q), KellyBet.Factor(p, q, f), 1e-12 * KellyBet.Factor(mixed, q));
        }
    }

    [Fact]
    public void Certain_traders_make_the_price_certain()
    {
        Assert.Equal(0, KellyPrice.Clear([0, 0], [1, 2]));
        Assert.Equal(1, KellyPrice.Clear([1, 1], [1, 2]));
        Assert.Equal(1, KellyPrice.Closed([1, 1], [1, 2]));
        Assert.Equal(1.0 / 3, KellyPrice.Clear([1, 0], [1, 2]), 1e-15);
    }
}
