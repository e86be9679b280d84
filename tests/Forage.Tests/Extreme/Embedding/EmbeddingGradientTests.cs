using Forage.Extreme;
using Forage.Extreme.Embedding;
using Forage.Features;

namespace Forage.Tests.Extreme.Embedding;

/// <summary>Steps of plain gradient descent against numerical gradients of the mean loss, in every part of the model.</summary>
public class EmbeddingGradientTests
{
    private const int Count = 12;

    public static TheoryData<int, Activation, bool, string> Cases() => new()
    {
        { 16, Activation.Relu, false, "softmax" },
        { 21, Activation.Relu, true, "softmax" },
        { 21, Activation.None, false, "logistic" },
        { 33, Activation.Relu, true, "logistic" },
        { 5, Activation.None, true, "softmax" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_step_goes_along_the_gradient(int dimension, Activation activation, bool all, string lossName)
    {
        var (rows, right) = EmbeddingCases.Random(Count, seed: 3);
        var options = new EmbeddingOptions { Dimension = dimension, Activation = activation, Scale = 1.7f, InitialScale = 0.8f, Values = InputValues.Logarithmic };
        using var model = EmbeddingCases.Model(rows, options);
        using var before = model.Clone();
        IScoreLoss loss = lossName == "softmax" ? new MultilabelSoftmaxLoss(right) : new MultilabelLogisticLoss(right);
        var candidates = EmbeddingCases.Candidates(right, 6, seed: 8);
        int[] examples = [.. Enumerable.Range(0, Count)];
        var prepared = model.Prepare(rows);
        using (var trainer = new EmbeddingTrainer(model, new EmbeddingTrainerOptions { Optimizer = EmbeddingOptimizer.Sgd, LearningRate = 1 }, threads: 2))
        {
            double reported = all ? trainer.StepAll(prepared, examples, loss) : trainer.Step(prepared, examples, candidates, loss);
            Assert.Equal(Loss(before, rows, all ? null : candidates, loss), reported, 1e-5);
        }
        using var probe = before.Clone();
        int compared = 0, kinks = 0;
        void Check(Func<EmbeddingSoftmax, Span<float>> where, int j)
        {
            const float Step = 2e-3f;
            float old = where(probe)[j];
            double At(float value)
            {
                where(probe)[j] = value;
                return Loss(probe, rows, all ? null : candidates, loss);
            }
            double up = (At(old + Step) - At(old)) / Step, down = (At(old) - At(old - Step)) / Step;
            where(probe)[j] = old;
            if (Math.Abs(up - down) > 0.02) // a kink of the rectifier lies within the step
            {
                kinks++;
                return;
            }
            Assert.Equal((up + down) / 2, where(before)[j] - where(model)[j], 3e-3);
            if (Math.Abs(up) > 2e-2) compared++;
        }
        var rng = new Rng(9);
        for (int k = 0; k < 40; k++)
        {
            int label = rng.NextInt(EmbeddingCases.Labels), column = rng.NextInt(model.Columns.Count);
            Check(m => EmbeddingCases.Label(m, label), rng.NextInt(dimension));
            Check(m => EmbeddingCases.Feature(m, column), rng.NextInt(dimension));
            Check(m => m.LabelBiases.AsSpan(), label);
            Check(EmbeddingCases.Bias, rng.NextInt(dimension));
        }
        Assert.True(compared > 20, $"only {compared} gradients were large enough to tell");
        Assert.True(kinks < 10, $"{kinks} kinks");
    }

    [Fact]
    public void What_is_frozen_stays()
    {
        var (rows, right) = EmbeddingCases.Random(Count, seed: 3);
        using var model = EmbeddingCases.Model(rows, new EmbeddingOptions { Dimension = 20 });
        using var before = model.Clone();
        int[] examples = [.. Enumerable.Range(0, Count)];
        using (var trainer = new EmbeddingTrainer(model, new EmbeddingTrainerOptions { TrainEncoder = false }))
            trainer.StepAll(model.Prepare(rows), examples, new MultilabelSoftmaxLoss(right));
        Assert.False(EmbeddingCases.Label(before, 3).SequenceEqual(EmbeddingCases.Label(model, 3)));
        for (int c = 0; c < model.Columns.Count; c++) Assert.True(EmbeddingCases.Feature(before, c).SequenceEqual(EmbeddingCases.Feature(model, c)));
        Assert.True(EmbeddingCases.Bias(before).SequenceEqual(EmbeddingCases.Bias(model)));
        using var second = before.Clone();
        using (var trainer = new EmbeddingTrainer(second, new EmbeddingTrainerOptions { TrainLabels = false }))
            trainer.StepAll(second.Prepare(rows), examples, new MultilabelSoftmaxLoss(right));
        Assert.False(EmbeddingCases.Bias(before).SequenceEqual(EmbeddingCases.Bias(second)));
        for (int y = 0; y < model.LabelCount; y++) Assert.True(EmbeddingCases.Label(before, y).SequenceEqual(EmbeddingCases.Label(second, y)));
    }

    [Fact]
    public void A_loss_that_is_not_a_number_is_named()
    {
        var (rows, _) = EmbeddingCases.Random(Count, seed: 3);
        using var model = EmbeddingCases.Model(rows, new EmbeddingOptions { Dimension = 16 });
        using var trainer = new EmbeddingTrainer(model, new EmbeddingTrainerOptions(), threads: 2);
        var failure = Assert.Throws<ForageException>(() => trainer.StepAll(model.Prepare(rows), [0, 1, 2], new Broken()));
        Assert.Contains("example 1", failure.Message);
        Assert.Throws<ForageException>(() => trainer.Step(model.Prepare(rows), [0], [0, 1], [EmbeddingCases.Labels], new Broken()));
    }

    private static double Loss(EmbeddingSoftmax model, FeatureBlock rows, LabelSets? candidates, IScoreLoss loss)
    {
        float[] hidden = new float[model.Width], scores = new float[model.LabelCount], gradients = new float[model.LabelCount];
        double sum = 0;
        for (int i = 0; i < Count; i++)
        {
            var labels = candidates is null ? default : candidates[i];
            int n = labels.IsEmpty ? model.LabelCount : labels.Length;
            model.Encode(rows[i], hidden);
            model.Score(hidden, labels, scores);
            sum += loss.Gradient(i, labels, scores.AsSpan(0, n), gradients.AsSpan(0, n));
        }
        return sum / Count;
    }

    private sealed class Broken : IScoreLoss
    {
        public double Gradient(int example, ReadOnlySpan<int> labels, ReadOnlySpan<float> scores, Span<float> gradients)
        {
            gradients.Clear();
            return example == 1 ? double.NaN : 0;
        }
    }
}
