using System.Globalization;
using System.Text;
using Forage.Data;
using Forage.Features;
using Forage.Linear;
using Forage.Multiclass.Trees;
using Forage.Training;

namespace Forage.Tests.Training;

public class AveragingTests
{
    private static readonly LinearOptions s_logistic = new() { Loss = LossKind.Logistic, Bits = 8, LearningRate = 2 };

    [Theory]
    [InlineData(1, 0f, 0f)]
    [InlineData(1, 1e-3f, 1e-4f)]
    [InlineData(3, 0f, 0f)]
    [InlineData(3, 1e-3f, 1e-4f)]
    public void MovingByOneOverNGivesTheMeanOfTheWeightsInUse(int slots, float l2, float l1)
    {
        var options = s_logistic with { L1 = l1, L2 = l2 };
        using var learner = new LinearLearner(options, slots);
        using var mean = new LinearLearner(options, slots);
        var expected = new double[slots, 256];
        var rng = new Rng(1);
        for (int n = 1; n <= 5; n++)
        {
            for (int i = 0; i < 40; i++)
                for (int k = 0; k < slots; k++) learner.Learn(new FeatureRow([(uint)rng.NextInt(200), 255], [1, 0.5f]), rng.NextInt(2) == 0 ? 1 : -1, 1, k);
            mean.MoveTowards(learner, 1f / n);
            for (int k = 0; k < slots; k++)
                for (uint i = 0; i < 256; i++) expected[k, i] += learner.Weight(i, k) / 5.0;
        }
        for (int k = 0; k < slots; k++)
            for (uint i = 0; i < 256; i++) Assert.Equal(expected[k, i], mean.Weight(i, k), 1e-6);
        learner.MoveTowards(mean, 1);
        for (int k = 0; k < slots; k++)
            for (uint i = 0; i < 256; i++) Assert.Equal(mean.Weight(i, k), learner.Weight(i, k));
        float rate = learner.Rate;
        learner.Learn(new FeatureRow([3], [1]), 1); // learning goes on from there
        Assert.Equal(rate, learner.Rate);
        Assert.NotEqual(mean.Weight(3), learner.Weight(3));
    }

    [Fact]
    public void WeightsLaidOutOtherwiseAreRefused()
    {
        using var learner = new LinearLearner(s_logistic);
        using var slots = new LinearLearner(s_logistic, 2);
        using var bits = new LinearLearner(s_logistic with { Bits = 9 });
        Assert.StartsWith("Weights of 2 slots and 8 bits cannot be mixed with weights of 1 slots and 8 bits", Assert.Throws<ForageException>(() => learner.MoveTowards(slots, 0.5f)).Message);
        Assert.Throws<ForageException>(() => learner.MoveTowards(bits, 0.5f));
        foreach (float share in new[] { -0.1f, 1.1f, float.NaN }) Assert.Contains("expected a number from 0 to 1", Assert.Throws<ForageException>(() => learner.MoveTowards(learner, share)).Message);
    }

    [Fact]
    public void TheModelIsTheMeanOfEightMomentsOfEachPass()
    {
        const int examples = 400, passes = 4, from = 3;
        var input = Noisy(examples, 2);
        using var learner = new LinearLearner(s_logistic);
        var expected = new double[256];
        for (int pass = 1; pass <= passes; pass++)
        {
            int seen = 0;
            input.OpenExamples().Read(batch =>
            {
                for (int i = 0; i < batch.Count; i++)
                {
                    learner.Learn(batch.Rows[i], batch.Labels[i].Value);
                    if (++seen % (examples / 8) != 0 || pass < from) continue;
                    for (uint w = 0; w < 256; w++) expected[w] += learner.Weight(w) / (8 * (passes - from + 1));
                }
            });
        }
        var (mean, result) = new TrainingJob(input, new TrainingOptions { Passes = passes, HoldOutEvery = 0, AverageFrom = from }).Run(NewModel());
        using (mean)
        {
            Assert.Equal(passes, result.Passes.Count);
            Assert.Contains(expected, w => w != 0);
            for (uint i = 0; i < 256; i++) Assert.Equal(expected[i], mean.Learner.Weight(i), 1e-5);
        }
    }

