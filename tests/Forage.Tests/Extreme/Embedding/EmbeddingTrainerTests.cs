using Forage.Extreme;
using Forage.Extreme.Embedding;
using Forage.Features;

namespace Forage.Tests.Extreme.Embedding;

/// <summary>What training promises: repeatable, whatever the threads; sparse; and it learns.</summary>
public class EmbeddingTrainerTests
{
    public static TheoryData<EmbeddingOptimizer> Optimizers() => [.. Enum.GetValues<EmbeddingOptimizer>()];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Threads_change_no_bit(EmbeddingOptimizer optimizer)
    {
        byte[] one = Trained(optimizer, threads: 1), again = Trained(optimizer, threads: 1), three = Trained(optimizer, threads: 3);
        Assert.Equal(one, again);
        Assert.Equal(one, three);
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Labels_not_looked_at_are_not_touched(EmbeddingOptimizer optimizer)
    {
        var (rows, right) = EmbeddingCases.Random(40, seed: 4, labels: 3000);
        using var model = EmbeddingCases.Model(rows, new EmbeddingOptions { Dimension = 24 }, labels: 3000);
        using var before = model.Clone();
        var candidates = EmbeddingCases.Candidates(right, 5, seed: 2);
        int[] examples = [.. Enumerable.Range(0, 20)];
        using (var trainer = new EmbeddingTrainer(model, new EmbeddingTrainerOptions { Optimizer = optimizer, L2 = 0.1f }, threads: 2))
            for (int pass = 0; pass < 3; pass++) trainer.Step(model.Prepare(rows), examples, candidates, new MultilabelLogisticLoss(right));
        var looked = examples.SelectMany(e => candidates[e].ToArray()).ToHashSet();
        for (int y = 0; y < model.LabelCount; y++)
        {
            Assert.Equal(!looked.Contains(y), EmbeddingCases.Label(before, y).SequenceEqual(EmbeddingCases.Label(model, y)));
            Assert.Equal(!looked.Contains(y), before.LabelBiases[y] == model.LabelBiases[y]);
        }
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_subset_of_all_labels_is_all_labels(EmbeddingOptimizer optimizer)
    {
        var (rows, right) = EmbeddingCases.Random(30, seed: 4);
        var everything = new LabelSets();
        for (int i = 0; i < 30; i++) everything.Add([.. Enumerable.Range(0, EmbeddingCases.Labels)]);
        using var some = EmbeddingCases.Model(rows, new EmbeddingOptions { Dimension = 24 });
        using var all = some.Clone();
        var loss = new MultilabelSoftmaxLoss(right);
        int[] examples = [.. Enumerable.Range(0, 30)];
        var options = new EmbeddingTrainerOptions { Optimizer = optimizer, LearningRate = 0.05f };
        using var one = new EmbeddingTrainer(some, options);
        using var two = new EmbeddingTrainer(all, options);
        for (int pass = 0; pass < 5; pass++)
            Assert.Equal(one.Step(some.Prepare(rows), examples, everything, loss), two.StepAll(all.Prepare(rows), examples, loss), 1e-3);
        float largest = 0;
        for (int y = 0; y < EmbeddingCases.Labels; y++)
            for (int j = 0; j < 24; j++) largest = Math.Max(largest, Math.Abs(EmbeddingCases.Label(some, y)[j] - EmbeddingCases.Label(all, y)[j]));
        Assert.True(largest < 1e-2f, $"they differ by {largest}");
    }

    [Theory]
    [InlineData(EmbeddingOptimizer.Adam, 0.02f, false)]
    [InlineData(EmbeddingOptimizer.Adam, 0.02f, true)]
    [InlineData(EmbeddingOptimizer.AdaGrad, 0.2f, false)]
    [InlineData(EmbeddingOptimizer.RowAdaGrad, 0.2f, true)]
    [InlineData(EmbeddingOptimizer.Sgd, 1f, false)]
    public void It_learns_what_can_be_learnt(EmbeddingOptimizer optimizer, float rate, bool all)
    {
        // Label y is right iff its own two features are present: linearly separable, three labels a row.
        const int Labels = 60, Rows = 3000, Test = 300;
        var rng = new Rng(11);
        var rows = new FeatureBlock();
        var writer = new RowWriter(rows);
        var right = new LabelSets();
        right.Declare(Labels);
        for (int r = 0; r < Rows + Test; r++)
        {
            int[] y = EmbeddingCases.Distinct(3, Labels, ref rng);
            writer.BeginRow();
            writer.BeginGroup(FeatureGroup.Default);
            foreach (int label in y)
            {
                writer.Add(EmbeddingCases.Hash(2 * label), 1);
                writer.Add(EmbeddingCases.Hash(2 * label + 1), 1);
            }
            writer.Add(EmbeddingCases.Hash(1000 + rng.NextInt(50)), 1);
            writer.EndGroup();
            writer.EndRow();
            right.Add(y);
        }
        using var model = new EmbeddingSoftmax(new EmbeddingOptions { Dimension = 32, InitialScale = 0.2f }, FeatureColumns.From(rows), Labels);
        var prepared = model.Prepare(rows);
        var loss = new MultilabelSoftmaxLoss(right);
        var sampler = new LabelSampler(Labels);
        int[] order = [.. Enumerable.Range(0, Rows)], starts = new int[51], labels = new int[50 * 23];
        using (var trainer = new EmbeddingTrainer(model, new EmbeddingTrainerOptions { Optimizer = optimizer, LearningRate = rate }, threads: 2))
        {
            for (int epoch = 0; epoch < 12; epoch++)
            {
                rng.Shuffle<int>(order);
                for (int at = 0; at < Rows; at += 50)
                {
                    var batch = order.AsSpan(at, 50);
                    if (all)
                    {
                        trainer.StepAll(prepared, batch, loss);
                        continue;
                    }
                    for (int i = 0; i < 50; i++) starts[i + 1] = starts[i] + sampler.Draw(right[batch[i]], 20, ref rng, labels.AsSpan(starts[i]));
                    trainer.Step(prepared, batch, starts, labels, loss);
                }
            }
        }
        float[] hidden = new float[model.Width], scores = new float[Labels];
        int hits = 0;
        for (int r = Rows; r < Rows + Test; r++)
        {
            model.Encode(rows[r], hidden);
            model.Score(hidden, [], scores);
            int[] ranked = [.. Enumerable.Range(0, Labels).OrderByDescending(y => scores[y]).Take(3)];
            hits += ranked.Intersect(right[r].ToArray()).Count();
        }
        Assert.True(hits > 0.97 * 3 * Test, $"{hits} of {3 * Test} labels found");
    }

    [Fact]
    public void Steps_allocate_nothing()
    {
        var (rows, right) = EmbeddingCases.Random(64, seed: 4);
        using var model = EmbeddingCases.Model(rows, new EmbeddingOptions { Dimension = 24 });
        var candidates = EmbeddingCases.Candidates(right, 5, seed: 2);
        var prepared = model.Prepare(rows);
        int[] examples = [.. Enumerable.Range(0, 64)];
        var loss = new MultilabelSoftmaxLoss(right);
        using var trainer = new EmbeddingTrainer(model, new EmbeddingTrainerOptions());
        void Step()
        {
            trainer.Step(prepared, examples, candidates, loss);
            trainer.StepAll(prepared, examples, loss);
        }
        for (int i = 0; i < 50; i++) Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) Step();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2000);
    }

    private static byte[] Trained(EmbeddingOptimizer optimizer, int threads)
    {
        var (rows, right) = EmbeddingCases.Random(200, seed: 4, labels: 500);
        using var model = new EmbeddingSoftmax(new EmbeddingOptions { Dimension = 24 }, FeatureColumns.From(rows), 500);
        var candidates = EmbeddingCases.Candidates(right, 40, seed: 2);
        var prepared = model.Prepare(rows);
        int[] examples = [.. Enumerable.Range(0, 200)];
        using var trainer = new EmbeddingTrainer(model, new EmbeddingTrainerOptions { Optimizer = optimizer, LearningRate = 0.05f }, threads);
        for (int pass = 0; pass < 3; pass++)
        {
            for (int at = 0; at < 200; at += 50) trainer.Step(prepared, examples.AsSpan(at, 50), candidates, new MultilabelSoftmaxLoss(right));
            trainer.StepAll(prepared, examples.AsSpan(0, 64), new MultilabelLogisticLoss(right));
        }
        return EmbeddingCases.Saved(model);
    }
}
