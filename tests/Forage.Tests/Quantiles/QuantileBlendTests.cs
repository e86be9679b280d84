using Forage.Features;
using Forage.Quantiles;
using Forage.Quantiles.Kernel;
using Forage.Quantiles.Quanting;
using Forage.Quantiles.Trees;

namespace Forage.Tests.Quantiles;

public class QuantileBlendTests
{
    private static readonly SlotBoostOptions s_few = new() { Rounds = 40, LearningRate = 0.2 };

    [Fact]
    public void The_weight_goes_to_the_model_that_foresees_out_of_fold()
    {
        // A learner that sees noise instead of features is of no use at any level.
        var blend = QuantileBlend.Train(QuantileSets.Skewed(1500, 1), [0.2, 0.5, 0.8], [new Blind(new SlotBoost(s_few)), new SlotBoost(s_few)], new QuantingOptions { Classifiers = 25 }, 2);
        for (int l = 0; l < 3; l++)
        {
            Assert.Equal(1, blend.Weight(l, 0) + blend.Weight(l, 1), 1e-12);
            Assert.Equal(1, blend.Weight(l, 1));
        }
    }

    [Fact]
    public void It_is_not_worse_than_the_better_by_more_than_noise_and_does_not_cross()
    {
        var (train, test) = (QuantileSets.Skewed(1500, 3), QuantileSets.Skewed(3000, 4));
        IOutOfFoldLearner[] learners = [new SlotBoost(s_few), new KernelFeature(new SlotBoost(s_few), 300)];
        var options = new QuantingOptions { Classifiers = 25 };
        double[] levels = [0.1, 0.5, 0.9];
        var blend = QuantileBlend.Train(train, levels, learners, options, 2);
        var own = learners.Select(l => QuantingTrainer.Train(train, levels, l, options, 2).Score(test)).ToArray();
        var mixed = blend.Score(test);
        for (int l = 0; l < 3; l++) Assert.True(mixed[l].Loss <= 1.01 * own.Min(s => s[l].Loss), $"{mixed[l].Loss} {own[0][l].Loss} {own[1][l].Loss}");
        double[] f = blend.PredictAll(test.Table, 2);
        for (int i = 0; i < test.Count; i++) Assert.True(f[3 * i] <= f[3 * i + 1] && f[3 * i + 1] <= f[3 * i + 2]);
    }

    [Fact]
    public void A_mixture_is_calibrated_though_its_parts_are_each_on_their_own()
    {
        // Two models whose errors differ: the mean of two noisy quantiles at 0.9 lies above them in coverage.
        var (train, test) = (QuantileSets.Skewed(3000, 5), QuantileSets.Skewed(6000, 6));
        var blend = QuantileBlend.Train(train, [0.1, 0.9], [new SlotBoost(s_few), new KernelFeature(new SlotBoost(s_few), 300)], new QuantingOptions { Classifiers = 25 }, 2);
        var scores = blend.Score(test);
        Assert.Equal(0.1, scores[0].Coverage, 0.02);
        Assert.Equal(0.9, scores[1].Coverage, 0.02);
    }

    /// <summary>With features that repeat, what a kernel says of a row without that row tells its target: rows of one category would be predicted by their own targets, and quantiles collapse into each other.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    public void Rows_of_equal_features_do_not_tell_their_targets(int values)
    {
        var rng = new Rng(7);
        QuantileSet Uniform(int n)
        {
            var table = new NumericTable(n, 1);
            double[] y = new double[n];
            for (int i = 0; i < n; i++) (table[i, 0], y[i]) = (rng.NextInt(values), rng.NextDouble());
            return new QuantileSet(table, y);
        }

        var (train, test) = (Uniform(900), Uniform(4000));
        double[] levels = [0.1, 0.5, 0.9];
        IOutOfFoldLearner[] learners = [new SlotBoost(s_few), new KernelFeature(new SlotBoost(s_few))];
        foreach (IQuantileModel model in new IQuantileModel[] { QuantingTrainer.Train(train, levels, learners[1], threads: 2), QuantileBlend.Train(train, levels, learners, threads: 2) })
            foreach (var score in model.Score(test)) Assert.InRange(score.Coverage, score.Level - 0.06, score.Level + 0.06);
    }

    [Fact]
    public void A_constant_target_is_predicted_as_it_is()
    {
        var table = new NumericTable(30, 1);
        for (int i = 0; i < 30; i++) table[i, 0] = i;
        double[] y = new double[30];
        Array.Fill(y, 7);
        var blend = QuantileBlend.Train(new QuantileSet(table, y), [0.5], [new SlotBoost(s_few), new SlotBoost(s_few)]);
        Assert.Equal(7, blend.PredictAll(table)[3]);
        Assert.Contains("at least one learner", Assert.Throws<ForageException>(() => QuantileBlend.Train(new QuantileSet(table, y), [0.5], [])).Message);
    }

    private sealed class Blind(IOutOfFoldLearner inner) : IOutOfFoldLearner
    {
        public bool EstimatesProbabilities => inner.EstimatesProbabilities;

        public IThresholdModel Learn(ThresholdSample sample, Rng rng, int threads = 1, Action<double>? progress = null, CancellationToken cancellation = default) => LearnOutOfFold(sample, rng, threads, progress, cancellation).Model;

        public (IThresholdModel Model, float[]? Scores) LearnOutOfFold(ThresholdSample sample, Rng rng, int threads = 1, Action<double>? progress = null, CancellationToken cancellation = default)
        {
            var noise = new NumericTable(sample.Table.Rows, sample.Table.Columns);
            for (int i = 0; i < noise.Rows; i++)
                for (int c = 0; c < noise.Columns; c++) noise[i, c] = (float)rng.NextDouble();
            return inner.LearnOutOfFold(sample with { Table = noise }, rng, threads, progress, cancellation);
        }
    }
}