    [Fact]
    public void HeldOutExamplesAreJudgedByTheMeanAndTheBestMeanIsKept()
    {
        var input = Noisy(600, 3);
        var options = new TrainingOptions { Passes = 25, Patience = 3, HoldOutEvery = 5 };
        var (raw, plain) = new TrainingJob(input, options).Run(NewModel());
        raw.Dispose();
        var (mean, averaged) = new TrainingJob(input, options with { AverageFrom = 2 }).Run(NewModel());
        using (mean)
        {
            Assert.Equal(plain.Passes[0].HeldOut, averaged.Passes[0].HeldOut); // nothing is averaged in the first pass
            Assert.NotEqual(plain.Passes[1].HeldOut.AverageLoss, averaged.Passes[1].HeldOut.AverageLoss);
            Assert.Equal(averaged.Passes.Min(p => p.HeldOut.AverageLoss), averaged.Passes[averaged.BestPass - 1].HeldOut.AverageLoss);
            Assert.InRange(averaged.BestPass, 2, 25);
            var (same, _) = new TrainingJob(input, options with { Passes = averaged.BestPass, AverageFrom = 2 }).Run(NewModel());
            using (same) Assert.Equal(Weights(same), Weights(mean));
        }
    }

    /// <summary>Steps that do not fade leave the last weights anywhere around the optimum; their mean is near it.</summary>
    [Fact]
    public void TheMeanIsNearerTheTruthThanTheLastWeights()
    {
        double last = 0, mean = 0;
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var input = Noisy(500, 100 + seed);
            foreach (int from in new[] { 0, 2 })
            {
                var (model, _) = new TrainingJob(input, new TrainingOptions { Passes = 12, HoldOutEvery = 0, AverageFrom = from }).Run(NewModel(LinearOptions.Sgd with { Loss = LossKind.Logistic, Bits = 8, LearningRate = 0.4f, PowerT = 0, L2 = 1e-3f }));
                using (model)
                {
                    double loss = 0;
                    Noisy(2_000, 900 + seed).OpenExamples().Read(batch =>
                    {
                        for (int i = 0; i < batch.Count; i++) loss += model.Learner.LossOf(model.Learner.Predict(batch.Rows[i]), batch.Labels[i].Value) / 2_000 / 20;
                    });
                    if (from == 0) last += loss;
                    else mean += loss;
                }
            }
        }
        Assert.True(mean < last - 0.01, $"The mean has loss {mean}, the last weights {last}.");
    }

    [Fact]
    public void MistakesAreNamed()
    {
        Assert.Equal("Weights cannot be averaged from pass 4 on; expected 2 to the number of passes, 3, or 0 for never.", Assert.Throws<ForageException>(() => new TrainingOptions { Passes = 3, AverageFrom = 4 }.Validate()).Message);
        Assert.Throws<ForageException>(() => new TrainingOptions { Passes = 3, AverageFrom = 1 }.Validate());
        using var tree = new TrainedModel(new ModelRecipe { Task = TaskKind.Multiclass, Format = InputFormat.Vw }, ClassTree.Create(TreeMethod.LomTree, 3, new ClassTreeOptions()));
        Assert.StartsWith("Weights of a tree over classes cannot be averaged", Assert.Throws<ForageException>(() => new TrainingJob(Noisy(10, 1), new TrainingOptions { Passes = 2, AverageFrom = 2 }).Run(tree)).Message);
    }

    private static TrainedModel NewModel(LinearOptions? options = null)
        => new(new ModelRecipe { Task = TaskKind.Classify, Format = InputFormat.Vw }, new LinearLearner(options ?? s_logistic), names: null);

    private static float[] Weights(TrainedModel model) => [.. Enumerable.Range(0, 256).Select(i => model.Learner.Weight((uint)i))];

    private static TrainingInput Noisy(int examples, ulong seed)
    {
        var rng = new Rng(seed);
        var text = new StringBuilder();
        for (int i = 0; i < examples; i++)
        {
            double x = rng.NextGaussian(), z = rng.NextGaussian(), y = x - z + rng.NextGaussian() > 0 ? 1 : -1;
            text.Append(CultureInfo.InvariantCulture, $"{y} | 1:{x:F4} 2:{z:F4} {3 + rng.NextInt(20)}\n");
        }
        return new TrainingInput(ByteSource.FromBytes(Encoding.UTF8.GetBytes(text.ToString()), "noisy"), InputFormat.Vw);
    }
}
