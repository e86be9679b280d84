using Forage.Features;
using Forage.Quantiles;
using Forage.Quantiles.Kernel;
using Forage.Quantiles.Linear;
using Forage.Quantiles.Quanting;
using Forage.Quantiles.Trees;

namespace Forage.Tests.Quantiles;

/// <summary>Targets, weights, features and quantiles that are out of the ordinary.</summary>
public class BadInputTests
{
    private static IEnumerable<Func<QuantileSet, double[], IQuantileModel>> All =>
    [
        (s, q) => QuantingTrainer.Train(s, q, new SlotBoost()),
        (s, q) => QuantingTrainer.Train(s, q, new PerThreshold(new DecisionTreeLearner())),
        (s, q) => QuantingTrainer.Train(s, q, new PerThreshold(new BaggedTreesLearner(3))),
        (s, q) => QuantingTrainer.Train(s, q, new PerThreshold(new LogisticLearner(), true)),
        (s, q) => QuantingTrainer.Train(s, q, new OnlineSlots(3)),
        (s, q) => QuantingTrainer.Train(s, q, new OneClassifier(new DecisionTreeLearner())),
        (s, q) => QuantingTrainer.Train(s, q, new PerThreshold(new DecisionTreeLearner()), new QuantingOptions { Placement = ThresholdPlacement.Adaptive }),
        (s, q) => LinearQuantileRegression.Train(s, q),
        (s, q) => KernelQuantileRegression.Train(s, q, new KernelQuantileOptions { C = 1, Gamma = 1 }),
        (s, q) => KernelQuantileRegression.Train(s, q),
        (s, q) => QuantingTrainer.Train(s, q, new KernelFeature(new SlotBoost())),
        (s, q) => QuantileBlend.Train(s, q, [new SlotBoost(), new KernelFeature(new SlotBoost())]),
    ];

