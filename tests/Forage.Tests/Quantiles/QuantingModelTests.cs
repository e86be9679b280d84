using Forage.Features;
using Forage.Persistence;
using Forage.Quantiles;
using Forage.Quantiles.Kernel;
using Forage.Quantiles.Linear;
using Forage.Quantiles.Quanting;
using Forage.Quantiles.Trees;

namespace Forage.Tests.Quantiles;

/// <summary>What every way of learning quantiles promises, and what each is good for.</summary>
public class QuantingModelTests
{
    private static readonly double[] s_levels = [0.1, 0.5, 0.9];

    private static readonly QuantingOptions s_few = new() { Classifiers = 25 };

    private static readonly Dictionary<string, Func<QuantileSet, int, IQuantileModel>> s_methods = new()
    {
        ["boosted"] = (s, t) => QuantingTrainer.Train(s, s_levels, new SlotBoost(new SlotBoostOptions { Rounds = 60, LearningRate = 0.2 }), s_few, t),
        ["boosted, a set a quantile"] = (s, t) => QuantingTrainer.Train(s, s_levels, new SlotBoost(new SlotBoostOptions { Rounds = 60, LearningRate = 0.2, Folds = 0, ColumnShare = 0.7 }), s_few with { Shared = false, Readout = QuantileReadout.Votes }, t),
        ["smooth"] = (s, t) => QuantingTrainer.Train(s, s_levels, new KernelFeature(new SlotBoost(new SlotBoostOptions { Rounds = 60, LearningRate = 0.2 }), 200), s_few, t),
        ["blend"] = (s, t) => QuantileBlend.Train(s, s_levels, [new SlotBoost(new SlotBoostOptions { Rounds = 60, LearningRate = 0.2 }), new KernelFeature(new SlotBoost(new SlotBoostOptions { Rounds = 60, LearningRate = 0.2 }), 200)], s_few, t),
        ["tree"] = (s, t) => QuantingTrainer.Train(s, s_levels, new PerThreshold(new DecisionTreeLearner()), s_few with { Readout = QuantileReadout.Votes }, t),
        ["tree, rejection, uniform"] = (s, t) => QuantingTrainer.Train(s, s_levels, new PerThreshold(new RejectionSampling(new DecisionTreeLearner())), s_few with { Placement = ThresholdPlacement.Uniform, Readout = QuantileReadout.Votes }, t),
        ["bagged"] = (s, t) => QuantingTrainer.Train(s, s_levels, new PerThreshold(new BaggedTreesLearner(6), true), s_few, t),
        ["logistic, adaptive"] = (s, t) => QuantingTrainer.Train(s, s_levels, new PerThreshold(new LogisticLearner(), true), s_few with { Placement = ThresholdPlacement.Adaptive }, t),
        ["online"] = (s, t) => QuantingTrainer.Train(s, s_levels, new OnlineSlots(10), s_few, t),
        ["online, Fourier features"] = (s, t) => QuantingTrainer.Train(s, s_levels, new OnlineSlots(10, map: new FourierMap(60, 0.3)), s_few, t),
        ["one tree"] = (s, t) => QuantingTrainer.Train(s, s_levels, new OneClassifier(new DecisionTreeLearner(), 6), s_few with { Readout = QuantileReadout.Votes }, t),
        ["linear"] = (s, t) => LinearQuantileRegression.Train(s, s_levels, t),
        ["kernel"] = (s, t) => KernelQuantileRegression.Train(s, s_levels, new KernelQuantileOptions { MostRows = 200, C = 10, Gamma = 0.1 }, t),
    };

    public static TheoryData<string> Methods() => [.. s_methods.Keys];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Saved_and_loaded_it_is_the_same_whatever_the_threads(string method)
    {
        var (train, test) = (QuantileSets.Skewed(500, 1), QuantileSets.Skewed(300, 2));
        for (int i = 0; i < 40; i++) (train.Table[i, i % 3], test.Table[i, i % 3]) = (float.NaN, float.NaN);
        var model = s_methods[method](train, 1);
        byte[] saved = Save(model);
        Assert.Equal(saved, Save(s_methods[method](train, 3)));
        var loaded = QuantileModels.Load(new ModelReader(new MemoryStream(saved), "saved"));
        Assert.Equal(saved, Save(loaded));
        double[] f = model.PredictAll(test.Table);
        Assert.Equal(f, loaded.PredictAll(test.Table, threads: 2));
        Assert.Equal((3, model.Lowest, model.Highest), (loaded.Columns, loaded.Lowest, loaded.Highest));
        double[] row = new double[3];
        float[] x = new float[3];
        for (int i = 0; i < 300; i++)
        {
            test.Table.CopyRow(i, x);
            loaded.Predict(x, row);
            Assert.Equal(f[(3 * i)..(3 * i + 3)], row);
            Assert.True(row[0] <= row[1] && row[1] <= row[2] && double.IsFinite(row[0] + row[2]));
        }
    }

