using Forage.Features;
using Forage.Quantiles;
using Forage.Quantiles.Quanting;
using Forage.Quantiles.Quanting.Internals;

namespace Forage.Tests.Quantiles;

/// <summary>Lemma 1, Corollary 1 and the mesh error of "Predicting Conditional Quantiles via Reduction to Classification", on distributions over finitely many x and y in {0, 1/m, …, 1}, where every expectation is a sum.</summary>
public class QuantingTheoryTests
{
    private const int Cells = 12; // classifiers are constant over each twelfth of [0, 1]; so is D(y ≥ t | x) inside it

    /// <summary>P(x) and P(y = j/12 | x).</summary>
    private sealed record World(double[] X, double[][] Y)
    {
        public static World Draw(ref Rng rng)
        {
            var x = new double[1 + rng.NextInt(4)];
            var y = new double[x.Length][];
            for (int i = 0; i < x.Length; i++)
            {
                x[i] = rng.NextExponential();
                y[i] = new double[Cells + 1];
                for (int j = 0; j <= Cells; j++) y[i][j] = rng.NextInt(3) == 0 ? 0 : rng.NextExponential();
                if (y[i].Sum() == 0) y[i][rng.NextInt(Cells + 1)] = 1;
                Normalise(y[i]);
            }
            Normalise(x);
            return new World(x, y);
        }

        /// <summary>D(y ≥ t | x) for t inside cell k: outcomes from (k + 1)/12 on.</summary>
        public double Above(int x, int k) => Y[x][(k + 1)..].Sum();

        /// <summary>Smallest q-quantile.</summary>
        public double Quantile(int x, double q)
        {
            double sum = 0;
            for (int j = 0; j < Cells; j++)
                if ((sum += Y[x][j]) >= q - 1e-12) return (double)j / Cells;
            return 1;
        }

        public double Loss(int x, double f, double q) => Enumerable.Range(0, Cells + 1).Sum(j => Y[x][j] * PinballLoss.Of((double)j / Cells, f, q));

        private static void Normalise(double[] p)
        {
            double sum = p.Sum();
            for (int i = 0; i < p.Length; i++) p[i] /= sum;
        }
    }

    /// <summary>Classifiers of all x and cells: hard, soft, or nearly right.</summary>
    private static double[][] Classifiers(World world, double q, ref Rng rng)
    {
        double[][] c = new double[world.X.Length][];
        int kind = rng.NextInt(3);
        for (int x = 0; x < c.Length; x++)
        {
            c[x] = new double[Cells];
            for (int k = 0; k < Cells; k++)
            {
                double right = 1 - world.Above(x, k) <= q ? 1 : 0;
                c[x][k] = kind switch { 0 => rng.NextInt(2), 1 => rng.NextDouble(), _ => rng.NextInt(5) == 0 ? 1 - right : right };
            }
        }
        return c;
    }

