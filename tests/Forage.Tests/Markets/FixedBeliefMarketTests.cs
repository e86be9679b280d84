using Forage.Features;
using Forage.Markets;
using Forage.Markets.Internals;

namespace Forage.Tests.Markets;

public class FixedBeliefMarketTests
{
    [Theory]
    [InlineData("full")]
    [InlineData("one fraction")]
    [InlineData("fractions")]
    public void Is_the_general_market(string kind)
    {
        var rng = new Rng(2);
        const int n = 37;
        double[] p = RandomMarket.Uniform(n, ref rng), w = RandomMarket.Uniform(n, ref rng), q = new double[2], rows = [.. p.SelectMany(b => new[] { 1 - b, b })];
        var options = new KellyMarketOptions { Wealth = w, Fractions = kind switch { "full" => null, "fractions" => RandomMarket.Uniform(n, ref rng), _ => [.. Enumerable.Repeat(0.2, n)] } };
        var general = new KellyMarket(n, 2, options);
        var market = new FixedBeliefMarket(p, options);
        for (int t = 0; t < 500; t++)
        {
            general.Open(rows, q);
            Assert.Equal(q[1], market.Price, 1e-12);
            bool y = rng.NextDouble() < 0.3;
            general.Settle(y ? 1 : 0);
            market.Settle(y);
        }
        for (int i = 0; i < n; i++) Assert.Equal(general.LogWealth(i), market.LogWealth(i), 1e-9);
        Assert.Equal(general.LogLoss, market.LogLoss, 1e-10);
    }

    [Fact]
    public void Nothing_is_lost_in_a_million_rounds()
    {
        // Full Kelly: ln w = ln w_0 + L + s ln p + f ln(1-p), whatever the order. Long runs of one outcome take poor traders to e^-100000 and back.
        const int n = 24, rounds = 1_000_000;
        double[] p = [.. Enumerable.Range(0, n).Select(i => (i + 0.5) / n)];
        var market = new FixedBeliefMarket(p);
        market.Run(rounds, (t, _) => t / 100_000 % 2 == 0, default, 1);
        Assert.Equal(rounds / 2, market.Successes);
        double[] log = [.. p.Select(b => market.Successes * Math.Log(b) + (rounds - market.Successes) * Math.Log(1 - b))];
        double most = log.Max(), sum = most + Math.Log(log.Sum(l => Math.Exp(l - most)));
        for (int i = 0; i < n; i++) Assert.Equal(0, (log[i] - sum - market.LogWealth(i)) / log[i], 1e-12);
        Assert.Equal(Math.Log(n) - sum, market.LogLoss, 1e-6);
        Assert.True(market.LogWealth(0) < -500_000);
    }

    [Fact]
    public void The_result_does_not_depend_on_the_threads()
    {
        var rng = new Rng(7);
        double[] p = RandomMarket.Uniform(50_001, ref rng), f = RandomMarket.Uniform(p.Length, ref rng);
        double[] one = new double[200], three = new double[200];
        var a = new FixedBeliefMarket(p, new KellyMarketOptions { Fractions = f });
        var b = new FixedBeliefMarket(p, new KellyMarketOptions { Fractions = f });
        a.Run(200, (_, q) => q < 0.4, one, 1); // an adversary who looks at the price
        b.Run(200, (_, q) => q < 0.4, three, 3);
        Assert.Equal(one, three);
        Assert.Equal(a.LogWealth(12_345), b.LogWealth(12_345));
        Assert.Contains(one, q => q < 0.4);
        Assert.Contains(one, q => q >= 0.4);
    }

    [Fact]
    public void Beliefs_near_certainty_take_the_exact_way()
    {
        double[] p = [1e-250, 0.5, 1 - 1e-15, 0], q = new double[2], rows = [.. p.SelectMany(b => new[] { 1 - b, b })];
        var general = new KellyMarket(4, 2);
        var market = new FixedBeliefMarket(p);
        foreach (bool y in new[] { false, true, true, false, false, false, true })
        {
            general.Open(rows, q);
            Assert.Equal(q[1], market.Price, 1e-13);
            general.Settle(y ? 1 : 0);
            market.Settle(y);
            for (int i = 0; i < 3; i++) Assert.Equal(general.LogWealth(i), market.LogWealth(i), 1e-9);
        }
        Assert.Equal(double.NegativeInfinity, market.LogWealth(3));
    }

    [Fact]
    public void Theorem_3_against_an_adversary_who_sees_the_price()
    {
        var rng = new Rng(8);
        double[] p = RandomMarket.Uniform(1000, ref rng, 0.01, 0.99);
        var market = new FixedBeliefMarket(p);
        market.Run(5000, (_, q) => q < 0.5, default, 2);
        double best = p.Min(b => -market.Successes * Math.Log(b) - (market.Rounds - market.Successes) * Math.Log(1 - b));
        Assert.InRange(market.LogLoss, 5000 * Math.Log(2), best + Math.Log(1000)); // an adversary makes it pay ln 2 a round; the bound holds all the same
    }

