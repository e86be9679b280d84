using Forage.Features;
using Forage.Linear;
using Forage.Linear.Internals;

namespace Forage.Tests.Linear;

public class KernelTwinTests
{
    /// <summary>Every length from 0 to 40 (so every tail), with duplicates, collisions, denormals and large values: the vector kernel gives the scalar twin's bits.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(10)]
    [InlineData(18)]
    public void The_vector_kernel_equals_its_scalar_twin_bit_for_bit(int bits)
    {
        var options = new LinearOptions { Bits = bits, Loss = LossKind.Logistic, Interactions = ["aa", "ab"] };
        using var fast = new LinearLearner(options, 1, scalar: false);
        using var twin = new LinearLearner(options, 1, scalar: true);
        var rng = new Rng(7);
        float[] special = [0, 1e-20f, -1e-20f, float.Epsilon, -1, 1, 1e6f, -3e7f];
        for (int round = 0; round < 400; round++)
        {
            int n = round % 41;
            var block = new FeatureBlock();
            var writer = new RowWriter(block);
            writer.BeginRow();
            for (byte ns = (byte)'a'; ns <= 'b'; ns++)
            {
                writer.BeginGroup(ns);
                for (int i = 0; i < n; i++) writer.Add((uint)rng.NextInt(3 * n + 1), rng.NextInt(5) == 0 ? special[rng.NextInt(special.Length)] : (float)rng.NextGaussian());
                writer.EndGroup();
            }
            writer.EndRow();
            float y = rng.NextInt(2) * 2 - 1, importance = 1 + rng.NextInt(3);
            Assert.Equal(BitConverter.SingleToInt32Bits(twin.Learn(block[0], y, importance)), BitConverter.SingleToInt32Bits(fast.Learn(block[0], y, importance)));
        }
        for (uint i = 0; i < 1u << Math.Min(bits, 12); i++) Assert.Equal(twin.Weight(i), fast.Weight(i));
    }

    [Fact]
    public void Many_slots_at_once_equal_one_slot_at_a_time_where_only_one_learns()
    {
        // With the same examples in the same order a slot's weights do not depend on how many slots stand beside it.
        var options = new LinearOptions { Bits = 8, Loss = LossKind.Logistic };
        foreach (int slots in new[] { 2, 7, 8, 9, 16, 33 })
        {
            using var many = new LinearLearner(options, slots);
            using var single = new LinearLearner(options, slots);
            var rng = new Rng(3);
            var targets = new float[slots];
            var scores = new float[slots];
            for (int round = 0; round < 200; round++)
            {
                uint[] indices = [.. Enumerable.Range(0, 6).Select(_ => (uint)rng.NextInt(100))];
                float[] values = [.. indices.Select(_ => (float)rng.NextGaussian())];
                var row = new FeatureRow(indices.Distinct().ToArray(), values[..indices.Distinct().Count()]);
                for (int k = 0; k < slots; k++) targets[k] = (indices[0] + k) % 3 == 0 ? 1 : -1;
                many.LearnAll(row, targets, default, scores);
                for (int k = 0; k < slots; k++) Assert.Equal(single.Predict(row, k), scores[k], 4);
                single.LearnAll(row, targets);
            }
        }
    }

    [Fact]
    public void One_slot_taught_alone_equals_a_learner_of_one_slot()
    {
        // Lengths from 0 to 80 over two groups, large and tiny values, no collisions (within a row they move by other rates): the kernels of one slot against those of a learner that has no other.
        var options = new LinearOptions { Bits = 18 };
        using var many = new LinearLearner(options, 3);
        using var alone = new LinearLearner(options);
        var rng = new Rng(8);
        float[] three = new float[3], two = new float[2];
        for (int round = 0; round < 400; round++)
        {
            int n = round % 41;
            var block = new FeatureBlock();
            var writer = new RowWriter(block);
            writer.BeginRow();
            for (byte ns = (byte)'a'; ns <= 'b'; ns++)
            {
                writer.BeginGroup(ns);
                for (int i = 0; i < n; i++) writer.Add((uint)(3 * i + rng.NextInt(3) + 1000 * ns), round % 17 == 0 ? 1e-3f : (float)(rng.NextGaussian() * (1 + round / 100)));
                writer.EndGroup();
            }
            writer.EndRow();
            float y = rng.NextInt(2) * 2 - 1, importance = 1 + rng.NextInt(3), expected = alone.Learn(block[0], y, importance);
            many.PredictAll(block[0], three);
            Assert.Equal(expected, three[1], 1e-4f);
            Assert.Equal(0, three[0]);
            many.PredictRange(block[0], 1, two);
            Assert.Equal(three[1], two[0], 1e-6f);
            Assert.Equal(expected, many.Learn(block[0], y, importance, 1), 1e-4f);
        }
    }