    [Theory]
    [InlineData(double.NaN, "The target of row 3 is NaN; expected a finite number.")]
    [InlineData(double.PositiveInfinity, "The target of row 3 is Infinity; expected a finite number.")]
    public void Targets_that_are_no_numbers(double target, string message)
    {
        var set = QuantileSets.Skewed(10, 1);
        set.Targets[3] = target;
        foreach (var train in All) Assert.Equal(message, Assert.Throws<ForageException>(() => train(set, [0.5])).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void Quantiles_out_of_range(double q)
    {
        foreach (var train in All) Assert.StartsWith($"The quantile is {FormattableString.Invariant($"{q}")}; expected", Assert.Throws<ForageException>(() => train(QuantileSets.Skewed(10, 1), [q])).Message);
    }

    [Fact]
    public void Quantiles_out_of_order_or_none()
    {
        foreach (var train in All)
        {
            Assert.Equal("The quantile 0.5 comes after 0.9; expected ascending quantiles.", Assert.Throws<ForageException>(() => train(QuantileSets.Skewed(10, 1), [0.9, 0.5])).Message);
            Assert.Equal("No quantile was asked for; expected at least one.", Assert.Throws<ForageException>(() => train(QuantileSets.Skewed(10, 1), [])).Message);
        }
    }

    [Fact]
    public void No_rows_bad_weights_and_infinite_features()
    {
        var set = QuantileSets.Skewed(5, 1);
        var infinite = QuantileSets.Skewed(5, 1);
        infinite.Table[2, 1] = float.NegativeInfinity;
        foreach (var train in All)
        {
            Assert.Equal("There are no examples to learn quantiles from; expected at least one.", Assert.Throws<ForageException>(() => train(new QuantileSet(new NumericTable(0, 2), []), [0.5])).Message);
            Assert.Equal("The weight of row 1 is -1; expected a finite number of at least 0.", Assert.Throws<ForageException>(() => train(set with { Weights = [1, -1, 1, 1, 1] }, [0.5])).Message);
            Assert.Equal("All weights are 0; expected at least one that is not.", Assert.Throws<ForageException>(() => train(set with { Weights = new float[5] }, [0.5])).Message);
            Assert.Equal("Column 1 has the value -Infinity; expected finite numbers, or NaN where a value is missing.", Assert.Throws<ForageException>(() => train(infinite, [0.5])).Message);
        }
    }

    [Fact]
    public void A_constant_target_is_predicted()
    {
        var set = QuantileSets.Skewed(60, 1);
        Array.Fill(set.Targets, -4.25);
        foreach (var train in All)
            foreach (double f in train(set, [0.1, 0.9]).PredictAll(set.Table)) Assert.Equal(-4.25, f, 6);
    }

    [Fact]
    public void One_row_two_values_no_columns_and_constant_columns_are_fine()
    {
        foreach (var train in All)
        {
            Assert.Equal(7, train(new QuantileSet(NumericTable.Of([[1, 2]]), [7]), [0.3]).PredictAll(NumericTable.Of([[5, 6]]))[0], 6);
            double[] two = [.. Enumerable.Range(0, 50).Select(i => i % 5 == 0 ? 1.0 : 0)];
            foreach (var table in new[] { new NumericTable(50, 0), new NumericTable(50, 2) }) // one class in five: below the 0.8-quantile only
                Assert.Equal([0, 1], train(new QuantileSet(table, two), [0.6, 0.95]).PredictAll(new NumericTable(1, table.Columns)).Select(f => Math.Round(f, 3)));
        }
    }

    [Fact]
    public void A_column_without_a_value_and_rows_without_any()
    {
        var set = QuantileSets.Skewed(200, 1);
        set.Table.Column(2).Fill(float.NaN);
        for (int c = 0; c < 3; c++) set.Table[7, c] = float.NaN;
        foreach (var train in All)
            foreach (double f in train(set, [0.1, 0.9]).PredictAll(NumericTable.Of([[float.NaN, float.NaN, float.NaN], [0.5f, 0.5f, 1]]))) Assert.True(double.IsFinite(f));
    }

    [Fact]
    public void Where_one_class_has_all_the_weight_the_classifier_is_constant()
    {
        // The smallest targets have no weight: below them all weight is positive.
        var set = QuantileSets.Skewed(100, 1);
        double[] sorted = [.. set.Targets.Order()];
        float[] weights = [.. set.Targets.Select(y => y < sorted[30] ? 0f : 1)];
        var mesh = ThresholdMesh.OfTargets(set.Targets, 100);
        var sample = new ThresholdSample(set.Table, mesh.Thresholds.ToArray(), mesh.Ranks(set.Targets), weights, 0.5f, 0.5f);
        var bank = (ClassifierBank)new PerThreshold(new DecisionTreeLearner()).Learn(sample, new Rng(1));
        Assert.All(bank.Classifiers.Take(30), c => Assert.Equal(1, Assert.IsType<ConstantClassifier>(c).Probability([0, 0, 0])));
        Assert.Contains(bank.Classifiers, c => c is DecisionTree);
    }

    [Fact]
    public void Rows_without_weight_are_as_if_they_were_not_there()
    {
        var set = QuantileSets.Skewed(120, 1);
        var rng = new Rng(3);
        float[] weights = [.. Enumerable.Range(0, 120).Select(i => i % 3 == 0 ? 0f : 0.5f + (float)rng.NextDouble())];
        var without = (set with { Weights = weights }).Select([.. Enumerable.Range(0, 120).Where(i => weights[i] > 0)]);
        IThresholdLearner[] learners = [new SlotBoost(), new PerThreshold(new DecisionTreeLearner()), new OnlineSlots(), new KernelFeature(new SlotBoost())];
        foreach (var learner in learners)
            Assert.Equal(QuantingTrainer.Train(without, [0.2, 0.9], learner).PredictAll(set.Table), QuantingTrainer.Train(set with { Weights = weights }, [0.2, 0.9], learner).PredictAll(set.Table));
    }

    [Fact]
    public void Options_out_of_range()
    {
        static string Message(Action action) => Assert.Throws<ForageException>(action).Message;
        var set = QuantileSets.Skewed(10, 1);
        Assert.Equal("The number of classifiers is 0; expected 1 to 4096.", Message(() => QuantingTrainer.Train(set, [0.5], new SlotBoost(), new QuantingOptions { Classifiers = 0 })));
        Assert.Equal("The learning rate of boosting is 2; expected a number above 0 up to 1.", Message(() => new SlotBoost(new SlotBoostOptions { LearningRate = 2 })));
        Assert.Equal("The pruning confidence is 0.7; expected a number above 0 up to 0.5.", Message(() => new DecisionTreeLearner(new DecisionTreeOptions { PruningConfidence = 0.7 })));
        Assert.Equal("The weight C of the loss is 0; expected a positive number.", Message(() => KernelQuantileRegression.Train(set, [0.5], new KernelQuantileOptions { C = 0 })));
        Assert.Equal("The ridge is 0; expected a positive number.", Message(() => QuantingTrainer.Train(set, [0.5], new PerThreshold(new LogisticLearner(0)))));
        Assert.Equal("The number of Fourier features is 0; expected 1 to 1048576.", Message(() => QuantingTrainer.Train(set, [0.5], new OnlineSlots(map: new FourierMap(0, 1)))));
        Assert.Equal("The threshold 3 is out of order or range; expected ascending ones above 0 up to 2.", Message(() => ThresholdMesh.Of(0, 2, [1, 3])));
    }
}
