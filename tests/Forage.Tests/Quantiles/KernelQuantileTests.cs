using Forage.Features;
using Forage.Quantiles;
using Forage.Quantiles.Kernel;
using Forage.Quantiles.Kernel.Internals;

namespace Forage.Tests.Quantiles;

/// <summary>Kernel quantile regression against R's kernlab 0.9-32 and against the conditions of optimality.</summary>
public class KernelQuantileTests
{
    [Theory] // kqr(income, foodexp, tau, C, rbfdot, sigma = 1): training loss and predictions at 500, 1000, 2000
    [InlineData(1, 0.1, 14.710930, 283.5803, 542.3174, 912.7256)]
    [InlineData(1, 0.5, 36.357682, 350.4528, 674.6379, 1119.4779)]
    [InlineData(1, 0.9, 18.063273, 439.6109, 760.8559, 1374.0797)]
    [InlineData(10, 0.1, 13.895170, 290.6514, 539.3410, 1026.7549)]
    [InlineData(10, 0.5, 33.147171, 342.5419, 660.1089, 1164.2536)]
    [InlineData(10, 0.9, 13.446643, 410.9691, 750.0785, 1425.3125)]
    public void Engel_as_in_kernlab(double c, double q, double loss, double at500, double at1000, double at2000)
    {
        var set = QuantileSets.Bundled("engel");
        var model = KernelQuantileRegression.Train(set, [q], new KernelQuantileOptions { C = c, Gamma = 1, Tolerance = 1e-4 });
        Assert.InRange(model.Score(set)[0].Loss, 0.99 * loss, 1.01 * loss);
        double[] f = model.PredictAll(NumericTable.Of([[500], [1000], [2000]]));
        Assert.InRange(f[0], 0.99 * at500, 1.01 * at500);
        Assert.InRange(f[1], 0.99 * at1000, 1.01 * at1000);
        Assert.InRange(f[2], 0.99 * at2000, 1.01 * at2000);
    }

