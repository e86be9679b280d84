using Forage.Features;
using Forage.Quantiles;
using Forage.Quantiles.Linear;

namespace Forage.Tests.Quantiles;

/// <summary>Linear quantile regression against R's quantreg 5.94 and against the best of all vertices.</summary>
public class LinearQuantileTests
{
    [Theory] // rq(foodexp ~ income): slope, intercept
    [InlineData(0.05, 0.343361057632, 124.880040812573)]
    [InlineData(0.1, 0.401765759303, 110.141574204948)]
    [InlineData(0.25, 0.474103208193, 95.483539634553)]
    [InlineData(0.5, 0.560180551209, 81.482247416936)]
    [InlineData(0.75, 0.644014139369, 62.396585528964)]
    [InlineData(0.9, 0.686299480372, 67.350872080130)]
    [InlineData(0.95, 0.709068516962, 64.103963181055)]
    public void Engel_as_in_quantreg(double q, double slope, double intercept)
    {
        var (x, d, y) = QuantileSets.Read("engel");
        double[] v = LinearQuantileRegression.Fit(x, d, y, q);
        Assert.Equal(slope, v[0], 1e-6);
        Assert.Equal(intercept, v[1], 1e-6);
    }

    [Theory] // rq(medv ~ .): intercept first
    [InlineData(0.1, new[] { 23.44237938, -0.1538822124, 0.00390984137, 0.08736447117, 1.340036717, -10.38899545, 2.960582682, -0.02214236545, -0.6181800438, 0.1538770298, -0.01394388012, -0.4432368721, 0.006349132377, -0.3860812799 })]
    [InlineData(0.5, new[] { 14.85002349, -0.1444647862, 0.03702928924, 0.02166458658, 1.30227184, -9.184120231, 5.325165584, -0.03135052977, -1.044778738, 0.1800339802, -0.009943659761, -0.7373051489, 0.01125120342, -0.2976579052 })]
    [InlineData(0.9, new[] { 34.03100371, -0.1644969599, 0.04749288433, -0.06259559501, 6.289346445, -18.3875312, 5.135300594, 0.003920635467, -1.457645811, 0.4431299073, -0.007397140525, -1.257216436, 0.01253354515, -0.4069484817 })]
    public void Boston_as_in_quantreg(double q, double[] expected)
    {
        var (x, d, y) = QuantileSets.Read("boston");
        double[] v = LinearQuantileRegression.Fit(x, d, y, q);
        for (int j = 0; j < d; j++) Assert.Equal(expected[j + 1], v[j], 1e-6);
        Assert.Equal(expected[0], v[d], 1e-6);
    }

    [Fact]
    public void No_vertex_is_better()
    {
        var rng = new Rng(2);
        for (int trial = 0; trial < 40; trial++)
        {
            int n = 12, d = 2;
            bool ties = trial % 4 == 3; // whole numbers: many rows on one line
            double q = new[] { 0.05, 0.3, 0.5, 0.9 }[trial / 4 % 4];
            double[] x = new double[n * d], y = new double[n], w = new double[n];
            for (int i = 0; i < x.Length; i++) x[i] = ties ? rng.NextInt(4) : rng.NextGaussian();
            for (int i = 0; i < n; i++) (y[i], w[i]) = (ties ? rng.NextInt(4) : rng.NextGaussian(), trial % 2 == 0 ? 1 : rng.NextInt(4));
            double[] v = LinearQuantileRegression.Fit(x, d, y, q, w);
            double found = Loss(x, y, w, v, q), best = double.PositiveInfinity;
            for (int a = 0; a < n; a++)
                for (int b = 0; b < a; b++)
                    for (int c = 0; c < b; c++)
                        if (Through(x, y, a, b, c) is { } plane) best = Math.Min(best, Loss(x, y, w, plane, q));
            Assert.True(found <= best + 1e-9, $"trial {trial}: {found} > {best}");
        }
    }

    [Fact]
    public void A_weight_of_two_is_a_row_twice_and_of_zero_no_row()
    {
        var (x, d, y) = QuantileSets.Read("engel");
        double[] weights = [.. y.Select((_, i) => (double)(i % 3))];
        int[] rows = [.. Enumerable.Range(0, y.Length).SelectMany(i => Enumerable.Repeat(i, i % 3))];
        double[] weighted = LinearQuantileRegression.Fit(x, d, y, 0.3, weights), repeated = LinearQuantileRegression.Fit([.. rows.Select(i => x[i])], d, [.. rows.Select(i => y[i])], 0.3);
        Assert.Equal(repeated[0], weighted[0], 1e-9);
        Assert.Equal(repeated[1], weighted[1], 1e-6);
    }

    [Fact]
    public void Columns_that_say_nothing_new_are_left_out()
    {
        var (x, _, y) = QuantileSets.Read("engel");
        double[] wide = [.. x.SelectMany(v => new[] { 7, v, 2 * v - 1, v })]; // a constant, the feature, twice the same again
        double[] v = LinearQuantileRegression.Fit(wide, 4, y, 0.5);
        Assert.Equal([0, 0.560180551209, 0, 0, 81.482247416936], v.Select(c => Math.Round(c, 12) is var r && Math.Abs(r - 0.560180551209) < 1e-8 ? 0.560180551209 : Math.Abs(r - 81.482247416936) < 1e-6 ? 81.482247416936 : r));
    }

    [Fact]
    public void Of_no_feature_it_is_the_quantile_and_of_one_row_the_row()
    {
        double[] y = [5, 1, 4, 2, 3];
        Assert.Equal([3], LinearQuantileRegression.Fit([], 0, y, 0.5).Select(v => Math.Round(v, 9)));
        Assert.Equal([5], LinearQuantileRegression.Fit([], 0, y, 0.9).Select(v => Math.Round(v, 9)));
        double[] one = LinearQuantileRegression.Fit([2], 1, [7], 0.5);
        Assert.Equal(7, 2 * one[0] + one[1], 9);
        double[] constant = LinearQuantileRegression.Fit([1, 2, 3, 4], 1, [6, 6, 6, 6], 0.2);
        Assert.Equal((0, 6), (Math.Round(constant[0], 9), Math.Round(constant[1], 9)));
    }

    private static double Loss(double[] x, double[] y, double[] w, double[] v, double q)
    {
        double sum = 0;
        for (int i = 0; i < y.Length; i++) sum += w[i] * PinballLoss.Of(y[i], v[0] * x[2 * i] + v[1] * x[2 * i + 1] + v[2], q);
        return sum;
    }

    // The plane through three points, by Cramer's rule.
    private static double[]? Through(double[] x, double[] y, params int[] rows)
    {
        double[][] m = [.. rows.Select(i => new[] { x[2 * i], x[2 * i + 1], 1 })];
        double det = Det(m);
        if (Math.Abs(det) < 1e-9) return null;
        return [.. Enumerable.Range(0, 3).Select(c => Det([.. m.Select((row, r) => row.Select((v, k) => k == c ? y[rows[r]] : v).ToArray())]) / det)];
    }

    private static double Det(double[][] m)
        => m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
}
