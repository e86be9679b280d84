using Forage.Features;
using Forage.Multiclass.Trees;

namespace Forage.Tests.Multiclass.Trees;

/// <summary>Lemmas 1 and 2 by enumeration, and what is wrong with Lemma 1 as printed.</summary>
public class SplitQualityTests
{
    [Fact]
    public void Lemma_1_holds_with_the_smaller_side_and_fails_as_printed()
    {
        int printedFails = 0, count = 0;
        foreach (var (all, right) in Splits())
        {
            var q = SplitQuality.Of(all, right);
            Assert.True(q.Purity <= q.PurityBound + 1e-12, $"{q} from [{string.Join(", ", all)}] / [{string.Join(", ", right)}]");
            double printed = q.Balance > 0 ? Math.Min((2 - q.J) / (4 * q.Balance) - q.Balance, 0.5) : 0.5;
            if (q.Purity > printed + 1e-12)
            {
                printedFails++;
                Assert.True(q.Balance > 0.5, $"{q}: as printed it may fail beyond 1/2 only");
            }
            count++;
        }
        Assert.True(count > 30_000);
        Assert.True(printedFails > 100);
    }

    [Fact]
    public void Lemma_2_J_lies_between_0_and_1_and_is_1_for_pure_and_balanced_splits()
    {
        int perfect = 0;
        foreach (var (all, right) in Splits())
        {
            var q = SplitQuality.Of(all, right);
            Assert.InRange(q.J, 0, 1 + 1e-12);
            if (q.Purity < 1e-12 && Math.Abs(q.Balance - 0.5) < 1e-12)
            {
                perfect++;
                Assert.Equal(1, q.J, 1e-9);
            }
            else
            {
                Assert.True(q.J < 1 - 1e-9, $"{q}");
            }
        }
        Assert.True(perfect > 10);
    }

    [Theory]
    [InlineData(new double[] { 1, 1 }, new double[] { 1, 0 }, 1, 0, 0.5)]
    [InlineData(new double[] { 2, 2 }, new double[] { 1, 1 }, 0, 0.5, 0.5)]
    [InlineData(new double[] { 1, 3 }, new double[] { 1, 0 }, 0.75, 0, 0.25)]
    [InlineData(new double[] { 4, 4, 0 }, new double[] { 3, 1, 0 }, 0.5, 0.25, 0.5)]
    public void Examples_by_hand(double[] all, double[] right, double j, double purity, double balance)
    {
        var q = SplitQuality.Of(all, right);
        Assert.Equal((j, purity, balance), (Math.Round(q.J, 12), Math.Round(q.Purity, 12), Math.Round(q.Balance, 12)));
    }

    [Fact]
    public void Entropy_is_in_nats()
    {
        Assert.Equal(Math.Log(4), SplitQuality.Entropy([1, 1, 1, 1, 0]), 1e-12);
        Assert.Equal(0, SplitQuality.Entropy([7, 0]));
        Assert.Equal(0, SplitQuality.Entropy([]));
        Assert.Equal(-(0.25 * Math.Log(0.25) + 0.75 * Math.Log(0.75)), SplitQuality.Entropy([1, 3]), 1e-12);
    }

    /// <summary>All splits of 3 classes with weights 1..4 and quarters of each going right, then random ones of up to 8 classes.</summary>
    private static IEnumerable<(double[] All, double[] Right)> Splits()
    {
        for (int w = 0; w < 64; w++)
        {
            for (int r = 0; r < 125; r++)
            {
                double[] all = [1 + w % 4, 1 + w / 4 % 4, 1 + w / 16];
                yield return (all, [all[0] * (r % 5) / 4, all[1] * (r / 5 % 5) / 4, all[2] * (r / 25) / 4]);
            }
        }
        var rng = new Rng(1);
        for (int i = 0; i < 30_000; i++)
        {
            int k = 2 + rng.NextInt(7);
            var all = new double[k];
            var right = new double[k];
            for (int c = 0; c < k; c++)
            {
                all[c] = rng.NextExponential();
                right[c] = all[c] * (rng.NextInt(3) switch { 0 => 0, 1 => 1, _ => rng.NextDouble() });
            }
            yield return (all, right);
        }
    }
}
