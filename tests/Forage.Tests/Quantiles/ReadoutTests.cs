using Forage.Features;
using Forage.Quantiles;
using Forage.Quantiles.Quanting;
using Forage.Quantiles.Quanting.Internals;

namespace Forage.Tests.Quantiles;

/// <summary>From the answers of classifiers to a prediction.</summary>
public class ReadoutTests
{
    [Fact]
    public void Votes_that_are_not_monotone_are_averaged()
    {
        var mesh = ThresholdMesh.Uniform(0, 10, 5); // cells of 2
        Assert.Equal(6, CellReadout.Votes(mesh, [1, 1, 0, 1, 0], 0.5f), 12);
        Assert.Equal(0, CellReadout.Votes(mesh, [0, 0, 0, 0, 0], 0.5f));
        Assert.Equal(10, CellReadout.Votes(mesh, [1, 1, 1, 1, 1], 0.5f));
        Assert.Equal(4, CellReadout.Votes(mesh, [0.5f, 0.6f, 0.49f, 0, 0], 0.5f), 12);
    }

    [Fact]
    public void Between_thresholds_the_probability_is_linear()
    {
        var mesh = ThresholdMesh.Of(0, 10, [2, 6]);
        // p: 1 at 0, .8 at 2, .4 at 6, 0 at 10.
        Assert.Equal(5, CellReadout.Interpolated(mesh, [0.8f, 0.4f], 0.5f, 0.5, false), 5);
        Assert.Equal(1, CellReadout.Interpolated(mesh, [0.8f, 0.4f], 0.9f, 0.9, false), 5);
        Assert.Equal(9, CellReadout.Interpolated(mesh, [0.8f, 0.4f], 0.1f, 0.1, false), 5);
        float[] logOdds = [MathF.Log(4), MathF.Log(2 / 3f)];
        Assert.Equal(5, CellReadout.Interpolated(mesh, logOdds, 0, 0.5, true), 5);
        Assert.Equal(9, CellReadout.Interpolated(mesh, logOdds, MathF.Log(1 / 9f), 0.1, true), 5);
    }

    [Fact]
    public void It_is_the_measure_of_the_thresholds_at_which_the_line_is_high_enough_and_grows_with_the_quantile()
    {
        var rng = new Rng(5);
        for (int trial = 0; trial < 300; trial++)
        {
            double[] thresholds = [.. Enumerable.Range(0, 1 + rng.NextInt(8)).Select(_ => 10 * rng.NextOpenDouble()).Distinct().Order()];
            var mesh = ThresholdMesh.Of(0, 10, thresholds);
            float[] scores = [.. thresholds.Select(_ => (float)rng.NextDouble())];
            double before = double.NegativeInfinity;
            for (double q = 0.05; q < 1; q += 0.1)
            {
                double found = CellReadout.Interpolated(mesh, scores, (float)(1 - q), 1 - q, false), measure = 0;
                const int Steps = 4000;
                for (int s = 0; s < Steps; s++)
                    if (Line(thresholds, scores, 10 * (s + 0.5) / Steps) >= 1 - q) measure += 10.0 / Steps;
                Assert.InRange(found, measure - 0.03, measure + 0.03);
                Assert.True(found >= before - 1e-5);
                before = found;
            }
        }
    }

    [Fact]
    public void Sorting_never_raises_the_total_loss()
    {
        var rng = new Rng(8);
        double[] levels = [0.1, 0.4, 0.5, 0.9];
        for (int trial = 0; trial < 2000; trial++)
        {
            double[] f = [.. levels.Select(_ => rng.NextGaussian())], sorted = [.. f];
            QuantileModels.Uncross(sorted);
            Assert.Equal(f.Order(), sorted);
            double y = rng.NextGaussian();
            double Total(double[] p) => levels.Select((q, l) => PinballLoss.Of(y, p[l], q)).Sum();
            Assert.True(Total(sorted) <= Total(f) + 1e-12);
        }
    }

    [Fact]
    public void Scores_count_both_coverages_and_add_up()
    {
        double[] y = [1, 2, 3, 4, 4, 7], f = [2, 2, 2, 4, 5, 5];
        var all = new QuantileScore(0.3);
        var (a, b) = (new QuantileScore(0.3), new QuantileScore(0.3));
        for (int i = 0; i < 6; i++)
        {
            all.Add(y[i], f[i], y[i] > 6, 1 + i % 2);
            (i < 3 ? a : b).Add(y[i], f[i], y[i] > 6, 1 + i % 2);
        }
        a.Merge(b);
        Assert.Equal((all.Loss, all.Coverage, all.CoverageBelow, all.OutsideRange, all.Count), (a.Loss, a.Coverage, a.CoverageBelow, a.OutsideRange, a.Count));
        Assert.Equal((2 / 9.0, 6 / 9.0, 2 / 9.0), (all.CoverageBelow, all.Coverage, all.OutsideRange));
        Assert.Equal((0.7 * 1 + 2 * 0 + 0.3 * 1 + 2 * 0 + 0.7 * 1 + 2 * 0.3 * 2) / 9, all.Loss, 12);
        Assert.Equal(0, all.Miscoverage);
        Assert.Equal(0.2, new CalibrationPoint(0.5, 0.6, 0.8, 0.1).Distance + new CalibrationPoint(0.5, 0.2, 0.4, 0.1).Distance, 12);
    }

    // 1 at 0, 0 at 10, the scores at the thresholds, straight between.
    private static double Line(double[] t, float[] p, double at)
    {
        double from = 0, before = 1;
        for (int k = 0; k <= t.Length; k++)
        {
            double to = k < t.Length ? t[k] : 10, now = k < t.Length ? p[k] : 0;
            if (at <= to) return before + (now - before) * (at - from) / (to - from);
            (from, before) = (to, now);
        }
        return 0;
    }
}