    [Fact]
    public void Sensitivity_is_how_far_a_gradient_of_one_would_move_the_prediction()
    {
        foreach (int slots in new[] { 1, 3 })
        {
            using var learner = new LinearLearner(new LinearOptions { Bits = 8, LearningRate = 0.3f, Constant = false }, slots);
            uint[] indices = [1, 2];
            float[] values = [2, 0.5f], moves = new float[slots];
            learner.Learn(new FeatureRow(indices, values), 1, 1, slots - 1);
            learner.Sensitivity(new FeatureRow(indices, values), 0, moves);
            // G = 4 x² after a first gradient of -2 and x² for the gradient of 1; N = |x|: s = 1/(sqrt(5) x²), Σ x² s = 2/sqrt(5); m = sqrt(1/2)
            Assert.Equal(0.3 * Math.Sqrt(0.5) * 2 / Math.Sqrt(5), moves[^1], 1e-5);
            if (slots > 1) Assert.Equal(0.3 * Math.Sqrt(0.5) * 2, moves[0], 1e-5);
        }
    }

    [Theory]
    [InlineData(LossKind.Squared)]
    [InlineData(LossKind.Logistic)]
    [InlineData(LossKind.Hinge)]
    [InlineData(LossKind.Quantile)]
    [InlineData(LossKind.Poisson)]
    public void The_derivative_is_the_slope_of_the_loss(LossKind kind)
    {
        var rng = new Rng(11);
        for (int i = 0; i < 2000; i++)
        {
            float y = kind switch { LossKind.Logistic or LossKind.Hinge => rng.NextInt(2) * 2 - 1, LossKind.Poisson => rng.NextInt(6), _ => (float)rng.NextGaussian() };
            float p = (float)rng.NextGaussian();
            const float h = 1e-2f;
            if (kind == LossKind.Hinge && Math.Abs(1 - y * p) < 2 * h) continue;
            if (kind == LossKind.Quantile && Math.Abs(y - p) < 2 * h) continue;
            double slope = (Loss.Value(kind, 0.3f, p + h, y) - (double)Loss.Value(kind, 0.3f, p - h, y)) / (2 * h);
            if (kind == LossKind.Poisson) slope /= 2;
            Assert.Equal(slope, Loss.Derivative(kind, 0.3f, p, y), 2e-2 * (1 + Math.Abs(slope)));
        }
    }

    /// <summary>The closed form equals many tiny plain steps whose sum of importances is the same.</summary>
    [Theory]
    [InlineData(LossKind.Squared)]
    [InlineData(LossKind.Logistic)]
    [InlineData(LossKind.Hinge)]
    [InlineData(LossKind.Quantile)]
    [InlineData(LossKind.Poisson)]
    public void The_invariant_step_is_the_limit_of_many_small_steps(LossKind kind)
    {
        var rng = new Rng(13);
        for (int i = 0; i < 100; i++)
        {
            float y = kind switch { LossKind.Logistic or LossKind.Hinge => rng.NextInt(2) * 2 - 1, LossKind.Poisson => rng.NextInt(4), _ => (float)rng.NextGaussian() };
            double p0 = rng.NextGaussian(), p = p0, s = 0.1 + rng.NextDouble(), h = 2 * rng.NextDouble();
            const int steps = 20_000;
            for (int k = 0; k < steps; k++)
            {
                double next = p - s * h / steps * Loss.Derivative(kind, 0.3f, (float)p, y);
                bool crossed = kind switch { LossKind.Quantile => (y - p) * (y - next) < 0, LossKind.Hinge => y * p < 1 && y * next > 1, _ => false };
                p = crossed ? y : next;
                if (crossed) break;
            }
            float moved = Loss.InvariantStep(kind, 0.3f, (float)p0, y, (float)h, (float)s) * (float)s;
            Assert.Equal(p - p0, moved, 3e-3);
        }
    }
}
