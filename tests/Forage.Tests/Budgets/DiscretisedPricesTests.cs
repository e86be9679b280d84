using Forage.Budgets;
using Forage.Budgets.Pricing;
using Forage.Budgets.Programs;
using Forage.Features;

namespace Forage.Tests.Budgets;

public class DiscretisedPricesTests
{
    [Fact]
    public void PricesAreRoundedDownToMultiples()
    {
        var rng = new Rng(1);
        for (int run = 0; run < 300; run++)
        {
            int contexts = 1 + rng.NextInt(4), n = 1 + rng.NextInt(6);
            double step = run % 2 == 0 ? 1.0 / (1 + rng.NextInt(60)) : 0.01 + 0.99 * rng.NextDouble();
            double[] asked = [.. Enumerable.Range(0, n * contexts).Select(_ => rng.NextInt(5) switch { 0 => double.NaN, 1 => Math.Min(1, rng.NextInt(1 + (int)(1 / step)) * step), 2 => 1, _ => rng.NextDouble() })];
            var prices = new DiscretisedPrices(asked, contexts, step);
            Assert.Equal((n, contexts, prices.Prices.Length), (prices.Policies.Count, prices.Policies.Contexts, prices.Policies.Actions));
            for (int i = 0; i < asked.Length; i++)
            {
                int action = prices.Policies[i / contexts, i % contexts];
                Assert.Equal(double.IsNaN(asked[i]), action == 0);
                if (action == 0) continue;
                double price = prices.Prices[action], multiple = price / step;
                Assert.Equal(multiple, Math.Round(multiple), 1e-9);
                Assert.True(price <= asked[i] && asked[i] < price + step * (1 + 1e-12), $"{asked[i]} to {price} by {step}");
            }
            for (int a = 1; a < prices.Prices.Length; a++) Assert.Contains(Enumerable.Range(0, asked.Length), i => prices.Policies[i / contexts, i % contexts] == a); // no action that nobody plays
        }
    }

    [Fact]
    public void Lemmas20To22_RoundingCostsNoMoreThanTheySay()
    {
        var rng = new Rng(2);
        double[] tightest = new double[3];
        for (int run = 0; run < 400; run++)
        {
            const int contexts = 3, n = 8;
            const long horizon = 1000;
            double lipschitz = 1 + 4 * rng.NextDouble(), supply = horizon * Math.Pow(10, -2 * rng.NextDouble()), step = Math.Pow(10, -0.3 - 2 * rng.NextDouble());
            double[] top = [.. Enumerable.Range(0, contexts).Select(_ => rng.NextDouble())], knee = [.. Enumerable.Range(0, contexts).Select(_ => rng.NextDouble())];
            // Falls from top with slope -L from the knee on: not increasing, Lipschitz with L.
            double Sales(int x, double p) => Math.Max(0, top[x] - lipschitz * Math.Max(0, p - knee[x]));
            double[] asked = [.. Enumerable.Range(0, n * contexts).Select(_ => rng.NextDouble())];
            var rounded = new DiscretisedPrices(asked, contexts, step);
            var (r, s) = Outcomes(n, contexts, (i, x) => asked[i * contexts + x], Sales);
            var (re, se) = Outcomes(n, contexts, (i, x) => rounded.Prices[rounded.Policies[i, x]], Sales);
            var budgets = new ResourceBudgets(horizon, [supply]);
            double all = Optimum(r, s, budgets), fine = Optimum(re, se, budgets);
            for (int i = 0; i < n; i++)
            {
                Assert.True(se[i] >= s[i] - 1e-12 && se[i] <= s[i] + step * lipschitz + 1e-12); // (P1) and its converse
                if (se[i] > 0 && s[i] > 0) Assert.True(re[i] / se[i] >= r[i] / s[i] - step * (1 + lipschitz / (s[i] * s[i])) - 1e-9); // (P2)
            }
            double delta = Math.Cbrt(2 * step * supply * lipschitz / horizon);
            foreach (double d in (double[])[delta, 0.3 * rng.NextDouble()])
            {
                int[] often = [.. Enumerable.Range(0, n).Where(i => s[i] >= d)];
                double some = often.Length == 0 ? 0 : Optimum([.. often.Select(i => r[i])], [.. often.Select(i => s[i])], budgets);
                Check(0, some - fine, 2 * step * (1 + lipschitz / (d * d)) * supply);
                Check(1, all - some, d * horizon);
            }
            Check(2, all - fine, DiscretisedPrices.LargestLoss(step, supply, horizon, lipschitz));
            Assert.Equal(2 * delta * horizon + 2 * step * supply, DiscretisedPrices.LargestLoss(step, supply, horizon, lipschitz), 1e-9);
        }
        Assert.True(tightest[1] > 0.2 && tightest[2] > 0.02, $"{tightest[0]} {tightest[1]} {tightest[2]}");

        void Check(int lemma, double loss, double bound)
        {
            Assert.True(loss <= bound + 1e-6, $"Lemma {20 + lemma}: {loss} > {bound}");
            tightest[lemma] = Math.Max(tightest[lemma], loss / bound);
        }
    }

    [Fact]
    public void TheStepBalancesWhatRoundingAndLearningCost()
    {
        // ε^(5/6) makes δT = (2εBL/T)^(1/3) T and √(T ln(TN)/ε) grow alike: at the theorem's ε their ratio is the same for all B, T, L and N.
        double? ratio = null;
        foreach (var (supply, horizon, lipschitz, n) in new[] { (200.0, 1000L, 1.0, 10), (30_000.0, 100_000L, 2.0, 40), (1e6, 100_000_000L, 5.0, 1000) })
        {
            double step = DiscretisedPrices.StepFor(supply, horizon, lipschitz, n), log = Math.Log((double)horizon * n);
            double now = Math.Cbrt(step * supply * lipschitz / horizon) * horizon / Math.Sqrt(horizon * log / step);
            Assert.Equal(ratio ??= now, now, 1e-9);
        }
        Assert.Equal(1, DiscretisedPrices.StepFor(0.01, 10, 1, 5));
    }

    [Fact]
    public void BadNumbersAreNamed()
    {
        Assert.Contains("step of prices is 0", Assert.Throws<ForageException>(() => new DiscretisedPrices([0.5], 1, 0)).Message);
        Assert.Contains("price of 1.5", Assert.Throws<ForageException>(() => new DiscretisedPrices([1.5], 1, 0.1)).Message);
        Assert.Contains("3 prices were given for 2 contexts", Assert.Throws<ForageException>(() => new DiscretisedPrices([0, 0, 0], 2, 0.1)).Message);
        Assert.Contains("different prices", Assert.Throws<ForageException>(() => new DiscretisedPrices([.. Enumerable.Range(0, 300).Select(i => i / 300.0)], 1, 0.001)).Message);
        Assert.Contains("Lipschitz constant of 0.5", Assert.Throws<ForageException>(() => DiscretisedPrices.StepFor(1, 1, 0.5, 1)).Message);
    }

    private static (double[] Rewards, double[] Sales) Outcomes(int n, int contexts, Func<int, int, double> price, Func<int, double, double> sales)
    {
        double[] rewards = new double[n], sold = new double[n];
        for (int i = 0; i < n; i++)
        {
            for (int x = 0; x < contexts; x++)
            {
                double rate = sales(x, price(i, x)) / contexts;
                rewards[i] += rate * price(i, x);
                sold[i] += rate;
            }
        }
        return (rewards, sold);
    }

    private static double Optimum(double[] rewards, double[] sales, ResourceBudgets budgets) => KnapsackProgram.Optimum(new ExpectedOutcomes(rewards, sales), budgets).Value;
}
