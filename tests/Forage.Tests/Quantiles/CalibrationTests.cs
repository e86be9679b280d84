using Forage.Features;
using Forage.Quantiles;
using Forage.Quantiles.Quanting;
using Forage.Quantiles.Quanting.Internals;
using Forage.Quantiles.Trees;

namespace Forage.Tests.Quantiles;

/// <summary>Reading classifiers so that coverage is right out of fold.</summary>
public class CalibrationTests
{
    [Theory]
    [InlineData(0.1, 0.3)]
    [InlineData(0.5, 3)]
    [InlineData(0.9, 1)]
    public void The_share_below_becomes_the_quantile(double q, double confidence)
    {
        // Scores that are too sure or not sure enough of themselves, and off by noise.
        var rng = new Rng(5);
        const int N = 2000;
        var mesh = ThresholdMesh.Uniform(0, 1, 20);
        double[] y = new double[N];
        float[] scores = new float[N * mesh.Count];
        for (int i = 0; i < N; i++)
        {
            double centre = 0.3 + 0.4 * rng.NextDouble(), off = 0.05 * rng.NextGaussian();
            y[i] = Math.Clamp(centre + 0.08 * (Math.Log(rng.NextOpenDouble()) - Math.Log(rng.NextOpenDouble())), 0, 1);
            for (int k = 0; k < mesh.Count; k++) scores[i * mesh.Count + k] = (float)(confidence * (centre + off - mesh.Thresholds[k]) / 0.08);
        }
        var set = new QuantileSet(new NumericTable(N, 0), y);
        double cut = new CoverageCalibration(mesh, QuantileReadout.Interpolated, true, scores, set).CutFor(q, 1 - q);
        Assert.NotEqual(1 - q, cut);
        Assert.InRange(Share(mesh, scores, y, cut), q - 2.0 / N, q + 2.0 / N);
        Assert.True(Math.Abs(Share(mesh, scores, y, 1 - q) - q) > 0.01 || confidence == 3);
    }

    [Fact]
    public void What_is_right_already_is_left()
    {
        // Half the targets are 0, half 1, and the prediction at the median is 0 or 1 everywhere: share below 0, not above ½ and more.
        var mesh = ThresholdMesh.Of(0, 1, [0.5]);
        double[] y = [0, 1, 0, 1];
        var set = new QuantileSet(new NumericTable(4, 0), y);
        Assert.Equal(0.5, new CoverageCalibration(mesh, QuantileReadout.Votes, false, [0.2f, 0.2f, 0.2f, 0.2f], set).CutFor(0.5, 0.5));
    }

    [Fact]
    public void Calibrated_boosting_covers_better_on_new_rows()
    {
        double[] levels = [0.1, 0.9];
        double off = 0, plain = 0;
        for (ulong seed = 0; seed < 4; seed++)
        {
            var (train, test) = (QuantileSets.Skewed(500, 100 + seed), QuantileSets.Skewed(2000, 200 + seed));
            var learner = new SlotBoost(new SlotBoostOptions { Rounds = 60, LearningRate = 0.2, Leaves = 8 });
            foreach (bool calibrate in new[] { true, false })
            {
                var options = new QuantingOptions { Classifiers = 25, Calibrate = calibrate };
                double miss = QuantingTrainer.Train(train, levels, learner, options, 2).Score(test).Sum(s => s.Coverage - s.Level is var d && s.Level < 0.5 ? d : -d);
                if (calibrate) off += miss / 8;
                else plain += miss / 8;
            }
        }
        // Coverage drawn towards the middle, mean over both quantiles and four sets.
        Assert.InRange(off, -0.03, 0.03);
        Assert.True(Math.Abs(off) < Math.Abs(plain), $"{off} calibrated, {plain} not");
    }

    private static double Share(ThresholdMesh mesh, float[] scores, double[] y, double probability)
        => y.Where((v, i) => v <= CellReadout.Interpolated(mesh, scores.AsSpan(i * mesh.Count, mesh.Count), CellReadout.Cut(probability, true), probability, true)).Count() / (double)y.Length;
}