    [Theory] // four of five rows learnt from, sigma = 0.05, C = 10: loss on every fifth
    [InlineData(0.1, 0.670901)]
    [InlineData(0.5, 0.999568)]
    [InlineData(0.9, 0.471068)]
    public void Boston_as_in_kernlab(double q, double loss)
    {
        var set = QuantileSets.Bundled("boston");
        int[] rows = [.. Enumerable.Range(0, set.Count)];
        var model = KernelQuantileRegression.Train(set.Select([.. rows.Where(i => (i + 1) % 5 != 0)]), [q], new KernelQuantileOptions { C = 10, Gamma = 0.05 });
        Assert.InRange(model.Score(set.Select([.. rows.Where(i => (i + 1) % 5 == 0)]))[0].Loss, 0.99 * loss, 1.01 * loss);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.8)]
    public void The_dual_is_optimal_and_the_share_below_is_the_quantile(double q)
    {
        var rng = new Rng(6);
        const int N = 120, D = 2;
        const double C = 3;
        float[] rows = [.. Enumerable.Range(0, N * D).Select(_ => (float)rng.NextGaussian())], weights = [.. Enumerable.Range(0, N).Select(i => i % 4 == 0 ? 2f : 1)];
        double[] y = [.. Enumerable.Range(0, N).Select(i => Math.Sin(rows[2 * i]) + 0.3 * rng.NextGaussian())];
        float[] kernel = GaussianKernel.Matrix(rows, D, N, 0.5, 2, default);
        var dual = new QuantileDual(kernel, y, weights, q, C, 1e-6);
        dual.Solve(default);
        Assert.Equal(0, dual.Alpha.Sum(), 9);
        double below = 0, notAbove = 0;
        for (int i = 0; i < N; i++)
        {
            double residual = y[i] - dual.Bias, low = C * weights[i] * (q - 1), high = C * weights[i] * q;
            for (int j = 0; j < N; j++) residual -= dual.Alpha[j] * kernel[i * N + j];
            Assert.InRange(dual.Alpha[i], low - 1e-12, high + 1e-12);
            if (residual > 1e-5) Assert.Equal(high, dual.Alpha[i], 9); // above: the bound of positives
            if (residual < -1e-5) Assert.Equal(low, dual.Alpha[i], 9);
            if (residual < -1e-5) below += weights[i];
            if (residual < 1e-5) notAbove += weights[i];
        }
        Assert.InRange(q, below / weights.Sum(), notAbove / weights.Sum());
    }

    [Fact]
    public void Leaving_one_out_is_learning_without_it()
    {
        var rng = new Rng(8);
        const int N = 25;
        float[] rows = [.. Enumerable.Range(0, N).Select(_ => (float)rng.NextGaussian())];
        double[] y = [.. rows.Select(x => Math.Sin(2 * x) + 0.2 * rng.NextGaussian())];
        float[] kernel = GaussianKernel.Matrix(rows, 1, N, 0.8, 1, default);
        var ridge = new KernelRidge(kernel, y, 0.05);
        for (int i = 0; i < N; i++)
        {
            double fit = 0.05 * ridge.Alpha[i];
            for (int j = 0; j < N; j++) fit += kernel[i * N + j] * ridge.Alpha[j];
            Assert.Equal(y[i], fit, 1e-6); // (K + λI) α = y
            int[] kept = [.. Enumerable.Range(0, N).Where(j => j != i)];
            var without = new KernelRidge([.. kept.SelectMany(a => kept.Select(b => kernel[a * N + b]))], [.. kept.Select(j => y[j])], 0.05);
            Assert.Equal(kept.Select((j, k) => without.Alpha[k] * kernel[i * N + j]).Sum(), ridge.OutOfFold[i], 1e-6);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(23)]
    public void Leaving_a_fold_out_is_learning_without_it(int folds)
    {
        var rng = new Rng(9);
        const int N = 23;
        float[] rows = [.. Enumerable.Range(0, N).Select(_ => (float)rng.NextGaussian())];
        double[] y = [.. rows.Select(x => x * x + 0.2 * rng.NextGaussian())];
        float[] kernel = GaussianKernel.Matrix(rows, 1, N, 0.8, 1, default);
        var ridge = new KernelRidge(kernel, y, 0.05, folds);
        if (folds == N)
            foreach (var (own, one) in ridge.OutOfFold.Zip(new KernelRidge(kernel, y, 0.05).OutOfFold)) Assert.Equal(one, own, 1e-9);
        for (int f = 0; f < folds; f++)
        {
            int from = N * f / folds, to = N * (f + 1) / folds;
            int[] kept = [.. Enumerable.Range(0, N).Where(j => j < from || j >= to)];
            var without = new KernelRidge([.. kept.SelectMany(a => kept.Select(b => kernel[a * N + b]))], [.. kept.Select(j => y[j])], 0.05);
            for (int i = from; i < to; i++) Assert.Equal(kept.Select((j, k) => without.Alpha[k] * kernel[i * N + j]).Sum(), ridge.OutOfFold[i], 1e-6);
        }
    }

    [Fact]
    public void One_row_or_one_that_weighs_is_predicted()
    {
        var table = new NumericTable(8, 1);
        for (int i = 0; i < 8; i++) table[i, 0] = i;
        double[] y = [5, 6, 7, 8, 9, 10, 11, 12];
        var one = KernelQuantileRegression.Train(new QuantileSet(table, y).Select([0]), [0.1, 0.9]);
        Assert.Equal([5, 5], one.PredictAll(table.Select([0])));
        var weighs = KernelQuantileRegression.Train(new QuantileSet(table, y, [1, 0, 0, 0, 0, 0, 0, 0]), [0.1, 0.9]);
        Assert.All(weighs.PredictAll(table), f => Assert.Equal(5, f, 1e-6));
    }

    [Fact]
    public void Chooses_by_cross_validation_and_takes_a_part_of_many_rows()
    {
        var set = QuantileSets.Skewed(700, 3);
        var options = new KernelQuantileOptions { MostRows = 300, RowsForChoice = 150, CGrid = [0.001, 10], GammaGrid = [0.3, 300] };
        var model = KernelQuantileRegression.Train(set, [0.2, 0.7], options, threads: 2);
        Assert.Equal(300, model.Rows);
        Assert.All(model.C, c => Assert.Equal(10, c)); // the other values are far off
        Assert.All(model.Gamma, g => Assert.Equal(0.1, g, 12));
        var test = QuantileSets.Skewed(500, 4);
        foreach (var score in model.Score(test)) Assert.InRange(score.Coverage, score.Level - 0.1, score.Level + 0.1);
    }
}
