using Forage.Quantiles.Internals;
using Forage.Quantiles.Linear.Internals;

namespace Forage.Quantiles.Linear;

/// <summary>
/// Linear quantile regression (Koenker, Bassett 1978): minimises Σ w_i l_q(y_i, b + v·x_i) exactly. The Frisch-Newton interior point method of Portnoy and Koenker (1997) comes near; then the p rows of smallest residual
/// give a vertex, which exact exchange steps make optimal: a subgradient that contains 0 is found, so the loss is the smallest there is up to rounding.
/// </summary>
public static class LinearQuantileRegression
{
    /// <summary>A model of several quantiles, whose lines are learnt by themselves and sorted when predicting. Missing values count as the mean of their column.</summary>
    public static LinearQuantileModel Train(QuantileSet set, ReadOnlySpan<double> levels, int threads = 1, CancellationToken cancellation = default)
    {
        QuantileThrow.CheckLevels(levels);
        set = set.Validated();
        int n = set.Count, d = set.Table.Columns;
        var scales = ColumnScales.Of(set.Table);
        double[] means = [.. Enumerable.Range(0, d).Select(scales.MeanOf)], x = new double[n * d], qs = levels.ToArray();
        for (int c = 0; c < d; c++)
        {
            var column = set.Table.Column(c);
            for (int i = 0; i < n; i++) x[i * d + c] = float.IsNaN(column[i]) ? means[c] : column[i];
        }
        double[][] coefficients = new double[qs.Length][];
        double[]? weights = set.Weights is null ? null : Array.ConvertAll(set.Weights, w => (double)w);
        ParallelWork.For(qs.Length, threads, cancellation, l => coefficients[l] = Fit(x, d, set.Targets, qs[l], weights));
        return new LinearQuantileModel(qs, coefficients, means, set.Targets.Min(), set.Targets.Max());
    }

    /// <summary>Coefficients of one quantile.</summary>
    /// <param name="x">Rows × d, a row's features after the other; without a constant.</param>
    /// <param name="d">Number of features.</param>
    /// <param name="y">Targets.</param>
    /// <param name="q">The quantile.</param>
    /// <param name="weights">A weight a row, ≥ 0; null for 1.</param>
    /// <returns>d coefficients and the intercept. Features that are linear in earlier ones have coefficient 0.</returns>
    public static double[] Fit(ReadOnlySpan<double> x, int d, ReadOnlySpan<double> y, double q, double[]? weights = null)
    {
        QuantileThrow.CheckLevel(q);
        if (x.Length != y.Length * d) throw new ArgumentException($"{x.Length} values and {y.Length} targets were given; expected {d} values a target.", nameof(x));
        if (y.IsEmpty) QuantileThrow.Wrong($"There are no examples to learn quantiles from; expected at least one.");
        var design = DesignMatrix.Of(x, d, y, weights);
        double[] v = new FrischNewton(design, q).Solve();
        return design.Unscale(new VertexSearch(design, q).Improve(v));
    }
}
