using System.Numerics;
using Forage.Budgets;
using Forage.Budgets.Internals;
using Forage.Features;

namespace Forage.Tests.Budgets;

public class LedgerTests
{
    [Fact]
    public void SumsAreExact()
    {
        var rng = new Rng(1);
        for (int run = 0; run < 200; run++)
        {
            var sum = new ExactSum();
            var truth = BigInteger.Zero; // in units of 2^-1074
            for (int i = 0; i < 60; i++)
            {
                double value = (rng.NextDouble() - 0.3) * Math.Pow(2, rng.NextInt(120) - 60);
                sum.Add(value);
                truth += Units(value);
            }
            double near = sum.Value;
            Assert.True(BigInteger.Abs(Units(near) - truth) <= Units(Math.BitIncrement(Math.Abs(near)) - Math.Abs(near)));
            foreach (double limit in (double[])[near, Math.BitIncrement(near), Math.BitDecrement(near), 0, near - 1])
                foreach (double more in (double[])[0, 1e-18, 1e-9, 1])
                    Assert.Equal(truth + Units(more) <= Units(limit), sum.Fits(more, limit));
        }
    }

    [Fact]
    public void TenthsFillABudgetOfOneByTheirExactValues()
    {
        // The double nearest 0.1 is a little more than a tenth, so the tenth does not fit; sums rounded at every addition give 0.9999999999999999 and let it through.
        var ledger = new BudgetLedger(new ResourceBudgets(100, [1.0]));
        for (int i = 0; i < 9; i++) Assert.True(ledger.Book(1, [0.1]));
        Assert.False(ledger.CanReserve([0.1]));
        Assert.True(ledger.CanReserve([0.0999999]));
        Assert.Throws<ForageException>(() => ledger.Book(1, [0.1]));
        Assert.Equal(9, ledger.Reward);
        Assert.Equal(9, ledger.Rounds);
    }

    [Fact]
    public void NothingIsOverdrawnWhateverTheCallerDoes()
    {
        var rng = new Rng(2);
        for (int run = 0; run < 2000; run++)
        {
            var rule = run % 2 == 0 ? StoppingRule.Reserve : StoppingRule.Violation;
            var ledger = new BudgetLedger(new ResourceBudgets(1 + rng.NextInt(40), [3 * rng.NextDouble(), 3 * rng.NextDouble()]), rule);
            double reward = 0;
            BigInteger[] spent = [0, 0];
            while (!ledger.Ended)
            {
                double[] used = [rng.NextDouble(), rng.NextDouble() < 0.5 ? 0 : rng.NextDouble()];
                bool fits = Enumerable.Range(0, 2).All(i => spent[i] + Units(used[i]) <= Units(ledger.Budgets.Limits[i]));
                Assert.Equal(fits, ledger.CanReserve(used));
                if (rule == StoppingRule.Reserve && !fits)
                {
                    Assert.Contains("is left", Assert.Throws<ForageException>(() => ledger.Book(1, used)).Message);
                    ledger.Skip();
                    continue;
                }
                Assert.Equal(fits, ledger.Book(1, used));
                if (!fits)
                {
                    Assert.Equal(ledger.Rounds + 1, ledger.ViolatingRound);
                    continue;
                }
                reward++;
                for (int i = 0; i < 2; i++) spent[i] += Units(used[i]);
            }
            Assert.Equal(reward, ledger.Reward);
            for (int i = 0; i < 2; i++) Assert.True(spent[i] <= Units(ledger.Budgets.Limits[i]));
            Assert.Throws<ForageException>(ledger.Skip);
        }
    }

    [Fact]
    public void BadNumbersAreNamed()
    {
        Assert.Contains("budget of -1", Assert.Throws<ForageException>(() => new ResourceBudgets(10, [-1])).Message);
        Assert.Contains("horizon of 0", Assert.Throws<ForageException>(() => new ResourceBudgets(0, [1])).Message);
        var ledger = new BudgetLedger(new ResourceBudgets(10, [1]));
        Assert.Contains("-0.5", Assert.Throws<ForageException>(() => ledger.Book(0, [-0.5])).Message);
        Assert.Contains("reward of NaN", Assert.Throws<ForageException>(() => ledger.Book(double.NaN, [0])).Message);
        Assert.Contains("2 resources", Assert.Throws<ForageException>(() => ledger.Book(0, [0, 0])).Message);
        Assert.Equal(0, ledger.Rounds);
    }

    [Fact]
    public void UniformBudgetsAreTheSameProblem()
    {
        var budgets = new ResourceBudgets(100, [20, 50]);
        Assert.Equal((20, 3, 1, 0.4), (budgets.Smallest, budgets.Dimension, budgets.UniformScale(0), budgets.UniformScale(1)));
        Assert.Equal(0.5, budgets.Rate(1));
        Assert.Equal([40.0, 100.0], budgets.Scaled(2).Limits.ToArray());
    }

    private static BigInteger Units(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7FF);
        long mantissa = bits & 0xFFFFFFFFFFFFF;
        var units = new BigInteger(exponent == 0 ? mantissa : mantissa | (1L << 52)) << Math.Max(0, exponent - 1);
        return bits < 0 ? -units : units;
    }
}