    // e(D, c) = E ∫ q 1{y ≥ t}(1 - c_t) + (1 - q) 1{y < t} c_t dt, and its minimum over c.
    private static (double Error, double Least) Error(World world, double[][] c, double positive, double negative)
    {
        double error = 0, least = 0;
        for (int x = 0; x < c.Length; x++)
        {
            for (int k = 0; k < Cells; k++)
            {
                double above = world.Above(x, k), yes = negative * (1 - above), no = positive * above;
                error += world.X[x] * (c[x][k] * yes + (1 - c[x][k]) * no) / Cells;
                least += world.X[x] * Math.Min(yes, no) / Cells;
            }
        }
        return (error, least);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.37)]
    public void Lemma1_the_regret_of_the_quantile_loss_is_at_most_that_of_the_classifiers(double q)
    {
        var rng = new Rng((ulong)(1000 * q));
        double tightest = 0;
        for (int trial = 0; trial < 3000; trial++)
        {
            var world = World.Draw(ref rng);
            double[][] c = Classifiers(world, q, ref rng);
            var (error, least) = Error(world, c, q, 1 - q);
            double regret = 0;
            for (int x = 0; x < c.Length; x++) regret += world.X[x] * (world.Loss(x, c[x].Average(), q) - world.Loss(x, world.Quantile(x, q), q));
            Assert.True(regret <= error - least + 1e-12, $"trial {trial}: {regret} > {error - least}");
            if (error - least > 1e-9) tightest = Math.Max(tightest, regret / (error - least));
        }
        Assert.True(tightest > 0.999, $"the bound is reached by some classifiers; the nearest came to {tightest} of it");
    }

    [Fact]
    public void Lemma1_scales_with_the_range_of_the_target()
    {
        // In units of y the bound is (highest - lowest) times the classifiers' regret: half of it is too little.
        var rng = new Rng(4);
        const double Low = -3, High = 17, Q = 0.3;
        int beyondHalf = 0;
        for (int trial = 0; trial < 1000; trial++)
        {
            var world = World.Draw(ref rng);
            double[][] c = Classifiers(world, Q, ref rng);
            var (error, least) = Error(world, c, Q, 1 - Q);
            double regret = 0;
            for (int x = 0; x < c.Length; x++)
            {
                double Loss(double f) => Enumerable.Range(0, Cells + 1).Sum(j => world.Y[x][j] * PinballLoss.Of(Low + (High - Low) * j / Cells, f, Q));
                regret += world.X[x] * (Loss(Low + (High - Low) * c[x].Average()) - Loss(Low + (High - Low) * world.Quantile(x, Q)));
            }
            Assert.True(regret <= (High - Low) * (error - least) + 1e-10);
            if (regret > 0.5 * (High - Low) * (error - least) + 1e-10) beyondHalf++;
        }
        Assert.True(beyondHalf > 10);
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.8)]
    public void Corollary1_unweighted_classifiers_on_what_rejection_keeps(double q)
    {
        // Kept with probability w: the kept distribution has weights w/E[w], so its 0/1 regret is the weighted regret over E[w] ≤ 1.
        var rng = new Rng(9);
        for (int trial = 0; trial < 2000; trial++)
        {
            var world = World.Draw(ref rng);
            double[][] c = Classifiers(world, q, ref rng);
            var (error, least) = Error(world, c, q, 1 - q);
            double kept = 0, wrong = 0, fewest = 0;
            for (int x = 0; x < c.Length; x++)
            {
                for (int k = 0; k < Cells; k++)
                {
                    double yes = world.X[x] * q * world.Above(x, k) / Cells, no = world.X[x] * (1 - q) * (1 - world.Above(x, k)) / Cells;
                    kept += yes + no;
                    wrong += yes * (1 - c[x][k]) + no * c[x][k];
                    fewest += Math.Min(yes, no);
                }
            }
            double unweighted = (wrong - fewest) / kept, regret = 0;
            for (int x = 0; x < c.Length; x++) regret += world.X[x] * (world.Loss(x, c[x].Average(), q) - world.Loss(x, world.Quantile(x, q), q));
            Assert.Equal(error - least, kept * unweighted, 12);
            Assert.InRange(kept, 0, 1);
            Assert.True(regret <= unweighted + 1e-12);
        }
    }

    [Fact]
    public void Rejection_keeps_rows_in_proportion_to_their_weight_and_the_learner_sees_no_weights()
    {
        var table = new NumericTable(40_000, 1);
        bool[] positive = new bool[table.Rows];
        float[] weights = new float[table.Rows];
        for (int i = 0; i < table.Rows; i++)
        {
            positive[i] = i % 3 == 0;
            weights[i] = positive[i] ? 0.9f : 0.1f;
        }
        var seen = new Recorder();
        var training = new RejectionSampling(seen).Prepare(table, new Rng(3));
        training.Learn(positive, weights, new Rng(4));
        Assert.All(seen.Weights, w => Assert.True(w is 0 or 1));
        double positives = 0, negatives = 0;
        for (int i = 0; i < table.Rows; i++)
        {
            if (positive[i]) positives += seen.Weights[i];
            else negatives += seen.Weights[i];
        }
        Assert.Equal(positive.Count(p => p), positives); // the largest weight is always kept
        double n = positive.Count(p => !p), p0 = 1 / 9.0;
        Assert.InRange(negatives / n, p0 - 5 * Math.Sqrt(p0 * (1 - p0) / n), p0 + 5 * Math.Sqrt(p0 * (1 - p0) / n));
        // The same uniforms at every threshold: what is negative at both is kept at both or at neither.
        float[] first = [.. seen.Weights];
        for (int i = 0; i < table.Rows; i++) positive[i] = i % 6 == 0;
        for (int i = 0; i < table.Rows; i++) weights[i] = positive[i] ? 0.9f : 0.1f;
        training.Learn(positive, weights, new Rng(5));
        for (int i = 0; i < table.Rows; i++)
            if (i % 3 != 0) Assert.Equal(first[i], seen.Weights[i]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_mesh_error_of_right_classifiers_is_a_cell_or_half_a_cell(bool midpoints)
    {
        var rng = new Rng(12);
        double worst = 0;
        foreach (int n in new[] { 1, 3, 10, 77 })
        {
            for (int trial = 0; trial < 500; trial++)
            {
                double quantile = trial == 0 ? 0 : trial == 1 ? 1 : rng.NextDouble();
                var mesh = ThresholdMesh.Uniform(0, 1, n, midpoints);
                float[] scores = [.. mesh.Thresholds.ToArray().Select(t => t <= quantile ? 1f : 0)];
                double error = Math.Abs(CellReadout.Votes(mesh, scores, 0.5f) - quantile), bound = midpoints ? 0.5 / n : 1.0 / n;
                Assert.True(error <= bound + 1e-12, $"n = {n}, quantile {quantile}: {error}");
                Assert.Equal(midpoints ? 0.5 / n : 1.0 / n, mesh.Error, 12);
                worst = Math.Max(worst, error / bound);
            }
        }
        Assert.True(worst > 0.95, "the bound is reached");
    }

    [Fact]
    public void Few_values_have_no_mesh_error()
    {
        double[] values = [-2, 0.5, 0.7, 11];
        var mesh = ThresholdMesh.OfTargets([11, -2, 0.5, 0.7, 0.7, 0.5], 10);
        Assert.True(mesh.IsExact);
        Assert.Equal(0, mesh.Error);
        for (int m = 0; m < values.Length; m++)
        {
            float[] scores = [.. mesh.Thresholds.ToArray().Select(t => t <= values[m] ? 1f : 0)];
            Assert.Equal(values[m], CellReadout.Votes(mesh, scores, 0.5f));
        }
    }

    private sealed class Recorder : IBinaryLearner, IBinaryTraining
    {
        public float[] Weights { get; private set; } = [];

        public IBinaryTraining Prepare(NumericTable table, Rng rng) => this;

        public IBinaryClassifier Learn(ReadOnlySpan<bool> positive, ReadOnlySpan<float> weights, Rng rng)
        {
            Weights = weights.ToArray();
            return new ConstantClassifier(0.5f);
        }
    }
}