    [Theory]
    [InlineData("boosted", 1.12)]
    [InlineData("boosted, a set a quantile", 1.35)]
    [InlineData("smooth", 1.12)]
    [InlineData("blend", 1.12)]
    [InlineData("tree", 1.6)]
    [InlineData("tree, rejection, uniform", 2)]
    [InlineData("bagged", 1.25)]
    [InlineData("logistic, adaptive", 1.2)]
    [InlineData("online", 1.3)]
    [InlineData("online, Fourier features", 1.5)]
    [InlineData("one tree", 2.2)]
    [InlineData("linear", 1.1)]
    [InlineData("kernel", 1.2)]
    public void Its_loss_is_near_the_least_possible(string method, double most)
    {
        var (train, test) = (QuantileSets.Skewed(2500, 7), QuantileSets.Skewed(3000, 8));
        var scores = s_methods[method](train, 2).Score(test);
        double found = 0, least = 0;
        for (int l = 0; l < 3; l++)
        {
            found += scores[l].Loss;
            for (int i = 0; i < test.Count; i++) least += PinballLoss.Of(test.Targets[i], QuantileSets.Truth(test.Table[i, 0], test.Table[i, 1], s_levels[l]), s_levels[l]) / test.Count;
        }
        Assert.InRange(found / least, 0.97, most);
    }

    [Fact]
    public void Adaptive_thresholds_stand_where_predictions_are()
    {
        // Nine of ten targets lie in [0, 1], one at 0 to 100 without rhyme or reason; the median is never beyond 1.
        var rng = new Rng(3);
        var table = new NumericTable(2000, 1);
        double[] y = new double[2000];
        for (int i = 0; i < 2000; i++)
        {
            table[i, 0] = (float)rng.NextDouble();
            y[i] = i % 10 == 0 ? 100 * rng.NextDouble() : table[i, 0];
        }
        var model = QuantingTrainer.Train(new QuantileSet(table, y), [0.5], new PerThreshold(new DecisionTreeLearner()), new QuantingOptions { Classifiers = 40, Placement = ThresholdPlacement.Adaptive, Readout = QuantileReadout.Votes });
        Assert.InRange(model.Mesh.Count, 30, 40);
        Assert.InRange(model.Mesh.Thresholds.ToArray().Count(t => t <= 1), 28, 40);
        Assert.InRange(model.PredictAll(NumericTable.Of([[0.4f]]))[0], 0.35, 0.45);
    }

    [Fact]
    public void More_classifiers_are_better_up_to_a_point()
    {
        var (train, test) = (QuantileSets.Skewed(3000, 11), QuantileSets.Skewed(3000, 12));
        double Loss(int classifiers) => QuantingTrainer.Train(train, [0.9], new PerThreshold(new LogisticLearner(), true), new QuantingOptions { Classifiers = classifiers, Readout = QuantileReadout.Votes, Placement = ThresholdPlacement.Uniform }, 2).Score(test)[0].Loss;
        double two = Loss(2), ten = Loss(10), fifty = Loss(50), hundred = Loss(100);
        Assert.True(two > 1.2 * ten && ten > fifty && Math.Abs(hundred - fifty) < 0.02 * fifty, $"{two} {ten} {fifty} {hundred}");
    }

    [Fact]
    public void Predicting_allocates_nothing_for_a_row()
    {
        var model = s_methods["boosted"](QuantileSets.Skewed(300, 1), 1);
        float[] row = [0.1f, 0.7f, 0.3f];
        double[] f = new double[3];
        model.Predict(row, f);
        Allocation.AssertNone(() => model.Predict(row, f));
    }

    private static byte[] Save(IQuantileModel model)
    {
        var stream = new MemoryStream();
        using var writer = new ModelWriter(stream);
        model.Save(writer);
        writer.Finish();
        return stream.ToArray();
    }
}