    [Fact]
    public void All_certain_and_wrong_is_an_error_that_leaves_the_market_alone()
    {
        var market = new FixedBeliefMarket([1, 1]);
        Assert.Contains("every trader", Assert.Throws<ForageException>(() => market.Settle(false)).Message);
        Assert.Equal((0, 1.0, 0.0), (market.Rounds, market.Price, market.LogLoss));
        Assert.Throws<ForageException>(() => market.Run(10, (t, _) => t < 5, default, 1));
        Assert.Equal(5, market.Rounds);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(64)]
    [InlineData(101)]
    public void The_kernel_is_its_scalar_twin(int n)
    {
        var rng = new Rng((ulong)n + 1);
        double[] p = RandomMarket.Uniform(n, ref rng), f = RandomMarket.Uniform(n, ref rng), u = RandomMarket.Uniform(n, ref rng, 0, 1e-80);
        if (n > 2) (p[0], p[1], p[2], f[0], u[1]) = (0, 1, 1e-300, 1, 0);
        double[] c = RandomMarket.Uniform(FixedBeliefKernel.Degree + 1, ref rng, 0, 2), moments = new double[c.Length], twin = new double[c.Length], fast = [.. u], slow = [.. u];
        FixedBeliefKernel.Step(fast, p, c, moments);
        FixedBeliefKernel.StepScalar(slow, p, c, twin);
        for (int i = 0; i < n; i++) Assert.Equal(slow[i], fast[i], 4e-15 * slow[i]);
        for (int j = 0; j < c.Length; j++) Assert.Equal(twin[j], moments[j], 1e-14 * twin[j]);
        foreach (bool y in new[] { false, true })
            foreach (double inverse in new[] { 2.5, 0 })
            {
                (fast, slow) = ([.. u], [.. u]);
                var a = FixedBeliefKernel.Step(fast, p, f, y, inverse);
                var b = FixedBeliefKernel.StepScalar(slow, p, f, y, inverse);
                for (int i = 0; i < n; i++) Assert.Equal(slow[i], fast[i], 4e-16 * slow[i]);
                Assert.Equal(b.Against, a.Against, 1e-14 * b.Against);
                Assert.Equal(b.For, a.For, 1e-14 * b.For);
            }
    }

    [Fact]
    public void Several_rounds_are_one_polynomial()
    {
        var rng = new Rng(9);
        const int degree = 6, n = 5;
        double[] p = RandomMarket.Uniform(n, ref rng), u = RandomMarket.Uniform(n, ref rng);
        var polynomial = new RoundPolynomial(degree);
        double[] Moments() => [.. Enumerable.Range(0, degree + 1).Select(j => Enumerable.Range(0, n).Sum(i => u[i] * Math.Pow(p[i], j) * Math.Pow(1 - p[i], degree - j)))];
        polynomial.Begin(Moments());
        double[] start = [.. u];
        for (int t = 0; t < degree; t++)
        {
            var (against, held) = polynomial.Sums();
            Assert.Equal(Enumerable.Range(0, n).Sum(i => u[i] * p[i]), held, 1e-13 * held);
            Assert.Equal(Enumerable.Range(0, n).Sum(i => u[i] * (1 - p[i])), against, 1e-13 * against);
            double a = rng.NextDouble(), b = 3 * rng.NextDouble();
            polynomial.Take(a, b);
            for (int i = 0; i < n; i++) u[i] *= a * (1 - p[i]) + b * p[i];
            for (int i = 0; i < n; i++) Assert.Equal(u[i], start[i] * polynomial.Factor(p[i]), 1e-13 * u[i]);
            double[] c = [.. polynomial.Elevated()];
            for (int i = 0; i < n; i++) Assert.Equal(u[i], start[i] * Enumerable.Range(0, degree + 1).Sum(j => c[j] * Math.Pow(p[i], j) * Math.Pow(1 - p[i], degree - j)), 1e-13 * u[i]);
        }
    }

    [Fact]
    public void Wealth_keeps_every_bit_through_folding()
    {
        var rng = new Rng(10);
        foreach (double u in new[] { 1, 1.5, 1e-90, 1e-300, 5e-324, 3e-310, 0.75 })
        {
            double v = u;
            long e = -1000;
            ScaledWealth.Fold(ref v, ref e);
            Assert.Equal(u == 0 ? 0 : Math.ScaleB(u, 500), Math.ScaleB(v, (int)e + 1500), 0.0);
            Assert.True(v >= Math.ScaleB(1, -288));
            double before = Math.Log(v) + e * Math.Log(2);
            ScaledWealth.Multiply(ref v, ref e, 1, 1e-305, rng.NextDouble());
            ScaledWealth.Multiply(ref v, ref e, 1e-305, 1, 1);
            Assert.InRange(Math.Log(v) + e * Math.Log(2) - before, -40, 0.001); // λ·10^305·10^-305
        }
    }
}
